/** Which media a task yields, and what they look like. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { MediaDescription, MediaFormat, OutputType, Sound } from "../Media.ts"
import { dimensions } from "./dimensions.ts"
import { promptOf, withoutDirectives } from "./directives.ts"
import type { InputMedia } from "./inputs.ts"
import { isRecord } from "./json.ts"

/** The outputs of a media task: what they may be, the format when none is asked, and the fields that name them. */
export interface OutputKind {
  readonly formats: readonly [MediaFormat, ...ReadonlyArray<MediaFormat>]
  readonly motif: MediaDescription["motif"]
  /** `image` stands for `imageUUID`, `imageURL`, `imageBase64Data` and `imageDataURI`. */
  readonly prefix: "image" | "maskImage" | "guideImage" | "video" | "audio" | "file"
}

const pictures = ["JPG", "PNG", "WEBP"] as const
const videos = ["MP4", "WEBM", "MOV"] as const

const kinds: Readonly<Record<string, OutputKind>> = {
  imageInference: { formats: [...pictures, "TIFF"], motif: "picture", prefix: "image" },
  videoInference: { formats: videos, motif: "picture", prefix: "video" },
  audioInference: { formats: ["MP3", "WAV", "FLAC", "OGG", ...videos], motif: "picture", prefix: "audio" },
  "3dInference": { formats: ["GLB", "FBX"], motif: "picture", prefix: "file" },
  training: { formats: ["SAFETENSORS"], motif: "picture", prefix: "file" },
  upscale: { formats: pictures, motif: "picture", prefix: "image" },
  removeBackground: { formats: ["PNG", "WEBP", "JPG"], motif: "cutout", prefix: "image" },
  vectorize: { formats: ["SVG"], motif: "picture", prefix: "image" },
  controlNetPreprocess: { formats: pictures, motif: "lines", prefix: "guideImage" },
  imageMasking: { formats: pictures, motif: "mask", prefix: "maskImage" }
}

/**
 * The kind of media that a task yields; `undefined` for those that yield text. Upscaling and removing the background
 * yield what they are given: `resultFields`, the input or the format say whether that is a video.
 */
export const outputKind = (task: WireTask, resultFields: ReadonlyArray<string>): OutputKind | undefined => {
  const kind = Object.hasOwn(kinds, task.taskType) ? kinds[task.taskType] : undefined
  if (kind === undefined || (task.taskType !== "upscale" && task.taskType !== "removeBackground")) return kind
  const isVideo = resultFields.includes("videoUUID") || hasVideoInput(task) || isVideoFormat(task["outputFormat"])
  return isVideo ? { ...kind, formats: videos, prefix: "video" } : kind
}

/** Whether nobody would wait for the answer to a task: videos and trainings take minutes. */
export const takesLong = (task: WireTask, resultFields: ReadonlyArray<string>): boolean =>
  task.taskType === "training" || outputKind(task, resultFields)?.prefix === "video"

/** Whether a task is given a video. */
export const hasVideoInput = ({ inputVideo, inputs }: WireTask): boolean =>
  inputVideo !== undefined || (isRecord(inputs) && inputs["video"] !== undefined)

const isVideoFormat = (format: unknown): boolean => videos.some((video) => video === format)

/** The parameters that decide an output and have a value without being asked for. */
const completed = ["outputFormat", "resolution", "duration", "fps"] as const

/** A task with what its model's schema has such parameters be when the task leaves them out. */
export const complete = (task: WireTask, values: (parameter: string) => ReadonlyArray<string | number>): WireTask => {
  const sized = task["width"] !== undefined || task["height"] !== undefined
  const missing = completed
    .filter((parameter) => task[parameter] === undefined && !(parameter === "resolution" && sized))
    .map((parameter) => [parameter, values(parameter)[0]])
    .filter(([, value]) => value !== undefined)
  return missing.length === 0 ? task : { ...task, ...Object.fromEntries(missing) }
}

/** How a task wants its outputs. */
export const outputType = ({ outputType }: WireTask): OutputType =>
  outputType === "base64Data" || outputType === "dataURI" ? outputType : "URL"

/** What one output of a media task looks like. */
export const describeOutput = (
  task: WireTask,
  kind: OutputKind,
  uuid: string,
  seed: number,
  input: InputMedia | undefined
): MediaDescription => {
  const prompt = withoutDirectives(promptOf(task))
  const quality = task["outputQuality"]
  const format = kind.formats.find((each) => each === task["outputFormat"]) ?? kind.formats[0]
  const moves = isVideoFormat(format)
  const sounds = kind.prefix === "audio"
  const shows = moves || (!sounds && kind.prefix !== "file")
  const size = shows ? dimensions(task, moves ? "video" : "image", input) : { width: 0, height: 0 }
  return {
    uuid,
    format,
    motif: kind.motif,
    ...size,
    quality: typeof quality === "number" ? quality : 95,
    duration: moves || sounds ? (positive(task["duration"]) ?? input?.duration ?? usualDuration(sounds, prompt)) : 0,
    fps: moves ? (positive(task["fps"]) ?? input?.fps ?? 24) : 0,
    sound: sounds ? soundOf(task) : undefined,
    prompt,
    seed,
    model: typeof task["model"] === "string" ? task["model"] : ""
  }
}

/** A clip is five seconds, unless somebody has to say the prompt in it. */
const usualDuration = (sounds: boolean, prompt: string): number =>
  sounds ? Math.max(1, Math.min(60, prompt.length / 15)) : 5

const soundOf = ({ audioSettings }: WireTask): Sound => {
  const settings = isRecord(audioSettings) ? audioSettings : {}
  return {
    sampleRate: positive(settings["sampleRate"]) ?? 44_100,
    channels: settings["channels"] === 1 ? 1 : 2,
    bitrate: positive(settings["bitrate"]) ?? 128
  }
}

const positive = (value: unknown): number | undefined => (typeof value === "number" && value > 0 ? value : undefined)
