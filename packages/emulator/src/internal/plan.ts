/**
 * What will become of an accepted task: when each generation ends, what it costs, and what it yields. All of it follows
 * from the task, its model and the seed of the service, so it is settled at once and told as time passes.
 */
import type { WireItem, WireTask } from "@effect-runware/core/Protocol"
import type { Generation } from "../TaskRecord.ts"
import { MediaOutput, type MediaDescription } from "../Media.ts"
import { parseDirectives, promptOf } from "./directives.ts"
import { draw, lognormal, type Draw } from "./draw.ts"
import { inputMedia, type MediaLookup } from "./inputs.ts"
import { isRecord } from "./json.ts"
import { describeOutput, outputKind, outputType, type OutputKind } from "./outputs.ts"
import { compose, type Composition } from "./prose.ts"
import { errorsPage } from "./rejection.ts"

/** What the plan depends on besides the task. */
export interface Circumstances {
  readonly seed: string | number
  readonly timeScale: number
  readonly now: number
  /** Fields that the results must have. */
  readonly resultFields: ReadonlyArray<string>
  /** Media that the service made before, which may be the input of this task. */
  readonly media: MediaLookup
}

/** How many results a task asks for. */
const expectedResults = (task: WireTask): number => {
  const wanted = task.taskType === "promptEnhance" ? task["promptVersions"] : task["numberResults"]
  return typeof wanted === "number" && wanted >= 1 ? Math.floor(wanted) : 1
}

/** The generations of a task. */
export const plan = (task: WireTask, circumstances: Circumstances): ReadonlyArray<Generation> => {
  const { media, now, resultFields, timeScale } = circumstances
  const directives = parseDirectives(promptOf(task))
  const kind = outputKind(task, resultFields)
  const input = inputMedia(task, media)
  return Array.from({ length: expectedResults(task) }, (_, index): Generation => {
    const chance = draw(circumstances.seed, "generation", String(task.taskUUID), index)
    const seed = seedOf(task, chance, index)
    const text = kind === undefined ? compose(task, seed, input) : undefined
    const description = kind && describeOutput(task, kind, chance.uuid, seed, input)
    const trade = tradeOf(task, kind)
    const millis = directives.slow ?? duration(task, trade, chance, index)
    const completesAt = now + Math.round(millis * timeScale)
    const price = priceOf(task, trade, text, description)
    const code = directives.failureOf(index)
    if (code !== undefined) return { completesAt, price, outcome: { _tag: "Failure", error: simulatedError(code) } }
    const named =
      text === undefined
        ? mediaFields(task, kind, description, chance, resultFields)
        : textFields(task, text, resultFields)
    const fields: WireItem = {
      ...named,
      ...(seeded.has(task.taskType) ? { seed } : {}),
      ...(isSafetyChecked(task) ? { NSFWContent: false } : {}),
      ...(task["includeCost"] === true ? { cost: price / 1_000_000 } : {})
    }
    return { completesAt, price, outcome: { _tag: "Success", fields, media: description ? [description] : [] } }
  })
}

const simulatedError = (code: string) => ({
  code,
  message: `The prompt asks the emulator to fail with ${code}.`,
  documentation: errorsPage
})

/** What is paced and priced by itself: a task type, or an operation on videos. */
const tradeOf = ({ taskType }: WireTask, kind: OutputKind | undefined): string =>
  kind?.prefix === "video" && taskType !== "videoInference" ? `${taskType}-video` : taskType

/** Fastest and slowest model of each trade, in milliseconds. */
const paces: Readonly<Record<string, readonly [number, number]>> = {
  imageInference: [1500, 8000],
  videoInference: [20_000, 90_000],
  audioInference: [4000, 20_000],
  textInference: [800, 6000],
  "3dInference": [15_000, 60_000],
  training: [240_000, 1_200_000],
  caption: [1200, 4000],
  promptEnhance: [700, 2500],
  upscale: [2500, 9000],
  "upscale-video": [30_000, 120_000],
  removeBackground: [1000, 3500],
  "removeBackground-video": [20_000, 80_000],
  vectorize: [3000, 9000],
  controlNetPreprocess: [600, 2000],
  imageMasking: [800, 2500]
}

/** A model has its pace; each generation varies around it, and the later ones of a task come a little after the first. */
const duration = (task: WireTask, trade: string, chance: Draw, index: number): number => {
  const [fastest, slowest] = paces[trade] ?? [1500, 8000]
  const [position] = draw("pace", String(task["model"])).uniforms
  return fastest * (slowest / fastest) ** position * lognormal(chance, 0.15) * (1 + 0.25 * index)
}

const seedOf = (task: WireTask, chance: Draw, index: number): number =>
  typeof task["seed"] === "number" ? task["seed"] + index : chance.uint32

/**
 * Cheapest and dearest model of each trade, in millionths of a dollar: for a megapixel of a picture, a second of a video
 * (a megapixel, too), a token, or a result.
 */
