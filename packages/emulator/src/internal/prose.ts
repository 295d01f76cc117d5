/** Plausible words: the answers, captions and richer prompts of the emulated text models. */
import type { WireTask } from "@effect-runware/core/Protocol"
import { promptOf, withoutDirectives } from "./directives.ts"
import { draw } from "./draw.ts"
import type { InputMedia } from "./inputs.ts"
import { instanceOf } from "./instance.ts"
import { isRecord, parseJson } from "./json.ts"
import { hasVideoInput } from "./outputs.ts"

/** A text with what it took to write it. */
export interface Composition {
  readonly text: string
  /** How a reasoning model comes to it. */
  readonly reasoning: string | undefined
  readonly finishReason: "stop" | "length"
  readonly usage: {
    readonly promptTokens: number
    readonly completionTokens: number
    readonly totalTokens: number
    readonly thinkingTokens: number
  }
}

const openings = ["In short,", "Put simply,", "As a first answer,", "Looking closely,", "To begin with,"] as const
const subjects = ["the question", "this idea", "the whole picture", "each detail", "the contrast"] as const
const verbs = ["comes down to", "rests on", "grows out of", "points to", "gains from"] as const
const objects = [
  "light and patience",
  "a clear order of steps",
  "what stays unsaid",
  "small, honest choices",
  "the space around it"
] as const
const scenes = ["a quiet harbour", "a narrow street", "an open field", "a sunlit workshop", "a crowded market"] as const
const lights = ["at dawn", "in soft evening light", "under a pale sky", "after the rain", "in the blue hour"] as const
const styles = ["fine grain", "deep shadows", "muted colours", "a shallow depth of field", "crisp outlines"] as const

/** Writes the text of a task. The same task with the same seed gets the same text. */
export const compose = (task: WireTask, seed: number, input?: InputMedia | undefined): Composition => {
  const prompt = withoutDirectives(promptOf(task))
  const words = (instructed(task, seed) ?? write(task, prompt, seed, input)).split(" ")
  const limit = maxTokens(task)
  const kept = limit === undefined ? words : words.slice(0, Math.max(1, limit))
  const reasoning = isReasoning(task) ? think(prompt) : undefined
  const thinkingTokens = reasoning?.split(" ").length ?? 0
  const promptTokens = Math.max(1, prompt.split(/\s+/).length)
  return {
    text: kept.join(" "),
    reasoning,
    finishReason: kept.length < words.length ? "length" : "stop",
    usage: {
      promptTokens,
      completionTokens: kept.length,
      totalTokens: promptTokens + kept.length + thinkingTokens,
      thinkingTokens
    }
  }
}

/** The text as JSON, where the task wants that: of the shape that it asks for, if it asks for one. */
const instructed = (task: WireTask, seed: number): string | undefined => {
  const { jsonSchema, outputFormat, taskType } = task
  if (taskType !== "textInference" || (outputFormat !== "JSON" && jsonSchema === undefined)) return undefined
  const schema = typeof jsonSchema === "string" ? parseJson(jsonSchema) : jsonSchema
  const word = (place: string): string =>
    `${pickFrom(subjects, seed, `subject ${place}`)} ${pickFrom(verbs, seed, `verb ${place}`)}`
  return JSON.stringify(instanceOf(schema ?? { type: "object", properties: { answer: { type: "string" } } }, word))
}

const pickFrom = <A>(from: readonly [A, ...ReadonlyArray<A>], ...purpose: ReadonlyArray<string | number>): A =>
  from[Math.floor(draw("prose", ...purpose).uniforms[0] * from.length)] ?? from[0]

const write = (task: WireTask, prompt: string, seed: number, input: InputMedia | undefined): string => {
  const pick = <A>(from: readonly [A, ...ReadonlyArray<A>], place: string): A => pickFrom(from, prompt, seed, place)
  const shown = (place: string): string =>
    `${pick(scenes, `scene${place}`)} ${pick(lights, `light${place}`)}, with ${pick(styles, `style${place}`)}`
  switch (task.taskType) {
    case "caption":
      return hasVideoInput(task)
        ? segments(input?.duration)
            .map((span, index) => `${index + 1}. [${span}] ${capital(shown(span))}.`)
            .join("\n")
        : `The image shows ${shown("")}.`
    case "promptEnhance":
      // Versions have seeds in a row, and so different scenes.
      return `${prompt}, ${scenes[seed % scenes.length] ?? scenes[0]} ${pick(lights, "light")}, ${pick(styles, "style")}, highly detailed`
    default: {
      const sentence = (place: string): string =>
        `${pick(subjects, `subject ${place}`)} ${pick(verbs, `verb ${place}`)} ${pick(objects, `object ${place}`)}`
      return `${pick(openings, "opening")} ${sentence("first")}. And ${sentence("second")}, as ${sentence("third")}.`
    }
  }
}

const segmentSeconds = 6

/** A video is told in pieces of six seconds; one of unknown length is taken for three of them. */
const segments = (duration = 3 * segmentSeconds): ReadonlyArray<string> =>
  Array.from({ length: Math.max(1, Math.ceil(duration / segmentSeconds)) }, (_, index) => {
    const end = Math.min(duration, (index + 1) * segmentSeconds)
    return `${index * segmentSeconds}s-${Math.round(end * 10) / 10}s`
  })

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

const think = (prompt: string): string =>
  `The question is “${prompt}”. What matters first? Then the parts, one by one… and a short answer.`

/** Whether a text model shows how it comes to its answer: it is known for it, or asked to. */
const isReasoning = ({ model, settings, taskType }: WireTask): boolean => {
  const { thinking, thinkingLevel, thinkingMode } = isRecord(settings) ? settings : {}
  const asked = [thinking, thinkingLevel, thinkingMode].find((setting) => setting !== undefined)
  if (taskType !== "textInference") return false
  return asked === undefined ? /deepseek|qwen|kimi|think|reason/.test(String(model)) : !declined.has(asked)
}

const declined: ReadonlySet<unknown> = new Set([false, "off", "none", "disabled"])

/** Older clients put the limit beside `messages`; `settings` wins. */
const maxTokens = (task: WireTask): number | undefined => {
  const { settings } = task
  const limit = (isRecord(settings) ? settings["maxTokens"] : undefined) ?? task["maxTokens"]
  return typeof limit === "number" ? limit : undefined
}
