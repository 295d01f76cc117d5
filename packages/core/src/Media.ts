/**
 * Files in and out. In: bytes, a `Blob` or an explicit file stand anywhere in the parameters of a task and leave as data
 * URIs, encoded once while the request is built; a string is never taken for a path. Out: {@link outputs} finds the files
 * of a result, {@link bytes} gives what is in one, and `NodeMedia.download` saves them.
 *
 * ```ts
 * import { Media, Runware } from "@effect-runware/core"
 *
 * export const program = (photo: Uint8Array, mask: Blob) =>
 *   Runware.run({
 *     model: "runware:101@1",
 *     positivePrompt: "a lighthouse in fog",
 *     inputs: { seedImage: Media.fromBytes(photo, { type: "image/png" }), maskImage: mask },
 *     width: 768,
 *     height: 512
 *   })
 * ```
 *
 * @since 0.1.0
 */
import type { BlobLike, MediaFile, MediaSource } from "@effect-runware/schemas/media"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Scope from "effect/Scope"
import type { Content, Fetching } from "./internal/media/content.ts"
import { type ByteStream, type FileOptions, opened, streamed, wrapped } from "./internal/media/file.ts"
import * as Outputs from "./internal/media/outputs.ts"
import { loadContent, loadSniffing, loadTaking } from "./internal/media/parts.ts"
import type { FileType } from "./internal/media/sniffing.ts"
import { isMediaFile as isFile } from "./internal/media/source.ts"
import type { RunwareError } from "./RunwareError.ts"

export type { BlobLike, MediaFile, MediaSource } from "@effect-runware/schemas/media"
export type { Content, Fetching } from "./internal/media/content.ts"
export type { ByteStream, FileOptions } from "./internal/media/file.ts"
export type { Delivery, Output } from "./internal/media/outputs.ts"
export type { FileType } from "./internal/media/sniffing.ts"
export { defaultMaxBytes } from "./internal/media/source.ts"

/**
 * Whether a value is an explicit file, of this or any other copy of the package.
 *
 * @since 0.1.0
 * @category guards
 */
export const isMediaFile: (value: unknown) => value is MediaFile = isFile

/**
 * A file that is opened anew whenever it is read: what `NodeMedia.fromFile` is made of. `declared` is a type that counts
 * only where the bytes don't say theirs.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  open: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
  options: FileOptions & { readonly declared?: string | undefined } = {}
): MediaFile => opened(open, options.declared, options)

/**
 * A file that is made when it is read: for what has to be loaded, or asked for, before.
 *
 * @since 0.1.0
 * @category constructors
 */
export const suspend = (file: () => Promise<MediaFile>, options: FileOptions = {}): MediaFile => wrapped(file, options)

/**
 * A file of bytes. Bytes may also stand in parameters as they are; this is for those whose type has to be said.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromBytes = (bytes: ArrayBufferView | ArrayBuffer, options: FileOptions = {}): MediaFile =>
  wrapped(() => bytes, options)

/**
 * A file of a `Blob` or `File`. They may also stand in parameters as they are; this is for those whose type is wrong.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromBlob = (blob: BlobLike, options: FileOptions = {}): MediaFile => wrapped(() => blob, options)

/**
 * A file that comes as a stream. It is read to its end before the task is sent, and kept as long as this value: every
 * attempt, and every call that it is given to, sends the same bytes.
 *
 * ```ts
 * import { Media } from "@effect-runware/core"
 *
 * export const photo = async (url: string) => Media.fromStream((await fetch(url)).body!, { name: "photo" })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromStream = (stream: ByteStream, options: FileOptions = {}): MediaFile => streamed(stream, options)

/**
 * A medium as a data URI, its MIME type sniffed from the bytes. Fails with code `validation` when it is empty, larger than
 * `maxBytes` (default 23 MiB), of a kind that its bytes don't tell, or no medium at all.
 *
 * ```ts
 * import { Media } from "@effect-runware/core"
 *
 * export const uri = (file: File) => Media.toDataURI(file)
 * ```
 *
 * @since 0.1.0
 * @category encoding
 */
