/**
 * Which parameters take a medium. A schema says of them only that they are strings: URLs, data URIs, base64, UUIDs.
 */
import type { JsonSchema } from "@effect-runware/schemas"

/** Names that stand for a medium, or a list of media, wherever they are. */
const names: ReadonlySet<string> = new Set([
  "audio",
  "audios",
  "document",
  "documents",
  "frameImages",
  "guideImage",
  "guideImages",
  "image",
  "images",
  "inputImage",
  "mask",
  "maskImage",
  "media",
  "referenceAudios",
  "referenceImages",
  "referenceVideos",
  "seedImage",
  "video",
  "videos"
])

/** Whether a parameter, `controlNet[].guideImage`, takes a medium: by its name, as one of `inputs`, or as its schema says. */
export const isMedia = (path: string, schema: JsonSchema): boolean => {
  const name = path.slice(path.lastIndexOf(".") + 1)
  return names.has(name) || /^inputs\.[^.]+$/.test(path) || schema["contentEncoding"] === "base64"
}
