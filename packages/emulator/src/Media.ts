/**
 * Media as descriptions. The state of the service holds no bytes: it holds what an output looks like, and whoever
 * delivers the output renders it then. The same description always gives the same bytes.
 *
 * @since 0.1.0
 */

/**
 * The formats that the emulator can really encode: every one that the service's schemas name, and `SAFETENSORS` for what
 * a training yields.
 *
 * @since 0.1.0
 * @category models
 */
export type MediaFormat =
  | "JPG"
  | "PNG"
  | "WEBP"
  | "TIFF"
  | "SVG"
  | "MP4"
  | "WEBM"
  | "MOV"
  | "MP3"
  | "WAV"
  | "FLAC"
  | "OGG"
  | "GLB"
  | "FBX"
  | "SAFETENSORS"

/**
 * What there is to hear.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sound {
  /** Samples a second. */
  readonly sampleRate: number
  readonly channels: 1 | 2
  /** Thousands of bits a second, for the lossy formats. */
  readonly bitrate: number
}

/**
 * Everything that decides the bytes of one output.
 *
 * @since 0.1.0
 * @category models
 */
export interface MediaDescription {
  readonly uuid: string
  readonly format: MediaFormat
  /** What is drawn: a picture, a mask, the lines of a control image, or a picture with its background cut away. */
  readonly motif: "picture" | "mask" | "lines" | "cutout"
  /** Pixels. Zero where the format has none. */
  readonly width: number
  readonly height: number
  /** 20 to 99, for the lossy formats. */
  readonly quality: number
  /** Seconds. Zero where the format has none. */
  readonly duration: number
  /** Pictures a second. Zero where nothing moves. */
  readonly fps: number
  readonly sound: Sound | undefined
  readonly prompt: string
  readonly seed: number
  readonly model: string
}

/**
 * How an output reaches the caller.
 *
 * @since 0.1.0
 * @category models
 */
export type OutputType = "URL" | "base64Data" | "dataURI"

/**
 * Stands in a reply for the address or the bytes of one output, until the reply is written. A class and not a tagged
 * object, so that nothing a client sends can be taken for one.
 *
 * @since 0.1.0
 * @category models
 */
export class MediaOutput {
  readonly description: MediaDescription
  readonly as: OutputType
  constructor(description: MediaDescription, as: OutputType) {
    this.description = description
    this.as = as
  }
}

/**
 * The content type of each format.
 *
 * @since 0.1.0
 * @category constants
 */
export const contentTypes: Readonly<Record<MediaFormat, string>> = {
  JPG: "image/jpeg",
  PNG: "image/png",
  WEBP: "image/webp",
  TIFF: "image/tiff",
  SVG: "image/svg+xml",
  MP4: "video/mp4",
  WEBM: "video/webm",
  MOV: "video/quicktime",
  MP3: "audio/mpeg",
  WAV: "audio/wav",
  FLAC: "audio/flac",
  OGG: "audio/ogg",
  GLB: "model/gltf-binary",
  FBX: "application/octet-stream",
  SAFETENSORS: "application/octet-stream"
}

/**
 * Where an output is served, below the service's own address.
 *
 * @since 0.1.0
 * @category paths
 */
export const mediaPath = (description: MediaDescription): string =>
  `/media/${description.uuid}.${description.format.toLowerCase()}`

/**
 * Writes a reply as JSON, with the address or the bytes of each output in place of its description. `bytes` is asked
 * only for outputs that travel inside the reply.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encodeReply = async (
  payload: unknown,
  origin: string,
  base64: (description: MediaDescription) => Promise<string>
): Promise<string> => {
  const inline = new Map<MediaDescription, Promise<string>>()
  const collect = (value: unknown): void => {
    if (value instanceof MediaOutput) {
      if (value.as !== "URL") inline.set(value.description, base64(value.description))
    } else if (typeof value === "object" && value !== null) {
      for (const inner of Object.values(value)) collect(inner)
    }
  }
  collect(payload)
  const encoded = new Map<MediaDescription, string>()
  for (const [description, bytes] of inline) encoded.set(description, await bytes)
  return JSON.stringify(payload, (_key, value: unknown) => {
    if (!(value instanceof MediaOutput)) return value
    if (value.as === "URL") return origin + mediaPath(value.description)
    const bytes = encoded.get(value.description) ?? ""
    return value.as === "base64Data" ? bytes : `data:${contentTypes[value.description.format]};base64,${bytes}`
  })
}
