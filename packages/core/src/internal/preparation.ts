/**
 * From a caller's parameters to the final wire task: what is wrong with them is said before anything is sent.
 */
import * as Effect from "effect/Effect"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import type { DeliveryMethod } from "../Protocol.ts"
import { isAir, type Model, type Registry } from "../Registry.ts"
import { type Task, taskUUID, TaskUUIDs } from "../Task.ts"
import { describe } from "./describe.ts"
import { inspect, kindOfStranger } from "./encodable.ts"
import { loadEncoding } from "./media/loading.ts"
import { defaultMaxBytes, type Place, withTexts } from "./media/source.ts"
import { nearest } from "./nearest.ts"

const utilityTypes: ReadonlySet<string> = new Set([
  "getResponse",
  "getTaskDetails",
  "modelSearch",
  "modelUpload",
  "imageUpload",
  "mediaStorage",
  "accountManagement"
])

/** Whether a task answers at once and takes no delivery method. */
export const isUtility = (task: Pick<Task, "taskType">): boolean => utilityTypes.has(task.taskType)

/** What a caller gave. */
export interface Given {
  readonly params: unknown
  /** The architecture, modality or operation that the caller named, where one was asked for. */
  readonly family?: unknown
}

/** Checks parameters, resolves the model, mints the UUID, encodes media and fills in the delivery method. */
export const prepare = Effect.fnUntraced(function* (
  asked: Given,
  registry: Registry["Service"],
  deliveryMethod: DeliveryMethod,
  maxMediaBytes: number = defaultMaxBytes
): Effect.fn.Return<Task, RunwareError> {
  const { params } = asked
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    return yield* invalid("params", "invalidParams", `Parameters must be an object, got ${describe(params)}.`)
  }
  const stranger = kindOfStranger(params)
  if (stranger !== undefined) {
    return yield* invalid("params", "invalidParams", `Parameters must be an object, got ${stranger}.`)
  }
  const given: Readonly<Record<string, unknown>> =
    "family" in asked ? yield* ofFamily({ ...params }, asked.family, registry) : { ...params }
  yield* checkString(given, "model")
  yield* checkString(given, "taskType")
  yield* checkGenerations(given, "numberResults")
  if (given["taskType"] === "promptEnhance") yield* checkGenerations(given, "promptVersions")
  const media = yield* checkEncodable(given)
  yield* checkDelivery(given["deliveryMethod"])
  const uuid = given["taskUUID"] === undefined ? yield* Effect.flatten(TaskUUIDs) : yield* taskUUID(given["taskUUID"])
  const { model, taskType } = yield* resolve(given, registry)
  const encoded = media.length === 0 ? given : yield* withMedia(given, media, maxMediaBytes)
  const task: Task = {
    ...withoutUndefined(encoded),
    ...(model === undefined ? {} : { model }),
    taskType,
    taskUUID: uuid
  }
  return isUtility(task) || task["deliveryMethod"] !== undefined ? task : { ...task, deliveryMethod }
})

/** The parameters with the task type of their family: an architecture, a modality or an operation. */
const ofFamily = Effect.fnUntraced(function* (
  given: Readonly<Record<string, unknown>>,
  family: unknown,
  registry: Registry["Service"]
) {
  const { architectureTaskTypes, modalityTaskTypes, operationTaskTypes } = yield* registry.data
  const taskTypes = { ...operationTaskTypes, ...modalityTaskTypes, ...architectureTaskTypes }
  const taskType = typeof family === "string" && Object.hasOwn(taskTypes, family) ? taskTypes[family] : undefined
  if (taskType === undefined) {
    const hint = typeof family === "string" ? nearest(family, Object.keys(taskTypes)) : undefined
    const advice = hint === undefined ? "." : `; did you mean ${hint}?`
    return yield* invalid(
      "family",
      "unknownFamily",
      `No architecture, modality or operation ${describe(family)} in the registry${advice}`
    )
  }
  if (given["taskType"] !== undefined && given["taskType"] !== taskType) {
    return yield* invalid(
      "taskType",
      "invalidTaskType",
      `taskType is ${describe(taskType)} for ${describe(family)}, got ${describe(given["taskType"])}.`
    )
  }
  return { ...given, taskType }
})

