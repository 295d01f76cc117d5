/**
 * Directives: words in a prompt that tell the emulator what should become of the task. `[[fail:inferenceError]]` fails
 * every generation with that code, `[[fail:providerTimeout@2]]` only the second, and `[[slow:5000]]` makes each take that
 * many milliseconds (times the time scale).
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import { isRecord } from "./json.ts"

/** What the prompt asks for. */
export interface Directives {
  /** The code with which a generation (counted from zero) fails, if it does. */
  readonly failureOf: (index: number) => string | undefined
  /** Milliseconds that each generation takes, if the prompt says so. */
  readonly slow: number | undefined
}

const directive = /\[\[(?<verb>fail|slow):(?<value>[A-Za-z0-9]+)(?:@(?<position>\d+))?\]\]/g

/** Reads the directives of a prompt. */
export const parseDirectives = (prompt: string): Directives => {
  const failures: Array<{ readonly code: string; readonly index: number | undefined }> = []
  let slow: number | undefined
  for (const { groups } of prompt.matchAll(directive)) {
    const value = groups?.["value"] ?? ""
    if (groups?.["verb"] === "slow") {
      const millis = Number(value)
      if (Number.isFinite(millis)) slow = millis
    } else {
      const position = groups?.["position"]
      failures.push({ code: value, index: position === undefined ? undefined : Number(position) - 1 })
    }
  }
  return {
    failureOf: (index) => failures.find((failure) => failure.index === undefined || failure.index === index)?.code,
    slow
  }
}

/** The words a task is about, wherever its task type keeps them. */
export const promptOf = (task: WireTask): string => {
  const messages = task["messages"]
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined
  const speech = task["speech"]
  const candidates = [
    task["positivePrompt"],
    task["prompt"],
    isRecord(last) ? last["content"] : undefined,
    isRecord(speech) ? speech["text"] : undefined
  ]
  return candidates.find((candidate) => typeof candidate === "string") ?? ""
}

/** The prompt without its directives, as it is drawn or answered. */
export const withoutDirectives = (prompt: string): string => prompt.replaceAll(directive, "").trim()
