/**
 * What a task was given to work on, as far as it shows without fetching anything: media that the service made or
 * keeps, by their identifier or address, and images that travel inside the request, by their first bytes.
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import { imageSize } from "image-size"
import type { StoredMedia } from "../State.ts"
import { isRecord } from "./json.ts"

/** The measures of an input. Duration and frame rate are those of videos. */
export interface InputMedia {
  readonly width: number
  readonly height: number
  readonly duration: number | undefined
  readonly fps: number | undefined
}

/** Finds what the service made or keeps, by its identifier. */
export type MediaLookup = (uuid: string) => StoredMedia | undefined

/** The main input of a task, if its measures are known. */
export const inputMedia = (task: WireTask, lookup: MediaLookup): InputMedia | undefined => {
  const reference = mainInput(task)
  if (reference === undefined) return undefined
  const uuid = uuidIn.exec(reference)?.[0]
  const stored = uuid === undefined ? undefined : lookup(uuid.toLowerCase())
  if (stored?._tag === "Brought") return measured(stored.file.bytes)
  if (stored === undefined) return reference.startsWith("http") ? undefined : measuredInline(reference)
  const { duration, fps, height, width } = stored.description
  if (width === 0) return undefined
  return { width, height, duration: duration > 0 ? duration : undefined, fps: fps > 0 ? fps : undefined }
}

/** An identifier by itself, or as the file name at the end of an address. */
const uuidIn = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?=(?:\.[a-z\d]+)?$)/i

/** Where tasks keep their main input, by the name of today first. */
const places = ["video", "image", "seedImage", "frameImages", "inputVideo", "inputImage"] as const

const mainInput = (task: WireTask): string | undefined => {
  const { inputs } = task
  for (const holder of [isRecord(inputs) ? inputs : {}, task]) {
    for (const place of places) {
      const found = referenceOf(holder[place])
      if (found !== undefined) return found
    }
  }
  return undefined
}

const referenceOf = (value: unknown): string | undefined => {
  const first: unknown = Array.isArray(value) ? value[0] : value
  const inner = isRecord(first) ? (first["image"] ?? first["inputImage"] ?? first["video"]) : first
  return typeof inner === "string" && inner !== "" ? inner : undefined
}

/** Image headers end early, but for photographs with a preview in front; this many characters hold those too. */
const headLength = 4 * 65_536

const measuredInline = (reference: string): InputMedia | undefined => {
  const start = reference.startsWith("data:") ? reference.indexOf(",") + 1 : 0
  const head = reference.slice(start, start + headLength)
  try {
    const whole = head.slice(0, head.length - (head.length % 4))
    return measured(Uint8Array.from(atob(whole), (letter) => letter.charCodeAt(0)))
  } catch {
    // No base64. What it is, is for others to say: its size is not known.
    return undefined
  }
}

const measured = (bytes: Uint8Array): InputMedia | undefined => {
  try {
    const { height, orientation = 1, width } = imageSize(bytes)
    // From 5 on, the picture is stored lying on its side.
    const size = orientation >= 5 ? { width: height, height: width } : { width, height }
    return width > 0 && height > 0 ? { ...size, duration: undefined, fps: undefined } : undefined
  } catch {
    // A video, or an image whose header doesn't end here.
    return undefined
  }
}
