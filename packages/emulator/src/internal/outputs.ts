/** Which outputs the emulator can make for a task, and what they look like. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { MediaDescription, MediaFormat, OutputType } from "../Media.ts"
import { promptOf, withoutDirectives } from "./directives.ts"
import { isRecord } from "./json.ts"
import { reject, type Rejection } from "./rejection.ts"

/** The outputs of each media task: what they may be, the format when none is asked, and the fields that name them. */
interface OutputKind {
  readonly formats: ReadonlyArray<MediaFormat>
  readonly motif: MediaDescription["motif"]
  /** `image` stands for `imageUUID`, `imageURL`, `imageBase64Data` and `imageDataURI`. */
  readonly prefix: "image" | "maskImage" | "guideImage" | "audio" | "file"
}

const pictures: ReadonlyArray<MediaFormat> = ["JPG", "PNG", "WEBP"]
const picturesWithAlpha: ReadonlyArray<MediaFormat> = ["PNG", "WEBP", "JPG"]

const kinds: Readonly<Record<string, OutputKind>> = {
  imageInference: { formats: pictures, motif: "picture", prefix: "image" },
  upscale: { formats: pictures, motif: "picture", prefix: "image" },
  removeBackground: { formats: picturesWithAlpha, motif: "cutout", prefix: "image" },
  vectorize: { formats: ["SVG"], motif: "picture", prefix: "image" },
  controlNetPreprocess: { formats: pictures, motif: "lines", prefix: "guideImage" },
  imageMasking: { formats: ["PNG", "JPG", "WEBP"], motif: "mask", prefix: "maskImage" },
  audioInference: { formats: ["WAV"], motif: "picture", prefix: "audio" },
  "3dInference": { formats: ["GLB"], motif: "picture", prefix: "file" }
}

/** The kind of media that a task type yields; `undefined` for those that yield text. */
export const outputKind = (taskType: string): OutputKind | undefined => kinds[taskType]

/** What the service offers and the emulator doesn't: a clear refusal instead of a fake file. */
export const outputLimits = (task: WireTask): Rejection | undefined => {
  const { taskType } = task
  if (taskType === "videoInference" || taskType === "training") {
    const message = `The emulator does not offer ${taskType} yet.`
    return reject(400, "unsupportedTaskType", message, { parameter: "taskType" })
  }
  if (task["deliveryMethod"] === "stream") {
    return reject(400, "unsupportedDeliveryMethod", "The emulator does not stream yet.", {
      parameter: "deliveryMethod",
      allowedValues: ["sync", "async"]
    })
  }
  const { inputs } = task
  const kind = outputKind(taskType)
  if (kind === undefined) return undefined
  if (isRecord(inputs) && inputs["video"] !== undefined && kind.prefix === "image") {
    const message = `The emulator offers ${taskType} for images only.`
    return reject(400, "unsupportedParameter", message, { parameter: "inputs.video" })
  }
  return sizeLimit(task) ?? formatLimit(task, kind)
}

const formatLimit = (task: WireTask, kind: OutputKind): Rejection | undefined => {
  const format = task["outputFormat"]
  return format === undefined || kind.formats.some((each) => each === format)
    ? undefined
    : reject(400, "unsupportedOutputFormat", `The emulator can't encode ${String(format)}.`, {
        parameter: "outputFormat",
        allowedValues: kind.formats
      })
}

/** The longest side that can be drawn, whatever a model's schema leaves open. */
const longestSide = 8192

const sizeLimit = (task: WireTask): Rejection | undefined => {
  for (const parameter of ["width", "height"]) {
    const side = task[parameter]
    if (side === undefined || isSide(side)) continue
    const tooLarge = typeof side === "number" && side > longestSide
    return reject(
      400,
      tooLarge ? "valueTooLarge" : `invalid${parameter === "width" ? "Width" : "Height"}`,
      `'${parameter}' must be a whole number of pixels, ${longestSide} at most.`,
      { parameter, type: "integer", min: 1, max: longestSide }
    )
  }
  return undefined
}

/** How a task wants its outputs. */
export const outputType = ({ outputType }: WireTask): OutputType =>
  outputType === "base64Data" || outputType === "dataURI" ? outputType : "URL"

/** What one output of a media task looks like. */
export const describeOutput = (task: WireTask, kind: OutputKind, uuid: string, seed: number): MediaDescription => {
  const prompt = withoutDirectives(promptOf(task))
  const { height, width } = dimensions(task)
  const quality = task["outputQuality"]
  const duration = task["duration"]
  const isAudio = kind.prefix === "audio"
  return {
    uuid,
    format: kind.formats.find((format) => format === task["outputFormat"]) ?? kind.formats[0] ?? "PNG",
    motif: kind.motif,
    width: isAudio ? 0 : width,
    height: isAudio ? 0 : height,
    quality: typeof quality === "number" ? quality : 95,
    duration: isAudio ? (typeof duration === "number" ? duration : Math.max(1, Math.min(60, prompt.length / 15))) : 0,
    prompt,
    seed,
    model: typeof task["model"] === "string" ? task["model"] : ""
  }
}

const defaultSide = 1024

/** The size asked for: in pixels, by a resolution such as `2K` or `720p`, or by scaling up a default input. */
export const dimensions = (task: WireTask): { readonly width: number; readonly height: number } => {
  const { height, upscaleFactor, width } = task
  if (isSide(width) && isSide(height)) return { width, height }
  if (isSide(width) || isSide(height)) {
    const side = isSide(width) ? width : Number(height)
    return { width: side, height: side }
  }
  const byResolution = typeof task["resolution"] === "string" ? parseResolution(task["resolution"]) : undefined
  if (byResolution !== undefined) return byResolution
  const factor = task.taskType === "upscale" ? (typeof upscaleFactor === "number" ? upscaleFactor : 2) : 1
  const side = task.taskType === "upscale" ? Math.min(4096, (defaultSide / 2) * factor) : defaultSide
  return { width: side, height: side }
}

const isSide = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= longestSide

const parseResolution = (resolution: string): { readonly width: number; readonly height: number } | undefined => {
  const pixels = /^(?<width>\d{2,5})x(?<height>\d{2,5})$/i.exec(resolution)?.groups
  if (pixels !== undefined) return { width: Number(pixels["width"]), height: Number(pixels["height"]) }
  const thousands = /^(?<value>[\d.]+)k$/i.exec(resolution)?.groups?.["value"]
  if (thousands !== undefined) {
    const side = Math.min(longestSide, Math.round(Number(thousands) * defaultSide))
    return { width: side, height: side }
  }
  const lines = /^(?<value>\d{3,4})p$/i.exec(resolution)?.groups?.["value"]
  return lines === undefined
    ? undefined
    : { width: Math.round((Number(lines) * 16) / 9 / 2) * 2, height: Number(lines) }
}
