/**
 * What a file is, by its bytes. Loaded with the first medium that is given or saved.
 */
import { fileTypeFromBuffer } from "file-type/core"

/** A kind of file: its MIME type, and the extension that its name gets, without a dot. */
export interface FileType {
  readonly mime: string
  readonly extension: string
}

/** Nothing where the bytes don't say it, as those of a text. */
export const sniff = async (bytes: Uint8Array): Promise<FileType | undefined> => {
  if (isSvg(bytes)) return { mime: "image/svg+xml", extension: "svg" }
  // It fails on files that break off in the middle of what it looks at.
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined)
  return found === undefined ? undefined : { mime: found.mime, extension: found.ext }
}

/** SVG has no magic number: it is XML whose first element is `svg`. */
const isSvg = (bytes: Uint8Array): boolean =>
  /^\uFEFF?\s*(?:<\?xml[^>]*>\s*|<!--[^]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/i.test(
    new TextDecoder().decode(bytes.subarray(0, 1024))
  )
