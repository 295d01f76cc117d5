/** Encoded pictures and sound in one file, the same bytes each time. */
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
  type AudioCodec
} from "mediabunny"

/** The files that hold a video. */
export type VideoContainer = "MP4" | "MOV" | "WEBM"

/** One encoded picture. */
export interface Frame {
  readonly data: Uint8Array
  readonly type: "key" | "delta"
}

/** Pictures that repeat until there are `frameCount` of them. */
export interface PictureTrack {
  readonly frames: ReadonlyArray<Frame>
  readonly config: VideoDecoderConfig
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frameCount: number
}

/** Encoded sound. */
export interface SoundTrack {
  readonly codec: AudioCodec
  readonly config: AudioDecoderConfig
  readonly packets: AsyncIterable<EncodedPacket>
}

/** Writes a video. */
export const mux = async (
  container: VideoContainer,
  pictures: PictureTrack,
  sound: SoundTrack | undefined
): Promise<Uint8Array> => {
  const target = new BufferTarget()
  const output = new Output({ format: formatOf(container), target })
  const video = new EncodedVideoPacketSource(container === "WEBM" ? "vp8" : "avc")
  output.addVideoTrack(video, { frameRate: pictures.fps })
  const audio = sound && new EncodedAudioPacketSource(sound.codec)
  if (audio !== undefined) output.addAudioTrack(audio)
  await output.start()
  await Promise.all([addPictures(video, pictures), audio && sound && addSound(audio, sound)])
  await output.finalize()
  const file = new Uint8Array(target.buffer ?? new ArrayBuffer(0))
  if (container !== "WEBM") withoutTimes(file)
  return file
}

const formatOf = (container: VideoContainer) => {
  switch (container) {
    case "MP4":
      return new Mp4OutputFormat({ fastStart: "in-memory" })
    case "MOV":
      return new MovOutputFormat({ fastStart: "in-memory" })
    case "WEBM":
      return new WebMOutputFormat()
  }
}

const addPictures = async (
  source: EncodedVideoPacketSource,
  { config, fps, frameCount, frames }: PictureTrack
): Promise<void> => {
  for (let index = 0; index < frameCount; index++) {
    const frame = frames[index % frames.length]
    if (frame === undefined) return
    const packet = new EncodedPacket(frame.data, frame.type, index / fps, 1 / fps)
    await source.add(packet, index === 0 ? { decoderConfig: config } : undefined)
  }
  source.close()
}

const addSound = async (source: EncodedAudioPacketSource, { config, packets }: SoundTrack): Promise<void> => {
  let first = true
  for await (const packet of packets) {
    await source.add(packet, first ? { decoderConfig: config } : undefined)
    first = false
  }
  source.close()
}

const parents: ReadonlySet<string> = new Set(["moov", "trak", "mdia"])
const dated: ReadonlySet<string> = new Set(["mvhd", "tkhd", "mdhd"])

/** Takes out of an MP4 or MOV when it was written, which the library sets from the clock of the machine. */
const withoutTimes = (file: Uint8Array, from = 0, to = file.length): void => {
  const view = new DataView(file.buffer, file.byteOffset)
  for (let start = from; start + 8 <= to;) {
    const name = String.fromCharCode(...file.subarray(start + 4, start + 8))
    const long = view.getUint32(start) === 1
    const size = long ? Number(view.getBigUint64(start + 8)) : view.getUint32(start)
    if (size < 8) return
    if (parents.has(name)) withoutTimes(file, start + 8, start + size)
    // Version and flags, then the times of creation and of the last change: four bytes each, or eight in version 1.
    if (dated.has(name)) file.fill(0, start + 12, start + 12 + (view.getUint8(start + 8) === 1 ? 16 : 8))
    start += size
  }
}
