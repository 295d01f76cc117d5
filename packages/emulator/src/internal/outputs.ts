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
  const limit = numberLimit(task)
  if (limit !== undefined) return limit
  const { inputs } = task
  const kind = outputKind(taskType)
  if (kind === undefined) return undefined
  if (isRecord(inputs) && inputs["video"] !== undefined && kind.prefix === "image") {
    const message = `The emulator offers ${taskType} for images only.`
    return reject(400, "unsupportedParameter", message, { parameter: "inputs.video" })
  }
  const format = task["outputFormat"]
  return format === undefined || kind.formats.some((each) => each === format)
    ? undefined
    : reject(400, "unsupportedOutputFormat", `The emulator can't encode ${String(format)}.`, {
        parameter: "outputFormat",
        allowedValues: kind.formats
      })
}

/** What the emulator can bear where a model's schema leaves a number open. */
const numberLimits: Readonly<Record<string, { readonly min: number; readonly max: number; readonly type: string }>> = {
  width: { min: 1, max: 8192, type: "integer" },
  height: { min: 1, max: 8192, type: "integer" },
  numberResults: { min: 1, max: 20, type: "integer" },
  promptVersions: { min: 1, max: 20, type: "integer" },
  outputQuality: { min: 1, max: 100, type: "integer" },
  duration: { min: 0, max: 600, type: "number" },
  upscaleFactor: { min: 1, max: 16, type: "number" }
}

const numberLimit = (task: WireTask): Rejection | undefined => {
  for (const [parameter, { max, min, type }] of Object.entries(numberLimits)) {
    const value = task[parameter]
    if (value === undefined) continue
    const about = { parameter, type, min, max }
    if (typeof value !== "number" || (type === "integer" && !Number.isInteger(value))) {
      const code = `invalid${parameter.charAt(0).toUpperCase()}${parameter.slice(1)}`
      return reject(400, code, `'${parameter}' must be of type ${type}.`, about)
    }
    if (value > max) return reject(400, "valueTooLarge", `'${parameter}' must be at most ${max}.`, about)
    if (value < min) return reject(400, "valueTooSmall", `'${parameter}' must be at least ${min}.`, about)
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

interface Dimensions {
  readonly width: number
  readonly height: number
}

/** The size asked for: in pixels, by a resolution such as `2K` or `720p`, or by scaling up a default input. */
export const dimensions = (task: WireTask): Dimensions => {
  const { height, resolution, upscaleFactor, width } = task
  if (typeof width === "number" || typeof height === "number") {
    const side = typeof width === "number" ? width : Number(height)
    return { width: side, height: typeof height === "number" ? height : side }
  }
  const named = typeof resolution === "string" ? parseResolution(resolution) : undefined
  if (named !== undefined) return named
  if (task.taskType !== "upscale") return { width: defaultSide, height: defaultSide }
  const side = Math.min(4096, Math.round((defaultSide / 2) * (typeof upscaleFactor === "number" ? upscaleFactor : 2)))
  return { width: side, height: side }
}

const parseResolution = (resolution: string): Dimensions | undefined => {
  const pixels = /^(?<width>\d{2,4})x(?<height>\d{2,4})$/i.exec(resolution)?.groups
  if (pixels !== undefined) return { width: Number(pixels["width"]), height: Number(pixels["height"]) }
  const thousands = /^(?<value>[1-8]|[0-7]\.[1-9])k$/i.exec(resolution)?.groups?.["value"]
  if (thousands !== undefined) {
    const side = Math.round(Number(thousands) * defaultSide)
    return { width: side, height: side }
  }
  const lines = /^(?<value>\d{3,4})p$/i.exec(resolution)?.groups?.["value"]
  if (lines === undefined) return undefined
  const height = Math.min(4320, Number(lines))
  return { width: Math.round((height * 16) / 9 / 2) * 2, height }
}
