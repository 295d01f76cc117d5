/**
 * Bytes out of whatever holds them, never more than a limit, with an error that says what was wrong.
 */
import type { MediaSource } from "@effect-runware/schemas/media"
import * as Stream from "effect/Stream"
import { isRunwareError, make as makeError, type RunwareError, withDetails } from "../../RunwareError.ts"
import type { ByteStream } from "./file.ts"
import { type Content, isArrayBuffer, isMediaFile, type Reader, typeId } from "./source.ts"

/** A medium that can't be sent. */
export const problem = (rawCode: string, message: string, advice: string, cause?: unknown): RunwareError =>
  makeError("validation", { rawCode, message, advice, submission: "none", cause })

/** "23 MiB", "1.5 MiB", "600 bytes". */
export const sizeText = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} bytes`
  const [amount, unit] = bytes < 1024 ** 2 ? [bytes / 1024, "KiB"] : [bytes / 1024 ** 2, "MiB"]
  return `${Number(amount.toFixed(1))} ${unit}`
}

export const tooLarge = (limit: number): RunwareError =>
  problem(
    "mediaTooLarge",
    `The file has more than the ${sizeText(limit)} that are left for it.`,
    "Give its URL, or upload it once with `mediaStorage` and give its UUID; the option `maxMediaBytes` raises the limit."
  )

export const empty = (): RunwareError =>
  problem("mediaEmpty", "The file has no bytes.", "Check that it was written in full.")

/** Whatever reading failed with, as an error of the parameter that the file is for. */
export const failureOf = (cause: unknown, parameter: string): RunwareError => {
  const error = isRunwareError(cause)
    ? cause
    : problem(
        "mediaNotReadable",
        `The file could not be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        "Check where its bytes come from.",
        cause
      )
  return withDetails(error, { parameter, message: `${parameter}: ${error.reason.message}`, submission: "none" })
}

const readerOf = (file: object): Reader | undefined => {
  const reader: unknown = Reflect.get(file, typeId)
  // Only this package writes this key; still, what it holds may have been made by another release of it.
  return typeof reader === "object" && reader !== null && "read" in reader ? (reader as Reader) : undefined
}

/** A MIME type without its parameters; nothing where there is none. */
const essence = (type: string | undefined): string | undefined => {
  const [first = ""] = (type ?? "").split(";")
  const word = first.trim().toLowerCase()
  return word === "" || word === "application/octet-stream" ? undefined : word
}

/** What is in a medium: at least one byte, and at most `limit`. */
export const read = async (source: MediaSource, limit: number, signal: AbortSignal): Promise<Content> => {
  const { bytes, declared } = await contentOf(source, limit, signal)
  if (bytes.byteLength > limit) throw tooLarge(limit)
  if (bytes.byteLength === 0) throw empty()
  return { bytes, declared: essence(declared) }
}

const contentOf = async (source: MediaSource, limit: number, signal: AbortSignal): Promise<Content> => {
  if (ArrayBuffer.isView(source)) return { bytes: viewed(source), declared: undefined }
  if (isArrayBuffer(source)) return { bytes: new Uint8Array(source), declared: undefined }
  if (isMediaFile(source)) {
    const reader = readerOf(source)
    if (reader === undefined) throw new TypeError("It was made by a release of this package that this one can't read.")
    return await reader.read(limit, signal)
  }
  if (source.size > limit) throw tooLarge(limit)
  return { bytes: new Uint8Array(await source.arrayBuffer()), declared: source.type }
}

const viewed = (view: ArrayBufferView): Uint8Array =>
  view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

/** All pieces in one, unless there are more bytes than `limit`. What gives them is closed in any case. */
export const collect = async (
  pieces: AsyncIterable<unknown>,
  limit: number,
  signal: AbortSignal
): Promise<Uint8Array> => {
  const iterator = pieces[Symbol.asyncIterator]()
  const close = () => void iterator.return?.()?.catch(() => undefined)
  const parts: Array<Uint8Array> = []
  let size = 0
  signal.addEventListener("abort", close, { once: true })
  try {
    for (;;) {
      const { done, value } = await iterator.next()
      signal.throwIfAborted()
      if (done === true) return concatenated(parts, size)
      const part = pieceOf(value)
      size += part.byteLength
      if (size > limit) throw tooLarge(limit)
      parts.push(part)
    }
  } catch (cause) {
    close()
    throw cause
  } finally {
    signal.removeEventListener("abort", close)
  }
}

const pieceOf = (value: unknown): Uint8Array => {
  if (typeof value === "object" && value !== null) {
    if (ArrayBuffer.isView(value)) return viewed(value)
    if (isArrayBuffer(value)) return new Uint8Array(value)
  }
  throw problem(
    "mediaNotReadable",
    `A stream of bytes was expected, and it gave ${typeof value === "string" ? "text" : typeof value}.`,
    "Open the file without an encoding."
  )
}

const concatenated = (parts: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

export const isByteStream = (value: object): value is ByteStream =>
  Stream.isStream(value) || Symbol.asyncIterator in value || "getReader" in value

/** All bytes of a stream. */
export const collectStream = (stream: ByteStream, limit: number, signal: AbortSignal): Promise<Uint8Array> =>
  collect(iterableOf(stream, signal), limit, signal)

const iterableOf = (stream: ByteStream, signal: AbortSignal): AsyncIterable<unknown> => {
  if (Stream.isStream(stream)) return Stream.toAsyncIterable(stream)
  // Not every browser can iterate over its streams.
  return "getReader" in stream ? piecesOf(stream, signal) : stream
}

async function* piecesOf(stream: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  const cancel = () => void reader.cancel().catch(() => undefined)
  signal.addEventListener("abort", cancel, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    signal.removeEventListener("abort", cancel)
    cancel()
  }
}
