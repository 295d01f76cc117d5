/** The encoder for H.264, loaded with the first video that needs it. */
import type * as Library from "h264-mp4-encoder"
import { createRequire } from "node:module"

/**
 * Makes an encoder. Loading the library adds listeners that end the whole process on any unhandled rejection, which
 * isn't for an encoder to decide: they are taken off again.
 */
export const createH264Encoder = async (): Promise<Library.H264MP4Encoder> => {
  const exceptions = new Set(process.listeners("uncaughtException"))
  const rejections = new Set(process.listeners("unhandledRejection"))
  // Required, not imported: loaders disagree about what the default export of this CommonJS file is.
  const library = createRequire(import.meta.url)("h264-mp4-encoder") as typeof Library
  for (const listener of process.listeners("uncaughtException")) {
    if (!exceptions.has(listener)) process.off("uncaughtException", listener)
  }
  for (const listener of process.listeners("unhandledRejection")) {
    if (!rejections.has(listener)) process.off("unhandledRejection", listener)
  }
  return await library.createH264MP4Encoder()
}
