/** The size of an output in pixels: as the task asks, or as its input and its factor make it. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { InputMedia } from "./inputs.ts"

/** Pixels. */
export interface Dimensions {
  readonly width: number
  readonly height: number
}

/** The longest side that is drawn, of pictures and of videos. */
export const longestSide = { image: 8192, video: 4096 } as const

const defaults = { image: { width: 1024, height: 1024 }, video: { width: 1280, height: 720 } } as const

/** What an upscaler makes of an input whose size is not known. */
const unknownInput = { image: { width: 512, height: 512 }, video: { width: 640, height: 360 } } as const

/** Task types whose output is as large as their input. */
const sizePreserving: ReadonlySet<string> = new Set([
  "removeBackground",
  "controlNetPreprocess",
  "imageMasking",
  "vectorize"
])

/**
 * The size of what a task yields: by `width` and `height`, by a `resolution` such as `2K` or `720p`, by its input where
 * that decides it, or else a default. Sides of videos are even, since their pixels share colours two by two.
 */
export const dimensions = (task: WireTask, medium: "image" | "video", input: InputMedia | undefined): Dimensions => {
  const asked = askedSize(task, medium, input) ?? derivedSize(task, medium, input) ?? defaults[medium]
  const shrink = Math.min(1, longestSide[medium] / Math.max(asked.width, asked.height))
  const side = (length: number): number => {
    const whole = Math.max(1, Math.round(length * shrink))
    return medium === "video" ? Math.max(16, whole - (whole % 2)) : whole
  }
  return { width: side(asked.width), height: side(asked.height) }
}

const askedSize = (
  { height, resolution, width }: WireTask,
  medium: "image" | "video",
  input: InputMedia | undefined
): Dimensions | undefined => {
  if (typeof width === "number" || typeof height === "number") {
    const side = typeof width === "number" ? width : Number(height)
    return { width: side, height: typeof height === "number" ? height : side }
  }
  return typeof resolution === "string" ? parseResolution(resolution, medium, input) : undefined
}

const derivedSize = (
  { targetMegapixels, taskType, upscaleFactor }: WireTask,
  medium: "image" | "video",
  input: InputMedia | undefined
): Dimensions | undefined => {
  if (taskType === "upscale") {
    const { height, width } = input ?? unknownInput[medium]
    const factor =
      typeof targetMegapixels === "number"
        ? Math.sqrt((targetMegapixels * 1_000_000) / (width * height))
        : typeof upscaleFactor === "number"
          ? upscaleFactor
          : 2
    return { width: width * factor, height: height * factor }
  }
  return medium === "video" || sizePreserving.has(taskType) ? input : undefined
}

/** A resolution is a size in pixels, the shorter side in lines, or thousands of pixels, which are lines for a video. */
const parseResolution = (
  resolution: string,
  medium: "image" | "video",
  input: InputMedia | undefined
): Dimensions | undefined => {
  const pixels = /^(?<width>\d{2,4})x(?<height>\d{2,4})$/i.exec(resolution)?.groups
  if (pixels !== undefined) return { width: Number(pixels["width"]), height: Number(pixels["height"]) }
  const lines = /^(?<value>\d{3,4})p$/i.exec(resolution)?.groups?.["value"]
  if (lines !== undefined) return ofLines(Number(lines), input)
  const thousands = /^(?<value>[1-8]|[0-7]\.[1-9])k$/i.exec(resolution)?.groups?.["value"]
  if (thousands === undefined) return undefined
  if (medium === "video") return ofLines(Number(thousands) * 540, input)
  const side = Math.round(Number(thousands) * 1024)
  return { width: side, height: side }
}

/** A picture with so many lines on its shorter side, in the shape of the input, or wide. */
const ofLines = (lines: number, input: InputMedia | undefined): Dimensions => {
  const shape = input === undefined ? 16 / 9 : input.width / input.height
  const longer = Math.round((lines * Math.max(shape, 1 / shape)) / 2) * 2
  return shape >= 1 ? { width: longer, height: lines } : { width: lines, height: longer }
}
