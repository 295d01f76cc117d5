/**
 * Moving pictures as files. The picture of a description is drawn once, larger than asked, and a camera circles over it.
 * Only one round of the camera is encoded; its packets repeat until the duration is reached, so that a long video costs
 * no more work than a short one.
 */
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from "mediabunny"
import { setImmediate } from "node:timers/promises"
import sharp, { type Sharp } from "sharp"
import type { MediaDescription } from "../../Media.ts"
import { renderAudio } from "./audio.ts"
import { captionSvg } from "./caption.ts"
import { createH264Encoder } from "./h264.ts"
import { mux, type Frame, type SoundTrack, type VideoContainer } from "./container.ts"
import { layers } from "./raster.ts"
import { svg } from "./scene.ts"

/** Renders an MP4, MOV or WEBM. */
export const renderVideo = async (description: MediaDescription, container: VideoContainer): Promise<Uint8Array> => {
  const { duration, fps, height, sound, width } = description
  const pictures = await camera(description)
  const track = container === "WEBM" ? await vp8(pictures, description) : await h264(pictures, description)
  const audio = sound && (await soundTrack(await renderAudio(description, sound, container === "WEBM" ? "OGG" : "MP3")))
  return await mux(container, { ...track, width, height, fps, frameCount: frameCount(duration, fps) }, audio)
}

/** A video has at least one picture. */
const frameCount = (duration: number, fps: number): number => Math.max(1, Math.round(duration * fps))

/** One round of the camera takes so many seconds, or fewer where so many pixels would take too long to encode. */
const roundSeconds = 4
const pixelBudget = 32_000_000
const leastFrames = 8

const roundLength = ({ duration, fps, height, width }: MediaDescription): number => {
  const affordable = Math.max(leastFrames, Math.floor(pixelBudget / (width * height)))
  return Math.min(frameCount(duration, fps), Math.max(1, Math.round(roundSeconds * fps)), affordable)
}

/** The pictures of one round, in order. Each is drawn when it is asked for, off the main thread. */
interface Pictures {
  readonly length: number
  readonly at: (index: number) => Sharp
}

const camera = async (description: MediaDescription): Promise<Pictures> => {
  const { fps, height, motif, width } = description
  const length = roundLength(description)
  // A camera that has little time for its round goes a short way.
  const margin = Math.max(1, Math.round((Math.min(width, height) / 12) * Math.min(1, length / fps / roundSeconds)))
  const [wide, tall] = [width + 2 * margin, height + 2 * margin]
  const larger = { ...description, width: wide, height: tall }
  const raw = { width: wide, height: tall, channels: 4 } as const
  const pixels = await pixelsOf(svg(wide, tall, await layers(larger)))
  const caption = motif === "picture" ? captionSvg(description) : ""
  const overlay = caption === "" ? undefined : await pixelsOf(svg(width, height, caption))
  return {
    length,
    at: (index) => {
      const angle = (2 * Math.PI * index) / length
      const left = margin + Math.round(margin * Math.cos(angle))
      const top = margin + Math.round(margin * Math.sin(angle))
      const shot = sharp(pixels, { raw }).extract({ left, top, width, height })
      return overlay === undefined
        ? shot
        : shot.composite([{ input: overlay, raw: { width, height, channels: 4 }, left: 0, top: 0 }])
    }
  }
}

const pixelsOf = async (document: string): Promise<Buffer> =>
  sharp(Buffer.from(document)).ensureAlpha().raw().toBuffer()

/** The frames of one round, and what a player has to know before them. */
interface Encoded {
  readonly frames: ReadonlyArray<Frame>
  readonly config: VideoDecoderConfig
}

/** VP8 by way of WebP: a lossy WebP is one key frame of VP8 in an envelope. */
const vp8 = async (pictures: Pictures, { height, quality, width }: MediaDescription): Promise<Encoded> => {
  const frames: Array<Frame> = []
  for (let index = 0; index < pictures.length; index++) {
    const webp = await pictures
      .at(index)
      .flatten({ background: "#000" })
      .webp({ quality: Math.round(quality * 0.75), effort: 0 })
      .toBuffer()
    frames.push({ type: "key", data: chunk(webp, "VP8 ") })
  }
  return { frames, config: { codec: "vp8", codedWidth: width, codedHeight: height } }
}

/** A chunk of a RIFF file, of which WebP is one. */
const chunk = (riff: Buffer, name: string): Uint8Array => {
  let start = 12
  while (riff.toString("latin1", start, start + 4) !== name) {
    const size = riff.readUInt32LE(start + 4)
    start += 8 + size + (size % 2)
  }
  return riff.subarray(start + 8, start + 8 + riff.readUInt32LE(start + 4))
}

let encoders = 0

const h264 = async (pictures: Pictures, { fps, height, quality, width }: MediaDescription): Promise<Encoded> => {
  const encoder = await createH264Encoder()
  // All encoders share one file system.
  encoder.outputFilename = `${encoders++}.mp4`
  encoder.width = width
  encoder.height = height
  encoder.frameRate = fps
  encoder.groupOfPictures = pictures.length
  encoder.speed = 10
  encoder.quantizationParameter = quantizer(quality)
  try {
    encoder.initialize()
    const pixels = (index: number) => pictures.at(index).raw().toBuffer()
    let next = pixels(0)
    for (let index = 0; index < pictures.length; index++) {
      const picture = await next
      // Drawn by other threads while this one encodes.
      if (index + 1 < pictures.length) next = pixels(index + 1)
      encoder.addFrameRgba(picture)
      await setImmediate()
    }
    encoder.finalize()
    return await framesOf(encoder.FS.readFile(encoder.outputFilename, { encoding: "binary" }))
  } finally {
    encoder.FS.unlink(encoder.outputFilename)
    encoder.delete()
  }
}

/** The quantizer of H.264 runs from 10 for the best to 51 for the smallest. */
const quantizer = (quality: number): number => Math.round(46 - (quality / 100) * 22)

const framesOf = async (mp4: Uint8Array): Promise<Encoded> => {
  const track = await new Input({ source: new BufferSource(mp4), formats: ALL_FORMATS }).getPrimaryVideoTrack()
  const config = await track?.getDecoderConfig()
  if (!track || !config) throw new Error("The video encoder wrote no video.")
  const frames: Array<Frame> = []
  for await (const { data, type } of new EncodedPacketSink(track).packets()) frames.push({ data, type })
  return { frames, config }
}

const soundTrack = async (file: Uint8Array): Promise<SoundTrack> => {
  const track = await new Input({ source: new BufferSource(file), formats: ALL_FORMATS }).getPrimaryAudioTrack()
  const config = await track?.getDecoderConfig()
  if (!track?.codec || !config) throw new Error("The audio encoder wrote no sound.")
  return { codec: track.codec, config, packets: new EncodedPacketSink(track).packets() }
}
