/**
 * Files on disk, in and out: {@link fromFile} is a file where a parameter takes a medium, and {@link download} saves the
 * files of a result.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { NodeMedia } from "@effect-runware/node"
 * import { Effect } from "effect"
 *
 * export const program = Runware.run({
 *   model: "runware:101@1",
 *   positivePrompt: "a lighthouse in fog",
 *   inputs: { seedImage: NodeMedia.fromFile("photo.png") },
 *   width: 768,
 *   height: 512
 * }).pipe(Effect.flatMap((images) => NodeMedia.download(images, "out")))
 * ```
 *
 * @since 0.1.0
 */
import * as Media from "@effect-runware/core/Media"
import { type RunwareError, withDetails } from "@effect-runware/core/RunwareError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import { basename } from "node:path"
import { choicesOf } from "./internal/choices.ts"
import * as Disk from "./internal/disk.ts"
import { fileType } from "./internal/fileType.ts"
import { describePath, pathOf, piecesOf } from "./internal/reading.ts"
import { save } from "./internal/saving.ts"

/**
 * A file on disk, by its path or `file:` URL. It is read when a task that it stands in is sent, whole or not at all: what is
 * not there, empty, larger than allowed or no regular file fails that call with code `validation`, and nothing is sent. The
 * MIME type is sniffed from the bytes; where they don't tell, the extension does.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFile = (path: string | URL, options: Pick<Media.FileOptions, "type"> = {}): Media.MediaFile => {
  // What is no path is refused when it is read, as a file that isn't there.
  const name = basename(path instanceof URL ? path.pathname : String(path))
  return Media.make((signal) => piecesOf(path, signal), { ...options, name, declared: fileType(name) })
}

/**
 * How files are saved.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadOptions {
  /** Replace files that are there. Default `false`: what is there and is the same is kept, another file is an error. */
  readonly overwrite?: boolean | undefined
  /** The name of each file, without a path. Default: its UUID and extension. */
  readonly name?: ((output: Media.Output) => string) | undefined
  /** The most bytes that one file may have. Default 1 GiB. */
  readonly maxBytes?: number | undefined
  /** Files that are fetched at once. Default 4. */
  readonly concurrency?: number | undefined
  /** The longest silence while a file is fetched. Default 30 seconds. */
  readonly idleTimeout?: Duration.Input | undefined
  /** Attempts after the first one, for each file; they go on where it broke off. Default 3. */
  readonly maxRetries?: number | undefined
  /** Told about each piece of a file that came. */
  readonly onProgress?: ((progress: DownloadProgress) => Effect.Effect<void>) | undefined
}

/**
 * How far one file is.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadProgress {
  readonly output: Media.Output
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
  readonly output: Media.Output
}

/**
 * Saves all files of a result, or of all results of a call, in a folder, which is made if need be. A file gets its name
 * only when it is complete; until then it is a `.part` file, and the same download at any later time goes on where it
 * broke off, and finds what is complete. The names follow from the UUIDs of the files.
 *
 * All files are tried before the first error is told: `validation` for another file of the same name, one that is too
 * large, a folder that can't be written to or a result without files; `notFound` for an expired address; `connection`,
 * `timeout` and `serverError` when the attempts are used up.
 *
 * @since 0.1.0
 * @category outputs
 */
export const download = (
  results: unknown,
  to: string | URL,
  options: DownloadOptions = {}
): Effect.Effect<ReadonlyArray<SavedFile>, RunwareError, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const choices = yield* Effect.fromResult(choicesOf(options))
    const outputs = Media.outputs(results)
    if (outputs.length === 0) {
      const nothing = Disk.unusable("noFiles", "There are no files in the result.", "Texts are in the result itself.")
      return yield* withDetails(nothing, { parameter: "results" })
    }
    const folder = yield* folderOf(to)
    yield* Disk.makeFolder(folder)
    const saved = yield* Effect.forEach(outputs, (output) => Effect.result(save(output, folder, choices)), {
      concurrency: choices.concurrency
    })
    return yield* Effect.forEach(saved, (one) => Effect.fromResult(one))
  })

const folderOf = (to: string | URL): Effect.Effect<string, RunwareError> =>
  Effect.try({
    try: () => pathOf(to),
    catch: (cause) =>
      Disk.unusable(
        "invalidFolder",
        `\`to\` must be the path of a folder, got ${describePath(to)}.`,
        "Give the path of a folder, relative or absolute.",
        cause
      )
  })
