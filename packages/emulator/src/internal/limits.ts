/** What the emulator can bear, where a model's schema leaves it open: a clear refusal instead of a fake file. */
import type { WireTask } from "@effect-runware/core/Protocol"
import { longestSide } from "./dimensions.ts"
import { isRecord } from "./json.ts"
import { describeOutput, outputKind } from "./outputs.ts"
import { reject, type Rejection } from "./rejection.ts"

/** Why a task can't be made here, if it can't. */
export const outputLimits = (task: WireTask, resultFields: ReadonlyArray<string>): Rejection | undefined => {
  const kind = outputKind(task, resultFields)
  const format = task["outputFormat"]
  if (kind !== undefined && format !== undefined && !kind.formats.some((each) => each === format)) {
    const message = `${task.taskType} does not yield ${String(format)}.`
    return reject(400, "unsupportedOutputFormat", message, { parameter: "outputFormat", allowedValues: kind.formats })
  }
  for (const [parameter, limit] of Object.entries(numberLimits)) {
    const rejection = beyond(parameter, task[parameter], limit)
    if (rejection !== undefined) return rejection
  }
  const described = kind && describeOutput(task, kind, "", 0, undefined)
  return described === undefined
    ? undefined
    : (videoLimits(task, described.fps > 0) ?? sampleRateLimit(task, described))
}

interface NumberLimit {
  readonly min: number
  readonly max: number
  readonly type: "integer" | "number"
  /** What the number has to be a multiple of. */
  readonly multiplier?: number
}

const numberLimits: Readonly<Record<string, NumberLimit>> = {
  width: { min: 1, max: longestSide.image, type: "integer" },
  height: { min: 1, max: longestSide.image, type: "integer" },
  numberResults: { min: 1, max: 20, type: "integer" },
  promptVersions: { min: 1, max: 20, type: "integer" },
  outputQuality: { min: 1, max: 100, type: "integer" },
  duration: { min: 0, max: 600, type: "number" },
  upscaleFactor: { min: 1, max: 16, type: "number" }
}

/** Sides are even, since the pixels of a video share colours two by two. */
const videoNumberLimits: Readonly<Record<string, NumberLimit>> = {
  width: { min: 16, max: longestSide.video, type: "integer", multiplier: 2 },
  height: { min: 16, max: longestSide.video, type: "integer", multiplier: 2 },
  duration: { min: 0, max: 120, type: "number" },
  fps: { min: 1, max: 120, type: "number" }
}

const videoLimits = (task: WireTask, moves: boolean): Rejection | undefined => {
  if (!moves) return undefined
  for (const [parameter, limit] of Object.entries(videoNumberLimits)) {
    const rejection = beyond(parameter, task[parameter], limit)
    if (rejection !== undefined) return rejection
  }
  return undefined
}

const beyond = (parameter: string, value: unknown, limit: NumberLimit): Rejection | undefined => {
  if (value === undefined) return undefined
  const { max, min, multiplier, type } = limit
  const about = { parameter, type, min, max, ...(multiplier === undefined ? {} : { multiplier }) }
  const invalid = `invalid${parameter.charAt(0).toUpperCase()}${parameter.slice(1)}`
  if (typeof value !== "number" || (type === "integer" && !Number.isInteger(value))) {
    return reject(400, invalid, `'${parameter}' must be of type ${type}.`, about)
  }
  if (value > max) return reject(400, "valueTooLarge", `'${parameter}' must be at most ${max}.`, about)
  if (value < min) return reject(400, "valueTooSmall", `'${parameter}' must be at least ${min}.`, about)
  return multiplier !== undefined && value % multiplier !== 0
    ? reject(400, invalid, `'${parameter}' must be a multiple of ${multiplier}.`, about)
    : undefined
}

/** The sample rates that MP3 knows. */
export const mp3Rates = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const
const flacRates = [8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const

/** The sample rates of the formats that know only some; the sound of MP4 and MOV files is MP3. */
const sampleRates: Readonly<Record<string, ReadonlyArray<number>>> = {
  MP3: mp3Rates,
  MP4: mp3Rates,
  MOV: mp3Rates,
  FLAC: flacRates
}

const sampleRateLimit = (
  { audioSettings }: WireTask,
  { format, sound }: ReturnType<typeof describeOutput>
): Rejection | undefined => {
  const parameter = "audioSettings.sampleRate"
  const asked = isRecord(audioSettings) ? audioSettings["sampleRate"] : undefined
  if (sound === undefined || asked === undefined) return undefined
  const rejection = beyond(parameter, asked, { min: 8000, max: 48_000, type: "integer" })
  const allowed = sampleRates[format]
  if (rejection !== undefined || allowed === undefined || allowed.some((rate) => rate === asked)) return rejection
  return reject(400, "unsupportedSampleRate", `${format} files have a sample rate of ${allowed.join(", ")}.`, {
    parameter,
    allowedValues: allowed
  })
}
