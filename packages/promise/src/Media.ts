/**
 * Files in and out. In: bytes, a `Blob`, a `File` or what is made here stand anywhere in the parameters of a task and are
 * sent as data URIs; a string is never taken for a path. Out: the files of a result, as bytes, as a `Blob` or on the disk.
 *
 * @since 0.1.0
 */
import * as Core from "@effect-runware/core/Media"
import type { BlobLike, MediaFile } from "@effect-runware/schemas/media"
import * as Effect from "effect/Effect"
import type { ClientDependencies, DurationInput } from "./ClientConfig.ts"
import { loadMediaCalls } from "./internal/loading.ts"
import { loadDisk } from "./internal/media.ts"

export type { BlobLike, MediaFile, MediaSource } from "@effect-runware/schemas/media"

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
 * Anything that gives bytes piece by piece: a web stream, a Node stream, another async iterable.
 *
 * @since 0.1.0
 * @category models
 */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/**
 * A file on disk, by its path or `file:` URL. It is read when a task that it stands in is sent, whole or not at all: what is
 * not there, empty, too large or no regular file rejects that call with code `validation`, and nothing is sent. So does any
 * path where there is no disk, as in browsers.
 *
 * @example
 * import { createClient, Media } from "@effect-runware/promise"
 *
 * const [image] = await createClient().run({
 *   model: "bria:2@1",
 *   inputs: { image: Media.fromFile("photo.png") }
 * })
 *
 * @since 0.1.0
 * @category inputs
 */
export const fromFile = (path: string | URL, options: Pick<FileOptions, "type"> = {}): MediaFile =>
  Core.suspend(async () => (await loadDisk()).fromFile(path), { ...options, name: nameIn(path) })

const nameIn = (path: string | URL): string | undefined =>
  (path instanceof URL ? path.pathname : String(path)).split(/[/\\]/).at(-1)

/**
 * A file of bytes. Bytes may also stand in parameters as they are; this is for those whose type has to be said.
 *
 * @since 0.1.0
 * @category inputs
 */
export const fromBytes: (bytes: ArrayBufferView | ArrayBuffer, options?: FileOptions) => MediaFile = Core.fromBytes

/**
 * A file of a `Blob` or `File`. They may also stand in parameters as they are; this is for those whose type is wrong.
 *
 * @since 0.1.0
 * @category inputs
 */
export const fromBlob: (blob: BlobLike, options?: FileOptions) => MediaFile = Core.fromBlob

/**
 * A file that comes as a stream. It is read to its end before the task is sent, and kept as long as this value: every
 * attempt, and every call that it is given to, sends the same bytes.
 *
 * @since 0.1.0
 * @category inputs
 */
export const fromStream: (stream: ByteStream, options?: FileOptions) => MediaFile = Core.fromStream

/**
 * One file of a result.
 *
 * @since 0.1.0
 * @category models
 */
export interface Output {
  /** What it is, by its fields: `image` for `imageURL`, `file` for one of `outputs.files`. */
  readonly kind: "image" | "video" | "audio" | "maskImage" | "guideImage" | "media" | "file" | (string & {})
  readonly delivery: "URL" | "base64Data" | "dataURI"
  /** The address, the base64 or the data URI. */
  readonly value: string
  /** The UUID that the service gave the file. */
  readonly uuid: string | undefined
  readonly taskUUID: string | undefined
  /** The name that it is saved under, without the extension. */
  readonly stem: string
}

/**
 * The files of a result, or of all results of a call: images, video, audio, masks, 3D files, however the service delivered
 * them. A result without files, such as a text, has none.
 *
 * @since 0.1.0
 * @category outputs
 */
export const outputs = (results: unknown): Array<Output> => [...Core.outputs(results)]

/**
 * How a file is fetched.
 *
 * @since 0.1.0
 * @category models
 */
