/**
 * What is done with the files of results, and with files as data URIs. The first of such calls loads it.
 */
import * as Core from "@effect-runware/core/Media"
import type { MediaSource } from "@effect-runware/schemas/media"
import * as Effect from "effect/Effect"
import type { ByteStream, DownloadOptions, DownloadProgress, FetchOptions, FileOptions, SavedFile } from "../Media.ts"
import { disk } from "./media.ts"
import { readDownloadOptions, readMediaOptions } from "./options.ts"
import { perform } from "./perform.ts"

export const bytes = async (file: unknown, options?: FetchOptions): Promise<Uint8Array> => {
  const [means, own] = taking(options)
  return perform(Core.bytes(file, own), means)
}

export const toBlob = async (file: unknown, options?: FetchOptions): Promise<Blob> => {
  const [means, own] = taking(options)
  return perform(Core.toBlob(file, own), means)
}

const taking = (options: FetchOptions | undefined) => {
  const [means, own] = readMediaOptions(options, ["maxBytes", "idleTimeout"])
  // The core checks at run time that these are its options.
  return [means, own as Core.TakeOptions] as const
}

export const download = async (
  results: unknown,
  to: string | URL,
  options?: DownloadOptions
): Promise<Array<SavedFile>> => {
  const [{ onProgress, ...means }, own] = readDownloadOptions(options)
  const told = onProgress === undefined ? {} : { onProgress: telling(onProgress) }
  const saved = Effect.flatMap(disk, (node) => node.download(results, to, { ...own, ...told }))
  return [...(await perform(saved, means))]
}

/** A callback must not break what it is told about. */
const telling = (onProgress: (progress: DownloadProgress) => unknown) => (progress: DownloadProgress) =>
  Effect.ignore(Effect.sync(() => onProgress(progress)).pipe(Effect.catchDefect(() => Effect.void)))

export const toDataURI = async (
  source: MediaSource | ByteStream,
  options?: FileOptions & { readonly maxBytes?: number | undefined; readonly signal?: AbortSignal | undefined }
): Promise<string> => {
  const [means, own] = readMediaOptions(options, ["maxBytes", "type", "name"])
  // The core checks at run time that these are its options.
  return perform(Core.toDataURI(source, own as Core.FileOptions), means)
}
