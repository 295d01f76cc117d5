/**
 * Explicit files: what they are called, and how they are read when a call needs their bytes. What reads is loaded then.
 */
import type { MediaFile, MediaSource } from "@effect-runware/schemas/media"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { loadReading } from "./parts.ts"
import { type Reader, typeId } from "./source.ts"

/**
 * What a file may say about itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileOptions {
  /** Its MIME type. Default: what its bytes say. */
  readonly type?: string | undefined
  /** Its name, for whoever prints it. It is not sent. */
  readonly name?: string | undefined
}

/**
 * Anything that gives bytes piece by piece: a web stream, a Node stream or another async iterable, a `Stream` of Effect.
 *
 * @since 0.1.0
 * @category models
 */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Stream.Stream<Uint8Array, unknown>

/** Prints what it is, and none of its bytes. */
export class File implements MediaFile {
  readonly [typeId]: Reader
  readonly name: string | undefined
  readonly type: string | undefined

  constructor(read: Reader["read"], { name, type }: FileOptions) {
    this.name = name
    this.type = type
    const reader: Reader = { read }
    this[typeId] = reader
    // Consoles and loggers need not print how it is read.
    Object.defineProperty(this, typeId, { value: reader, enumerable: false })
  }

  toJSON(): Record<string, unknown> {
    return { _tag: "MediaFile", name: this.name, type: this.type }
  }
}

/** Promises, as readers are of every copy of this package: rejects with the error of the effect. */
const loaded = () => Effect.runPromise(loadReading)

/** A file of pieces that are asked for anew by each call. */
export const opened = (
  open: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
  declared: string | undefined,
  options: FileOptions
): MediaFile =>
  new File(async (limit, signal) => {
    const { collect } = await loaded()
    return { bytes: await collect(open(signal), limit, signal), declared }
  }, options)

/** A file that is read like another medium, which may be made when it is first needed. */
export const wrapped = (source: () => MediaSource | Promise<MediaSource>, options: FileOptions): MediaFile =>
  new File(async (limit, signal) => {
    const { read } = await loaded()
    return read(await source(), limit, signal)
  }, options)

/** A file of a stream, which is read once for all calls. */
export const streamed = (stream: ByteStream, options: FileOptions): MediaFile => {
  let reading: Promise<Uint8Array> | undefined
  let isBroken = false
  return new File(async (limit, signal) => {
    const { collectStream, problem } = await loaded()
    if (isBroken) {
      const message = "The stream was read in part by an earlier call, and can't be read again."
      throw problem("mediaAlreadyRead", message, "Open it anew for each call.")
    }
    // A call that was given up before it came to the stream leaves it to the next.
    if (reading === undefined) signal.throwIfAborted()
    reading ??= collectStream(stream, limit, signal).catch((cause: unknown) => {
      isBroken = true
      throw cause
    })
    return { bytes: await reading, declared: undefined }
  }, options)
}
