/**
 * One file of the disk, piece by piece, with errors that say what was wrong with it.
 */
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import { constants, type Stats } from "node:fs"
import { open } from "node:fs/promises"
import { fileURLToPath } from "node:url"

/** How many bytes a piece has at most. */
const pieceSize = 256 * 1024

/** The bytes of a regular file. */
export async function* piecesOf(file: unknown, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const path = pathOf(file)
  // Opening a pipe that nobody writes to would wait for ever.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause: unknown) => {
    throw openingError(path, cause)
  })
  try {
    const kind = kindOf(await handle.stat())
    if (kind !== undefined) throw unreadable(`${quoted(path)} is ${kind}, no file.`, "Give the path of a file.")
    for (;;) {
      signal.throwIfAborted()
      const { buffer, bytesRead } = await handle.read(new Uint8Array(pieceSize), 0, pieceSize)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/** The path of what was given as one. Throws the error that says what is wrong with it. */
export const pathOf = (file: unknown): string => {
  if (file instanceof URL) {
    if (file.protocol === "file:" && file.host === "") return fileURLToPath(file)
    throw unreadable(`${file.protocol}//${file.host} is no place on this machine.`, fetchAdvice)
  }
  if (typeof file !== "string" || file === "") {
    throw unreadable(`A path was expected, got ${file === "" ? "an empty one" : typeof file}.`, "Give a path.")
  }
  if (file.includes("\0")) throw unreadable("The path holds a NUL character.", "Give the path as the system knows it.")
  if (/^https?:\/\//i.test(file)) throw unreadable(`${quoted(file)} is a URL, no path.`, fetchAdvice)
  if (/^data:/i.test(file)) throw unreadable("The path is a data URI, no path.", "Give the data URI as it is.")
  return file
}

/** What was given in the place of a path, in few words. */
export const describePath = (given: unknown): string => {
  if (given instanceof URL) return `${given.protocol}//${given.host}`
  if (typeof given === "string") return /^data:/i.test(given) ? "a data URI" : quoted(given)
  if (typeof given === "function") return "a function"
  return typeof given === "object" && given !== null ? "an object" : String(given)
}

const fetchAdvice = "Give the URL as it is: the service fetches it."

const quoted = (path: string): string => JSON.stringify(path.length > 200 ? `${path.slice(0, 197)}...` : path)

const kindOf = (stats: Stats): string | undefined => {
  if (stats.isFile()) return undefined
  if (stats.isDirectory()) return "a directory"
  if (stats.isFIFO()) return "a pipe"
  return stats.isSocket() ? "a socket" : "a device"
}

const unreadable = (message: string, advice: string, rawCode = "fileNotReadable", cause?: unknown): RunwareError =>
  makeError("validation", { rawCode, message, advice, submission: "none", cause })

const openingError = (path: string, cause: unknown): RunwareError => {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return unreadable(`There is no file ${quoted(path)}.`, whereAdvice(path), "fileNotFound", cause)
    case "EACCES":
    case "EPERM":
      return unreadable(`${quoted(path)} may not be read by this process.`, "Check its permissions.", undefined, cause)
    case "EISDIR":
      return unreadable(`${quoted(path)} is a directory, no file.`, "Give the path of a file.", undefined, cause)
    case "ENXIO":
      return unreadable(`${quoted(path)} is a socket, no file.`, "Give the path of a file.", undefined, cause)
    case "ELOOP":
      return unreadable(`${quoted(path)} is a link to itself.`, "Give the path of a file.", undefined, cause)
    default:
      return unreadable(
        `${quoted(path)} could not be opened: ${typeof code === "string" ? code : String(cause)}.`,
        "Check the path.",
        undefined,
        cause
      )
  }
}

const whereAdvice = (path: string): string =>
  path.startsWith("/") ? "Check the path." : `Check the path: it is looked for in ${process.cwd()}.`
