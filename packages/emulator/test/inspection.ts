/** What a media file is, found out by readers that had no part in writing it. */
import { WebIO } from "@gltf-transform/core"
import { parseBinary } from "fbx-parser"
import { BufferSource, EncodedPacketSink, Input, WEBM } from "mediabunny"
import { createFile, MP4BoxBuffer, type Movie } from "mp4box"
import { parseBuffer } from "music-metadata"
import sharp from "sharp"

/** The bytes and what the service calls them. */
export interface Fetched {
  readonly bytes: Buffer
  readonly contentType: string
}

/** Fetches an output. */
export const fetched = async (address: unknown): Promise<Fetched> => {
  const response = await fetch(String(address))
  return {
    bytes: Buffer.from(await response.arrayBuffer()),
    contentType: response.headers.get("content-type") ?? ""
  }
}

/** An image, every pixel of it decoded. */
export const image = async (bytes: Buffer) => {
  const { format = "" } = await sharp(bytes).metadata()
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  return {
    format,
    width: info.width,
    height: info.height,
    complete: data.length === info.width * info.height * info.channels
  }
}

/** A video: its container, its codecs, its size, and how many pictures it shows in which time. */
export const video = async (bytes: Buffer) =>
  bytes.toString("latin1", 4, 8) === "ftyp" ? isoVideo(bytes) : await webm(bytes)

const isoVideo = (bytes: Buffer) => {
  const file = createFile()
  let movie: Movie | undefined
  file.onReady = (info) => {
    movie = info
  }
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes).buffer, 0))
  file.flush()
  const pictures = movie?.videoTracks[0]
  const seconds = (pictures?.samples_duration ?? 0) / (pictures?.timescale ?? 1)
  return {
    container: movie?.brands.includes("qt  ") === true ? "MOV" : "MP4",
    codec: pictures?.codec.split(".", 1)[0],
    width: pictures?.video?.width,
    height: pictures?.video?.height,
    duration: hundredths(seconds),
    fps: hundredths((pictures?.nb_samples ?? 0) / seconds),
    sound: movie?.audioTracks[0]?.codec
  }
}

const webm = async (bytes: Buffer) => {
  const { format } = await parseBuffer(bytes)
  const pictures = format.trackInfo.find((track) => track.video !== undefined)
  const track = await new Input({ source: new BufferSource(bytes), formats: [WEBM] }).getPrimaryVideoTrack()
  if (track === null) throw new Error("a WEBM without a video")
  let count = 0
  for await (const packet of new EncodedPacketSink(track).packets()) {
    // A frame of VP8 is a WebP without its envelope, so that another decoder can read each one.
    if (count === 0 || packet.data.length % 17 === 0) {
      const { info } = await sharp(webpOf(packet.data)).raw().toBuffer({ resolveWithObject: true })
      if (info.width !== pictures?.video?.pixelWidth) throw new Error(`frame ${count} is ${info.width} pixels wide`)
    }
    count += 1
  }
  const duration = await track.computeDuration()
  return {
    container: format.container === "EBML/webm" ? "WEBM" : format.container,
    codec: pictures?.codecName,
    width: pictures?.video?.pixelWidth,
    height: pictures?.video?.pixelHeight,
    duration: hundredths(duration),
    fps: hundredths(count / duration),
    sound: format.trackInfo.find((each) => each.audio !== undefined)?.codecName
  }
}

const webpOf = (frame: Uint8Array): Buffer => {
  const padded = frame.length + (frame.length % 2)
  const webp = Buffer.alloc(20 + padded)
  webp.write("RIFF", 0, "latin1")
  webp.writeUInt32LE(12 + padded, 4)
  webp.write("WEBPVP8 ", 8, "latin1")
  webp.writeUInt32LE(frame.length, 16)
  webp.set(frame, 20)
  return webp
}

/** A sound. MP3 holds whole frames only, and may end a few hundredths late. */
export const sound = async (bytes: Buffer) => {
  const { format } = await parseBuffer(bytes, undefined, { duration: true })
  return {
    container: format.container,
    codec: format.codec,
    duration: Math.round((format.duration ?? 0) * 10) / 10,
    sampleRate: format.sampleRate,
    channels: format.numberOfChannels
  }
}

/** A body as binary glTF: how many points and faces it has. */
export const glb = async (bytes: Buffer) => {
  const document = await new WebIO().readBinary(bytes)
  const [primitive] = document.getRoot().listMeshes()[0]?.listPrimitives() ?? []
  return {
    points: primitive?.getAttribute("POSITION")?.getCount() ?? 0,
    faces: (primitive?.getIndices()?.getCount() ?? 0) / 3
  }
}

/** The same of an FBX. */
export const fbx = (bytes: Buffer) => {
  const records = parseBinary(bytes)
  const geometry = records.find(({ name }) => name === "Objects")?.nodes.find(({ name }) => name === "Geometry")
  const list = (name: string): ReadonlyArray<unknown> => {
    const values = geometry?.nodes.find((node) => node.name === name)?.props[0]
    return Array.isArray(values) ? values : []
  }
  return { points: list("Vertices").length / 3, faces: list("PolygonVertexIndex").length / 3 }
}

/** The tensors of a safetensors file, and whether their numbers fill it to the end. */
export const safetensors = (bytes: Buffer) => {
  const headerLength = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerLength)) as Record<
    string,
    { readonly dtype: string; readonly shape: ReadonlyArray<number>; readonly data_offsets: readonly [number, number] }
  >
  const tensors = Object.entries(header).filter(([name]) => name !== "__metadata__")
  const ends = tensors.map(([, { data_offsets }]) => data_offsets[1])
  return {
    tensors: tensors.map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    complete: Math.max(...ends) === bytes.length - 8 - headerLength
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100
