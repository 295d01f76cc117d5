/**
 * One file of a result, from the service to a folder: into a `.part` file that a later attempt goes on with, and only when
 * it is complete under its own name.
 */
import * as Media from "@effect-runware/core/Media"
import * as Retry from "@effect-runware/core/Retry"
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { FileHandle } from "node:fs/promises"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import type { SavedFile } from "../NodeMedia.ts"
import type { Choices } from "./choices.ts"
import * as Disk from "./disk.ts"
import { fileExtension } from "./fileType.ts"

type Saving = Effect.Effect<SavedFile, RunwareError, HttpClient.HttpClient>

/** Saves one file, unless it is there. */
export const save = (output: Media.Output, folder: string, choices: Choices): Saving =>
  Effect.gen(function* () {
    const given = choices.name === undefined ? undefined : yield* named(choices.name, output)
    const extension = Media.extensionOf(output)
    const known = given ?? (extension === undefined ? yield* findNamed(folder, output) : `${output.stem}.${extension}`)
    if (known !== undefined && !choices.overwrite) {
      const there = yield* keep(output, join(folder, known), given !== undefined, choices)
      if (there !== undefined) return there
    }
    return yield* fetchInto(output, folder, known, choices).pipe(
      Effect.retry({ while: mayPass, schedule: pauses(choices.maxRetries) })
    )
  })

/** What is unreadable in a result stays so. */
const mayPass = ({ rawCode, retryable }: RunwareError): boolean => retryable && rawCode !== "unreadableMedia"

const pauses = (times: number): Schedule.Schedule<unknown, RunwareError> =>
  Retry.exponential({ base: "500 millis", cap: "10 seconds" }).pipe(
    Schedule.upTo({ times }),
    Retry.withRetryAfter("60 seconds")
  )

/** The name that the caller wants: one of a file in the folder, and nothing else. */
const named = (name: NonNullable<Choices["name"]>, output: Media.Output) =>
  Effect.flatMap(
    Effect.try({
      try: () => name(output),
      catch: (cause) => wrongName("The function `name` failed.", cause)
    }),
    (given: unknown) => {
      if (typeof given !== "string" || given.trim() === "") {
        return Effect.fail(wrongName(`The function \`name\` must give text, and gave ${typeof given}.`))
      }
      // eslint-disable-next-line no-control-regex -- no file should have them
      return /[/\\\u0000-\u001f]/.test(given) || /^\.+$/.test(given) || /\.part$/i.test(given)
        ? Effect.fail(wrongName(`${JSON.stringify(given.slice(0, 100))} is no name of a file in a folder.`))
        : Effect.succeed(given)
    }
  )

const wrongName = (message: string, cause?: unknown): RunwareError =>
  makeError("validation", {
    rawCode: "invalidFileName",
    message,
    advice: "Give a name without a path, and the folder as the second argument.",
    parameter: "name",
    submission: "none",
    cause
  })

/** The name of a file whose address tells no extension: an earlier download has found it out. */
const findNamed = (folder: string, { stem }: Media.Output) =>
  Effect.map(
    Disk.step("listed", folder, () => readdir(folder)),
    (names) => names.find((name) => name.startsWith(`${stem}.`) && !/\.part$/i.test(name))
  )

/**
 * The file of this name, if it is the same: nothing replaces it. A name that holds the media's UUID is proof enough where
 * the address has expired, or the host doesn't say how large the file is.
 */
const keep = Effect.fnUntraced(function* (
  output: Media.Output,
  path: string,
  isOwnName: boolean,
  { idleTimeout }: Choices
) {
  const stats = yield* Disk.find(path)
  if (stats === undefined) return undefined
  const same = stats.isFile()
    ? yield* Media.open(output, { from: stats.size, idleTimeout }).pipe(
        Effect.map(({ size }) => (size === undefined ? undefined : size === stats.size)),
        Effect.scoped,
        Effect.result
      )
    : Result.succeed(false)
  if (Result.getOrElse(same, () => undefined) ?? (!isOwnName && output.uuid !== undefined)) {
    return { path, size: stats.size, isNew: false, output } satisfies SavedFile
  }
  return yield* Result.isFailure(same) ? same.failure : taken(path)
})

