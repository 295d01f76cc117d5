/**
 * From a caller's parameters to the final wire task: what is wrong with them is said before anything is sent.
 */
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import type { DeliveryMethod } from "../Protocol.ts"
import { isAir, type Model, type Registry } from "../Registry.ts"
import { type Task, taskUUID, TaskUUIDs } from "../Task.ts"
import { describe } from "./describe.ts"
import { inspect, kindOfStranger, type Misfit } from "./encodable.ts"
import { isJsonObject, textOf } from "./json.ts"
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

/** Whether a task goes on after its reply, and tells of it unasked. */
export const isUpload = (task: Pick<Task, "taskType">): boolean => task.taskType === "modelUpload"

/** What a caller gave. */
export interface Given {
  readonly params: unknown
  /** The architecture, modality or operation that the caller named, where one was asked for. */
  readonly family?: unknown
}

/** Bounds a step that may take long. */
export type Patience = <A>(step: Effect.Effect<A, RunwareError>) => Effect.Effect<A, RunwareError>

/** Checks parameters, resolves the model, mints the UUID, encodes media and fills in the delivery method. */
export const prepare = (
  asked: Given,
  registry: Registry["Service"],
  deliveryMethod: DeliveryMethod,
  maxMediaBytes: number = defaultMaxBytes,
  patiently: Patience = identity
): Effect.Effect<Task, RunwareError> =>
  Effect.suspend(() => {
    const { params } = asked
    const stranger = isJsonObject(params) ? kindOfStranger(params) : describe(params)
    if (!isJsonObject(params) || stranger !== undefined) {
      return invalid("params", "invalidParams", `Parameters must be an object, got ${stranger}.`)
    }
    const own = withoutUndefined(params)
    const settle = (given: Record<string, unknown>) =>
      settled(given, registry, deliveryMethod, maxMediaBytes, patiently)
    return "family" in asked ? Effect.flatMap(patiently(ofFamily(own, asked.family, registry)), settle) : settle(own)
  })

/** The task of parameters that are the call's own: they become it. */
const settled = (
  given: Record<string, unknown>,
  registry: Registry["Service"],
  deliveryMethod: DeliveryMethod,
  maxMediaBytes: number,
  patiently: Patience
): Effect.Effect<Task, RunwareError> => {
  const { media, misfit } = inspect(given)
  const fault =
    faultOfText(given, "model") ??
    faultOfText(given, "taskType") ??
    faultOfCount(given, "numberResults") ??
    (given["taskType"] === "promptEnhance" ? faultOfCount(given, "promptVersions") : undefined) ??
    (misfit === undefined ? undefined : unencodable(misfit)) ??
    faultOfDelivery(given["deliveryMethod"])
  if (fault !== undefined) return fault
  const [model, taskType] = [textOf(given["model"]), textOf(given["taskType"])]
  const minted = given["taskUUID"] === undefined ? Effect.flatten(TaskUUIDs) : taskUUID(given["taskUUID"])
  return Effect.flatMap(minted, (taskUUID) => {
    // What most tasks need: nothing more.
    if (taskType !== undefined && media.length === 0 && (model === undefined || isAir(model))) {
      return Effect.succeed(toTask(given, { taskType, taskUUID }, deliveryMethod))
    }
    const resolved = Effect.gen(function* () {
      const found =
        model === undefined || (taskType !== undefined && isAir(model)) ? undefined : yield* registry.find(model)
      const encoded = media.length === 0 ? given : yield* withMedia(given, media, maxMediaBytes)
      const names = {
        ...(model === undefined ? {} : { model: found?.air ?? model }),
        taskType: taskType ?? found?.taskType ?? (yield* nameless(model, registry)),
        taskUUID
      }
      return toTask(encoded, names, deliveryMethod)
    })
    return patiently(resolved)
  })
}

/** By `Object.assign`: of each spread that adds to what it copies, V8 makes a shape of its own, at ten times the cost. */
const toTask = (
  given: object,
  names: Pick<Task, "taskType" | "taskUUID" | "model">,
  deliveryMethod: DeliveryMethod
): Task => {
  const task: Task = Object.assign(given, names)
  return isUtility(task) || "deliveryMethod" in task ? task : Object.assign(task, { deliveryMethod })
}

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

/** Refuses what nothing gives a task type to. */
const nameless = Effect.fnUntraced(function* (model: string | undefined, registry: Registry["Service"]) {
  if (model === undefined) {
    return yield* invalid(
      "taskType",
      "missingTaskType",
      "Parameters need a `model`, or a `taskType` where no model is used."
    )
  }
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

const faultOfText = (given: Readonly<Record<string, unknown>>, name: string) => {
  const value = given[name]
  return value === undefined || textOf(value) !== undefined
    ? undefined
    : invalid(name, "invalidType", `${name} must be a non-empty string, got ${describe(value)}.`)
}

const faultOfCount = (given: Readonly<Record<string, unknown>>, name: "numberResults" | "promptVersions") => {
  const value = given[name]
  return value === undefined || (Number.isInteger(value) && Number(value) >= 1)
    ? undefined
    : invalid(
        name,
        name === "numberResults" ? "invalidNumberResults" : "invalidPromptVersions",
        `${name} must be a whole number, 1 or more, got ${describe(value)}.`
      )
}

const unencodable = (misfit: Misfit) => {
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

const faultOfDelivery = (value: unknown) =>
  value === undefined || value === "sync" || value === "async"
    ? undefined
    : invalid(
        "deliveryMethod",
        "invalidDeliveryMethod",
        `deliveryMethod must be "sync" or "async", got ${describe(value)}.`
      )

const invalid = (parameter: string, rawCode: string, message: string) =>
  makeError("validation", { rawCode, message, parameter, submission: "none" })

/** A copy: from here on it is the call's own. */
const withoutUndefined = (given: object): Record<string, unknown> => {
  const left: Record<string, unknown> = { ...given }
  for (const name in left) if (left[name] === undefined) delete left[name]
  return left
}
