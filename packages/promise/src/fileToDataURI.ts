/**
 * Files as data URIs.
 *
 * @since 0.1.0
 */
import type { MediaSource } from "@effect-runware/schemas/media"
import * as Effect from "effect/Effect"
import { loadMediaCalls } from "./internal/loading.ts"
import { type ByteStream, type FileOptions, fromFile } from "./Media.ts"

/**
 * A file as a data URI, its MIME type sniffed from its bytes: a path or `file:` URL (where there is a disk), bytes, a `Blob`
 * or `File`, a stream.
 *
 * Rejects with code `validation` when there is no such file, it is empty, has more than `maxBytes` (default 23 MiB), or its
 * bytes don't tell what it is and no `type` does.
 *
 * @example
 * import { fileToDataURI } from "@effect-runware/promise"
 *
 * const seedImage = await fileToDataURI("photo.png")
 *
 * @since 0.1.0
 * @category inputs
 */
export const fileToDataURI = async (
  file: string | URL | MediaSource | ByteStream,
  options?: FileOptions & { readonly maxBytes?: number | undefined; readonly signal?: AbortSignal | undefined }
): Promise<string> => {
  const source = typeof file === "string" || file instanceof URL ? fromFile(file) : file
  const { toDataURI } = await Effect.runPromise(loadMediaCalls)
  return toDataURI(source, options)
}
