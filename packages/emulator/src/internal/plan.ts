/**
 * What will become of an accepted task: when each generation ends, what it costs, and what it yields. All of it follows
 * from the task, its model and the seed of the service, so it is settled at once and told as time passes.
 */
import type { WireItem, WireTask } from "@effect-runware/core/Protocol"
import type { Generation } from "../State.ts"
import { MediaOutput } from "../Media.ts"
import { parseDirectives, promptOf } from "./directives.ts"
import { draw, lognormal, type Draw } from "./draw.ts"
import { describeOutput, dimensions, outputKind, outputType } from "./outputs.ts"
import { compose, type Composition } from "./prose.ts"
import { errorsPage } from "./rejection.ts"

/** What the plan depends on besides the task. */
export interface Circumstances {
  readonly seed: string | number
  readonly timeScale: number
  readonly now: number
  /** Fields that the results must have. */
  readonly resultFields: ReadonlyArray<string>
}

/** How many results a task asks for. */
const expectedResults = (task: WireTask): number => {
  const wanted = task.taskType === "promptEnhance" ? task["promptVersions"] : task["numberResults"]
  return typeof wanted === "number" && wanted >= 1 ? Math.floor(wanted) : 1
}

/** The generations of a task. */
export const plan = (task: WireTask, circumstances: Circumstances): ReadonlyArray<Generation> => {
  const directives = parseDirectives(promptOf(task))
  return Array.from({ length: expectedResults(task) }, (_, index): Generation => {
    const chance = draw(circumstances.seed, "generation", String(task.taskUUID), index)
    const millis = directives.slow ?? duration(task, chance, index)
    const completesAt = circumstances.now + Math.round(millis * circumstances.timeScale)
    const seed = seedOf(task, chance, index)
    const text = writes(task.taskType) ? compose(task, seed) : undefined
    const price = priceOf(task, text)
    const code = directives.failureOf(index)
    return code === undefined
      ? { completesAt, price, outcome: success(task, chance, seed, price, text, circumstances.resultFields) }
      : { completesAt, price, outcome: { _tag: "Failure", error: simulatedError(code) } }
  })
}

const simulatedError = (code: string) => ({
  code,
  message: `The prompt asks the emulator to fail with ${code}.`,
  documentation: errorsPage
})

const writes = (taskType: string): boolean => outputKind(taskType) === undefined

/** Fastest and slowest model of each task type, in milliseconds. */
const paces: Readonly<Record<string, readonly [number, number]>> = {
  imageInference: [1500, 8000],
  audioInference: [4000, 20_000],
  textInference: [800, 6000],
  "3dInference": [15_000, 60_000],
  caption: [1200, 4000],
  promptEnhance: [700, 2500],
  upscale: [2500, 9000],
  removeBackground: [1000, 3500],
  vectorize: [3000, 9000],
  controlNetPreprocess: [600, 2000],
  imageMasking: [800, 2500]
}

/** A model has its pace; each generation varies around it, and the later ones of a task come a little after the first. */
const duration = (task: WireTask, chance: Draw, index: number): number => {
  const [fastest, slowest] = paces[task.taskType] ?? [1500, 8000]
  const [position] = draw("pace", String(task["model"])).uniforms
  return fastest * (slowest / fastest) ** position * lognormal(chance, 0.15) * (1 + 0.25 * index)
}

const seedOf = (task: WireTask, chance: Draw, index: number): number =>
  typeof task["seed"] === "number" ? task["seed"] + index : chance.uint32

/** Cheapest and dearest model of each task type, in millionths of a dollar: for a megapixel, a token, or a result. */
const prices: Readonly<Record<string, readonly [number, number]>> = {
  imageInference: [600, 40_000],
  audioInference: [8000, 60_000],
  textInference: [0.2, 12],
  "3dInference": [80_000, 500_000],
  caption: [300, 2500],
  promptEnhance: [100, 400],
  upscale: [800, 6000],
  removeBackground: [600, 5000],
  vectorize: [4000, 20_000],
  controlNetPreprocess: [300, 1200],
  imageMasking: [400, 2000]
}

/** What a model charges for a megapixel, a token, or a result. */
export const unitPrice = (taskType: string, model: string): number => {
  const [cheapest, dearest] = prices[taskType] ?? [1000, 10_000]
  const [position] = draw("price", model).uniforms
  return cheapest * (dearest / cheapest) ** position
}

/** What one generation of a task costs. */
export const priceOf = (task: WireTask, text: Composition | undefined): number =>
  Math.max(1, Math.round(unitPrice(task.taskType, String(task["model"])) * amount(task, text)))

const amount = (task: WireTask, text: Composition | undefined): number => {
  if (task.taskType === "textInference") return text?.usage.totalTokens ?? 1
  if (task.taskType !== "imageInference") return 1
  const { height, width } = dimensions(task)
  return (width * height) / 1_048_576
}

const seeded: ReadonlySet<string> = new Set(["imageInference", "audioInference", "3dInference"])

const success = (
  task: WireTask,
  chance: Draw,
  seed: number,
  price: number,
  text: Composition | undefined,
  resultFields: ReadonlyArray<string>
): Generation["outcome"] => {
  const common: WireItem = {
    ...(seeded.has(task.taskType) ? { seed } : {}),
    ...(isSafetyChecked(task) ? { NSFWContent: false } : {}),
    ...(task["includeCost"] === true ? { cost: price / 1_000_000 } : {})
  }
  if (text !== undefined)
    return { _tag: "Success", fields: { ...textFields(task, text, resultFields), ...common }, media: [] }
  const kind = outputKind(task.taskType)
  if (kind === undefined) return { _tag: "Success", fields: common, media: [] }
  const description = describeOutput(task, kind, chance.uuid, seed)
  const as = outputType(task)
  const output = new MediaOutput(description, as)
  const named: WireItem =
    kind.prefix === "file"
      ? { outputs: { files: [{ uuid: chance.uuid, url: output }] } }
      : { [`${kind.prefix}UUID`]: chance.uuid, [kind.prefix + suffixes[as]]: output, ...derived(task, chance) }
  return { _tag: "Success", fields: { ...named, ...common }, media: [description] }
}

const suffixes = { URL: "URL", base64Data: "Base64Data", dataURI: "DataURI" } as const

/** What masking and control images say about their input besides the output. */
const derived = (task: WireTask, chance: Draw): WireItem => {
  if (task.taskType !== "imageMasking" && task.taskType !== "controlNetPreprocess") return {}
  const inputImageUUID = draw("input", String(task.taskUUID)).uuid
  if (task.taskType === "controlNetPreprocess") return { inputImageUUID }
  const { height, width } = dimensions(task)
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