const prices: Readonly<Record<string, readonly [number, number]>> = {
  imageInference: [600, 40_000],
  videoInference: [15_000, 200_000],
  audioInference: [8000, 60_000],
  textInference: [0.2, 12],
  "3dInference": [80_000, 500_000],
  training: [1_000_000, 8_000_000],
  caption: [300, 2500],
  promptEnhance: [100, 400],
  upscale: [800, 6000],
  "upscale-video": [8000, 60_000],
  removeBackground: [600, 5000],
  "removeBackground-video": [6000, 40_000],
  vectorize: [4000, 20_000],
  controlNetPreprocess: [300, 1200],
  imageMasking: [400, 2000]
}

/** What a model charges for a megapixel, a second of a megapixel, a token, or a result. */
export const unitPrice = (trade: string, model: string): number => {
  const [cheapest, dearest] = prices[trade] ?? [1000, 10_000]
  const [position] = draw("price", model).uniforms
  return cheapest * (dearest / cheapest) ** position
}

/** What one result of a task costs, as far as the task tells by itself. */
export const listPrice = (task: WireTask, resultFields: ReadonlyArray<string>): number => {
  const kind = outputKind(task, resultFields)
  return priceOf(task, tradeOf(task, kind), undefined, kind && describeOutput(task, kind, "", 0, undefined))
}

const priceOf = (
  task: WireTask,
  trade: string,
  text: Composition | undefined,
  description: MediaDescription | undefined
): number => Math.max(1, Math.round(unitPrice(trade, String(task["model"])) * amount(task, text, description)))

const amount = (task: WireTask, text: Composition | undefined, description: MediaDescription | undefined): number => {
  if (task.taskType === "textInference") return text?.usage.totalTokens ?? 1
  if (description === undefined) return 1
  const { duration, fps, height, width } = description
  const megapixels = (width * height) / 1_048_576
  if (task.taskType === "imageInference") return megapixels
  return fps > 0 ? megapixels * duration : 1
}

const seeded: ReadonlySet<string> = new Set(["imageInference", "videoInference", "audioInference", "3dInference"])

/** The fields that name an output, and what its task type says besides. */
const mediaFields = (
  task: WireTask,
  kind: OutputKind | undefined,
  description: MediaDescription | undefined,
  chance: Draw,
  resultFields: ReadonlyArray<string>
): WireItem => {
  if (kind === undefined || description === undefined) return {}
  const as = outputType(task)
  const output = new MediaOutput(description, as)
  if (kind.prefix !== "file") {
    const named = { [`${kind.prefix}UUID`]: chance.uuid, [kind.prefix + suffixes[as]]: output }
    return { ...named, ...derived(task, chance, description) }
  }
  const outputs = { files: [{ uuid: chance.uuid, url: output }] }
  if (task.taskType !== "training") return { outputs }
  // Some trainings only name the model they made.
  const tellsFiles = resultFields.length === 0 || resultFields.includes("outputs")
  return { air: trainedModel(task, chance), ...(tellsFiles ? { outputs } : {}) }
}

/** The model that a training makes: the one that the task wants, or of a provider that is nobody else's. */
const trainedModel = ({ importModel }: WireTask, chance: Draw): string => {
  const wanted = isRecord(importModel) ? importModel["air"] : undefined
  return typeof wanted === "string" ? wanted : `trained:${chance.uint32}@1`
}

const suffixes = { URL: "URL", base64Data: "Base64Data", dataURI: "DataURI" } as const

/** What masking and control images say about their input besides the output. */
const derived = (task: WireTask, chance: Draw, { height, width }: MediaDescription): WireItem => {
  if (task.taskType !== "imageMasking" && task.taskType !== "controlNetPreprocess") return {}
  const inputImageUUID = draw("input", String(task.taskUUID)).uuid
  if (task.taskType === "controlNetPreprocess") return { inputImageUUID }
  const [left, top, right, bottom] = chance.uniforms
  const detection = {
    x_min: Math.floor((left * width) / 3),
    y_min: Math.floor((top * height) / 3),
    x_max: Math.ceil(((2 + right) * width) / 3),
    y_max: Math.ceil(((2 + bottom) * height) / 3)
  }
  return { inputImageUUID, detections: [detection] }
}

const isSafetyChecked = ({ safety }: WireTask): boolean =>
  typeof safety === "object" &&
  safety !== null &&
  (("checkContent" in safety && safety.checkContent === true) ||
    ("mode" in safety && typeof safety.mode === "string" && safety.mode !== "none"))

const textFields = (
  task: WireTask,
  { finishReason, reasoning, text, usage }: Composition,
  resultFields: ReadonlyArray<string>
): WireItem => {
  if (task.taskType === "textInference") {
    const thoughts = reasoning === undefined ? {} : { reasoningContent: reasoning }
    return { text, ...thoughts, finishReason, ...(task["includeUsage"] === true ? { usage } : {}) }
  }
  // Some caption models describe in fields instead of a sentence.
  return resultFields.includes("structuredData") ? { structuredData: { description: text } } : { text }
}
