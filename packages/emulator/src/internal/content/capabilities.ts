/**
 * What a model can do, told from its task type and the parameters that it takes: `io:` from what to what, `op:` which
 * operation, `form:` what else its requests may hold. `modelSearch` uses the same words without the prefix.
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { JsonSchema } from "@effect-runware/schemas"
import { isRecord } from "../json.ts"

/** The parameters that matter: names at the top, and names below `inputs`; `undefined` where those are not said. */
interface Parameters {
  readonly names: ReadonlySet<string>
  readonly inputs: ReadonlyArray<string> | undefined
  readonly streams: boolean
}

/** What a task type makes, and from what where `inputs` are not described. */
interface Craft {
  readonly from: string
  readonly to: string
  readonly operation?: string
}

const crafts: Readonly<Record<string, Craft>> = {
  imageInference: { from: "image", to: "image" },
  videoInference: { from: "image", to: "video" },
  audioInference: { from: "audio", to: "audio" },
  textInference: { from: "image", to: "text" },
  "3dInference": { from: "image", to: "3d" },
  training: { from: "image", to: "model", operation: "training" },
  caption: { from: "image", to: "text", operation: "caption" },
  promptEnhance: { from: "text", to: "text", operation: "prompt-enhance" },
  upscale: { from: "image", to: "same", operation: "upscale" },
  removeBackground: { from: "image", to: "same", operation: "remove-background" },
  vectorize: { from: "image", to: "vector", operation: "vectorize" },
  controlNetPreprocess: { from: "image", to: "image", operation: "controlnet-preprocess" },
  imageMasking: { from: "image", to: "image", operation: "masking" }
}

/** Parameters that hold what a text becomes. The `prompt` of a caption only asks about its image. */
const words: ReadonlyArray<string> = ["positivePrompt", "prompt", "messages", "speech"]
const onlyAsks: ReadonlySet<string> = new Set(["caption", "imageMasking"])

/** The parameters that tell of an operation or a form. */
const signs: ReadonlyArray<readonly [parameter: string, capability: string]> = [
  ["maskMargin", "op:inpainting"],
  ["outpaint", "op:outpainting"],
  ["lora", "form:lora"],
  ["controlNet", "form:controlnet"],
  ["ipAdapters", "form:ip-adapter"],
  ["speech", "form:speech"],
  ["tools", "form:tools"],
  ["jsonSchema", "form:structured-output"]
]

/** The capabilities of a model, each once. */
export const modelCapabilities = (taskType: string, schema: JsonSchema | null): ReadonlyArray<string> => {
  const properties = schema?.properties ?? {}
  const { deliveryMethod, inputs } = properties
  return derive(taskType, {
    names: new Set(Object.keys(properties)),
    inputs: typeof inputs === "object" && inputs.properties ? Object.keys(inputs.properties) : undefined,
    streams: typeof deliveryMethod === "object" && (deliveryMethod.enum ?? []).includes("stream")
  })
}

/** The one capability that a request shows: its operation if it has one, else from what to what. */
export const shownCapability = (task: WireTask): string => {
  const { inputs } = task
  const shown = derive(task.taskType, {
    names: new Set(Object.keys(task)),
    inputs: isRecord(inputs) ? Object.keys(inputs) : [],
    streams: false
  })
  return (
    shown.find((each) => each.startsWith("op:")) ??
    shown.findLast((each) => each.startsWith("io:")) ??
    `io:text-to-${crafts[task.taskType]?.to ?? "text"}`
  )
}

/** The categories of the catalog that capabilities belong to: by what comes out. */
export const categoriesOf = (capabilities: ReadonlyArray<string>): ReadonlyArray<string> => {
  const outputs = capabilities.flatMap((each) => /^io:.+-to-(?<to>.+)$/.exec(each)?.groups?.["to"] ?? [])
  return unique(outputs.map((to) => (to === "vector" || to === "model" ? "image" : to)))
}

/** A capability in words for people. */
export const labelOf = (capability: string): string => {
  const text = capability.replace(/^[a-z]+:/, "").split("-")
  const spelled = text.map((word) => spellings[word] ?? word).join(" ")
  return spelled.charAt(0).toUpperCase() + spelled.slice(1)
}

const spellings: Readonly<Record<string, string>> = { lora: "LoRA", controlnet: "ControlNet", ip: "IP", "3d": "3D" }

const derive = (taskType: string, { inputs, names, streams }: Parameters): ReadonlyArray<string> => {
  const craft = crafts[taskType]
  if (craft === undefined) return []
  const reads = !onlyAsks.has(taskType) && words.some((each) => names.has(each))
  const given = names.has("inputs") ? unique(inputs === undefined ? [craft.from] : inputs.flatMap(kindOf)) : []
  const sources = unique([...(reads ? ["text"] : []), ...given])
  const io = (sources.length === 0 ? [craft.from] : sources).map(
    (from) => `io:${from}-to-${craft.to === "same" ? from : craft.to}`
  )
  return unique([
    ...io,
    ...(craft.operation === undefined ? [] : [`op:${craft.operation}`]),
    ...(inputs?.includes("mask") === true ? ["op:inpainting"] : []),
    ...signs.flatMap(([parameter, capability]) => (names.has(parameter) ? [capability] : [])),
    ...(streams ? ["form:streaming"] : [])
  ])
}

/** Of what kind an input is, by its name; nothing for those that only steer. */
const kindOf = (input: string): ReadonlyArray<string> => {
  if (/image|avatar|background/i.test(input)) return ["image"]
  if (/video/i.test(input)) return ["video"]
  if (/audio/i.test(input)) return ["audio"]
  if (/document/i.test(input)) return ["document"]
  return []
}

const unique = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> => [...new Set(values)]