const taken = (path: string): RunwareError =>
  Disk.unusable(
    "fileExists",
    `${JSON.stringify(path)} is there already, and is another file.`,
    "Take another folder or name, or pass `overwrite: true`."
  )

/** One attempt. What it got stays in the `.part` file for the next one. */
const fetchInto = (output: Media.Output, folder: string, known: string | undefined, choices: Choices): Saving =>
  Effect.gen(function* () {
    // By the media's UUID, whatever the file is called: the beginning of another one must not be gone on with.
    const part = join(folder, `${output.stem}.part`)
    const canResume = output.uuid !== undefined
    const handle = yield* Disk.openForWriting(part)
    const before = canResume ? (yield* Disk.step("looked up", part, () => handle.stat())).size : 0
    const content = yield* opened(output, before, choices)
    if ((content.size ?? 0) > choices.maxBytes) return yield* tooLarge(part, choices.maxBytes)
    // What is longer than the file is none of it. Otherwise nothing is cut: another download may be writing there, too.
    if (before > (content.size ?? before)) yield* Disk.step("cut", part, () => handle.truncate(0))
    let received = content.from
    const report = Effect.suspend(() => choices.onProgress({ output, received, size: content.size }))
    yield* report
    yield* Stream.runForEach(content.bytes, (bytes) =>
      Effect.gen(function* () {
        if (received + bytes.byteLength > choices.maxBytes) return yield* tooLarge(part, choices.maxBytes)
        yield* write(handle, part, bytes, received)
        received += bytes.byteLength
        yield* report
      })
    )
    if (received === 0 || (content.size !== undefined && received !== content.size)) {
      return yield* incomplete(received, content.size)
    }
    yield* Disk.step("written", part, async () => {
      await handle.truncate(received)
      await handle.sync()
    })
    const name = known ?? (yield* nameOf(output, content.type, handle, part))
    const path = join(folder, name)
    if (!(yield* Disk.publish(part, path, choices.overwrite))) {
      const there = yield* keep(output, path, known !== undefined, choices)
      yield* Disk.remove(part)
      return there ?? (yield* taken(path))
    }
    return { path, size: received, isNew: true, output }
  }).pipe(Effect.scoped)

/** The rest of a file, or the whole where the beginning that is there can't be one of it. */
const opened = Effect.fnUntraced(function* (output: Media.Output, from: number, { idleTimeout }: Choices) {
  const content = yield* Media.open(output, { from, idleTimeout })
  return from > 0 && content.size !== undefined && content.size < from
    ? yield* Media.open(output, { idleTimeout })
    : content
})

const write = (handle: FileHandle, path: string, bytes: Uint8Array, at: number) =>
  Disk.step("written", path, async () => {
    // At its place, so that two downloads of one file write the same bytes over each other.
    for (let done = 0; done < bytes.byteLength;) {
      done += (await handle.write(bytes, done, bytes.byteLength - done, at + done)).bytesWritten
    }
  })

/** Its bytes know best what it is; the host may know, too. */
const nameOf = Effect.fnUntraced(function* (
  { stem }: Media.Output,
  type: string | undefined,
  handle: FileHandle,
  part: string
) {
  const { buffer, bytesRead } = yield* Disk.step("read", part, () => handle.read(new Uint8Array(8192), 0, 8192, 0))
  const sniffed = yield* Media.sniff(buffer.subarray(0, bytesRead))
  const extension = sniffed?.extension ?? (type === undefined ? undefined : fileExtension(type))
  return extension === undefined ? stem : `${stem}.${extension}`
})

const tooLarge = (part: string, maxBytes: number) =>
  Effect.andThen(
    Disk.remove(part),
    Effect.fail(
      makeError("validation", {
        rawCode: "mediaTooLarge",
        message: `The file has more than ${maxBytes} bytes.`,
        advice: "Allow more with the option `maxBytes`.",
        submission: "none"
      })
    )
  )

const incomplete = (received: number, size: number | undefined): RunwareError =>
  makeError("connection", {
    rawCode: "mediaIncomplete",
    message: `The file ended after ${received} ${size === undefined ? "bytes" : `of ${size} bytes`}.`,
    advice: "The same download goes on where it broke off.",
    submission: "none"
  })