/** The task type and the AIR of the parameters. */
const resolve = Effect.fnUntraced(function* (given: Readonly<Record<string, unknown>>, registry: Registry["Service"]) {
  const model = typeof given["model"] === "string" ? given["model"] : undefined
  const taskType = typeof given["taskType"] === "string" ? given["taskType"] : undefined
  if (model === undefined) {
    return taskType === undefined
      ? yield* invalid(
          "taskType",
          "missingTaskType",
          "Parameters need a `model`, or a `taskType` where no model is used."
        )
      : { model, taskType }
  }
  if (taskType !== undefined && isAir(model)) return { model, taskType }
  const known = yield* registry.find(model)
  if (known !== undefined) return { model: known.air, taskType: taskType ?? known.taskType }
  return taskType === undefined ? yield* unknownModel(model, registry) : { model, taskType }
})

const unknownModel = Effect.fnUntraced(function* (model: string, registry: Registry["Service"]) {
  const { models } = yield* registry.data
  const names = Object.entries(models).flatMap(([air, { id }]): Array<Model["air" | "slug"]> => [air, id])
  const hint = nearest(model, names)
  return yield* makeError("notFound", {
    rawCode: "unknownModel",
    message:
      `No model ${describe(model)} in the registry${hint === undefined ? "." : `; did you mean ${hint}?`} ` +
      "For a community or private model pass `taskType` with it; for one newer than this release call `refreshRegistry`.",
    advice: "",
    parameter: "model",
    model,
    submission: "none"
  })
})

const checkString = (given: Readonly<Record<string, unknown>>, name: string) => {
  const value = given[name]
  return value === undefined || (typeof value === "string" && value.trim() !== "")
    ? Effect.void
    : invalid(name, "invalidType", `${name} must be a non-empty string, got ${describe(value)}.`)
}

const checkGenerations = (given: Readonly<Record<string, unknown>>, name: "numberResults" | "promptVersions") => {
  const value = given[name]
  return value === undefined || (typeof value === "number" && Number.isInteger(value) && value >= 1)
    ? Effect.void
    : invalid(
        name,
        name === "numberResults" ? "invalidNumberResults" : "invalidPromptVersions",
        `${name} must be a whole number, 1 or more, got ${describe(value)}.`
      )
}

const checkEncodable = (given: Readonly<Record<string, unknown>>) => {
  const { media, misfit } = inspect(given)
  if (misfit === undefined) return Effect.succeed(media)
  const path = misfit.path.join(".")
  const hint = misfit.kind === "a stream" ? ` Give it as a file: \`Media.fromStream(stream)\`.` : ""
  return invalid(path, "invalidType", `${path} must be something that JSON can hold, got ${misfit.kind}.${hint}`)
}

/** The parameters with media as data URIs: from here on, every attempt sends the same bytes. */
const withMedia = Effect.fnUntraced(function* (
  given: Readonly<Record<string, unknown>>,
  media: ReadonlyArray<Place>,
  maxBytes: number
) {
  const { encodeAll } = yield* loadEncoding
  const texts = yield* encodeAll(media, maxBytes)
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, withTexts(value, texts)]))
})

const checkDelivery = (value: unknown) =>
  value === undefined || value === "sync" || value === "async"
    ? Effect.void
    : invalid(
        "deliveryMethod",
        "invalidDeliveryMethod",
        `deliveryMethod must be "sync" or "async", got ${describe(value)}.`
      )

const invalid = (parameter: string, rawCode: string, message: string) =>
  Effect.fail(makeError("validation", { rawCode, message, parameter, submission: "none" }))

const withoutUndefined = (given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
