/**
 * Files on disk, in and out: {@link fromFile} is a file where a parameter takes a medium.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { NodeMedia } from "@effect-runware/node"
 *
 * export const program = Runware.run({
 *   model: "runware:101@1",
 *   positivePrompt: "a lighthouse in fog",
 *   inputs: { seedImage: NodeMedia.fromFile("photo.png") },
 *   width: 768,
 *   height: 512
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as Media from "@effect-runware/core/Media"
import { basename } from "node:path"
import { fileType } from "./internal/fileType.ts"
import { piecesOf } from "./internal/reading.ts"

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