export interface FetchOptions {
  /** Gives it up. */
  readonly signal?: AbortSignal | undefined
  /** The `fetch` to use. Default: the global one. */
  readonly fetch?: ClientDependencies["fetch"]
  /** The most bytes that a file may have. Default 256 MiB in memory, 1 GiB on disk. */
  readonly maxBytes?: number | undefined
  /** The longest silence while it is fetched. Default 30 seconds. */
  readonly idleTimeout?: DurationInput | undefined
}

/**
 * The bytes of a result's file, or of one of {@link outputs}: decoded without a request where the result holds them
 * (`base64Data`, `dataURI`), else fetched.
 *
 * Rejects with code `validation` when the result has not exactly one file or it is larger than `maxBytes`, `notFound` when
 * its address has expired.
 *
 * @example
 * import { createClient, Media } from "@effect-runware/promise"
 *
 * const [image] = await createClient().run({
 *   model: "runware:101@1",
 *   positivePrompt: "a lighthouse in fog",
 *   outputType: "base64Data",
 *   width: 768,
 *   height: 512
 * })
 * const bytes = await Media.bytes(image)
 *
 * @since 0.1.0
 * @category outputs
 */
export const bytes = async (file: unknown, options?: FetchOptions): Promise<Uint8Array> =>
  (await calls()).bytes(file, options)

/**
 * The same as a `Blob` with its MIME type, as browsers show and upload it.
 *
 * @since 0.1.0
 * @category outputs
 */
export const toBlob = async (file: unknown, options?: FetchOptions): Promise<Blob> =>
  (await calls()).toBlob(file, options)

const calls = () => Effect.runPromise(loadMediaCalls)

/**
 * How files are saved.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadOptions extends FetchOptions {
  /** Replace files that are there. Default `false`: what is there and is the same is kept, another file is an error. */
  readonly overwrite?: boolean | undefined
  /** The name of each file, without a path. Default: its UUID and extension. */
  readonly name?: ((output: Output) => string) | undefined
  /** Files that are fetched at once. Default 4. */
  readonly concurrency?: number | undefined
  /** Attempts after the first one, for each file; they go on where it broke off. Default 3. */
  readonly maxRetries?: number | undefined
  /** Told about each piece of a file that came. What it throws is dropped. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
}

/**
 * How far one file is.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadProgress {
  readonly output: Output
  /** Bytes on the disk, those of earlier attempts included. */
  readonly received: number
  /** Bytes of the whole file, where the host says how many there are. */
  readonly size: number | undefined
}

/**
 * A file on the disk.
 *
 * @since 0.1.0
 * @category models
 */
export interface SavedFile {
  readonly path: string
  /** Its bytes. */
  readonly size: number
  /** Whether this call wrote it; else it was there before. */
  readonly isNew: boolean
  /** What it is in the result. */
  readonly output: Output
}

/**
 * Saves all files of a result, or of all results of a call, in a folder, which is made if need be. A file gets its name
 * only when it is complete; until then it is a `.part` file, and the same download at any later time goes on where it
 * broke off, and finds what is complete. The names follow from the UUIDs of the files. Nothing that is there is replaced,
 * unless `overwrite` says so.
 *
 * All files are tried before it rejects with the first error: `validation` for another file of the same name, one that is
 * too large, a folder that can't be written to or a result without files; `notFound` for an expired address; `connection`,
 * `timeout` and `serverError` when the attempts are used up.
 *
 * @example
 * import { createClient, Media } from "@effect-runware/promise"
 *
 * const images = await createClient().run({
 *   model: "runware:101@1",
 *   positivePrompt: "a lighthouse in fog",
 *   width: 768,
 *   height: 512
 * })
 * const files = await Media.download(images, "out")
 * console.log(files.map(({ path }) => path))
 *
 * @since 0.1.0
 * @category outputs
 */
export const download = async (
  results: unknown,
  to: string | URL,
  options?: DownloadOptions
): Promise<Array<SavedFile>> => (await calls()).download(results, to, options)
