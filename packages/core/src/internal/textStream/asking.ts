/**
 * What a text stream may be asked for: one text, of a text model. Said before anything is sent.
 */
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import { isAir, type Registry } from "../../Registry.ts"
import type { Settings } from "../../RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../../RunwareError.ts"
import { generationsOf, type Task } from "../../Task.ts"
import { checkOptions, duration, flag, type Values } from "../options.ts"
import type { Given } from "../preparation.ts"

const fields = (settings: Settings) => ({
  timeout: duration(settings.timeout),
  validate: flag(settings.validate),
  replay: flag(true)
})

/** The caller's choices, checked. */
export const streamChoicesOf = (
  settings: Settings,
  options: object | undefined
): Result.Result<Values<ReturnType<typeof fields>>, RunwareError> =>
  checkOptions(options === undefined ? {} : options, fields(settings), [])

/** What was asked for, with the task type that a stream implies where the registry doesn't know the model. */
export const forStream = (given: Given, registry: Registry["Service"]): Effect.Effect<Given> => {
  const { params } = given
  if (typeof params !== "object" || params === null || Array.isArray(params)) return Effect.succeed(given)
  const asked: Readonly<Record<string, unknown>> = { ...params, deliveryMethod: undefined }
  const { model, taskType } = asked
  if (taskType !== undefined || typeof model !== "string" || !isAir(model)) {
    return Effect.succeed({ ...given, params: asked })
  }
  return Effect.map(registry.find(model), (known) => ({
    ...given,
    params: known === undefined ? { ...asked, taskType: "textInference" } : asked
  }))
}

/** Refuses what can't be streamed. */
export const checkStream = (task: Task): Effect.Effect<void, RunwareError> => {
  const generations = generationsOf(task)
  if (task.taskType !== "textInference") {
    return refuse("taskType", "unsupportedTaskType", `Only textInference streams, not ${task.taskType}: use \`run\`.`)
  }
  return generations > 1
    ? refuse(
        "numberResults",
        "unsupportedNumberResults",
        `A stream is one text, and numberResults is ${generations}: use \`run\` for several, or several streams.`
      )
    : Effect.void
}

const refuse = (parameter: string, rawCode: string, message: string) =>
  Effect.fail(makeError("validation", { rawCode, message, advice: "", parameter, submission: "none" }))