export const toDataURI = (
  source: MediaSource | ByteStream,
  options: FileOptions & { readonly maxBytes?: number | undefined } = {}
): Effect.Effect<string, RunwareError> => Effect.flatMap(loadTaking, ({ toDataURI }) => toDataURI(source, options))

/**
 * What a file is by its bytes, with the extension that its name gets; nothing where they don't say it.
 *
 * @since 0.1.0
 * @category encoding
 */
export const sniff = (bytes: Uint8Array): Effect.Effect<FileType | undefined, RunwareError> =>
  Effect.flatMap(loadSniffing, ({ sniff }) => Effect.promise(() => sniff(bytes)))

/**
 * The files of a result, or of all results of a call: images, video, audio, masks, 3D files, however the service delivered
 * them. A result without files, such as a text, has none.
 *
 * ```ts
 * import { Media } from "@effect-runware/core"
 *
 * export const addresses = (results: unknown) => Media.outputs(results).map(({ value }) => value)
 * ```
 *
 * @since 0.1.0
 * @category outputs
 */
export const outputs: (results: unknown) => ReadonlyArray<Outputs.Output> = Outputs.outputs

/**
 * The extension in the address of a file, without its dot, where it has one. Bytes say theirs to {@link sniff}.
 *
 * @since 0.1.0
 * @category outputs
 */
export const extensionOf: (output: Outputs.Output) => string | undefined = Outputs.extensionOf

/**
 * How much of a file is taken.
 *
 * @since 0.1.0
 * @category models
 */
export interface TakeOptions {
  /** The most bytes that a file may have. Default 256 MiB. */
  readonly maxBytes?: number | undefined
  /** The longest silence while it is fetched. Default 30 seconds. */
  readonly idleTimeout?: Fetching["idleTimeout"]
}

/**
 * The bytes of a result's file, or of one of {@link outputs}: decoded without a request where the result holds them
 * (`base64Data`, `dataURI`), else fetched, and again when that fails in a way that may pass. Fails with code `validation`
 * when the result has not exactly one file or the file is larger than `maxBytes`, `notFound` when its address has expired.
 *
 * ```ts
 * import { Media, Runware } from "@effect-runware/core"
 * import { Effect } from "effect"
 *
 * export const program = Runware.run({
 *   model: "runware:101@1",
 *   positivePrompt: "a lighthouse in fog",
 *   width: 768,
 *   height: 512,
 *   outputType: "base64Data"
 * }).pipe(Effect.flatMap(([image]) => Media.bytes(image)))
 * ```
 *
 * @since 0.1.0
 * @category outputs
 */
export const bytes = (
  file: unknown,
  options: TakeOptions = {}
): Effect.Effect<Uint8Array, RunwareError, HttpClient.HttpClient> =>
  Effect.flatMap(loadTaking, ({ bytes }) => bytes(file, options))

/**
 * The same as a `Blob` with its MIME type, as browsers show and upload it.
 *
 * @since 0.1.0
 * @category outputs
 */
export const toBlob = (
  file: unknown,
  options: TakeOptions = {}
): Effect.Effect<Blob, RunwareError, HttpClient.HttpClient> =>
  Effect.flatMap(loadTaking, ({ toBlob }) => toBlob(file, options))

/**
 * Opens one of {@link outputs} for whoever stores it: its size and type, and its bytes as a stream, from where an earlier
 * attempt broke off. The request ends with the scope. Nothing is tried again here, and an incomplete file is the caller's
 * to notice.
 *
 * @since 0.1.0
 * @category outputs
 */
export const open = (
  output: Outputs.Output,
  options: Fetching = {}
): Effect.Effect<Content, RunwareError, HttpClient.HttpClient | Scope.Scope> =>
  Effect.flatMap(loadContent, ({ open }) => open(output, options))
