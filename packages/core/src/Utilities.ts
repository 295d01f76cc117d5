/**
 * What the service offers besides generating: finding and adding models, storing media, the account, and what became of
 * a task. Each is a call of its own that gives its one result; `Runware` offers them beside `run`.
 *
 * @since 0.1.0
 */
import type {
  AccountOperation,
  AccountParams,
  AccountResults,
  FoundModels,
  ImageUpload,
  MediaOperation,
  MediaStorage,
  ModelSearch,
  ModelUpload,
  StoredMedia,
  TaskDetails,
  UploadedImage,
  UploadedModel
} from "@effect-runware/schemas/utilities"
import * as Effect from "effect/Effect"
import { checkOptions } from "./internal/options.ts"
import { Runware } from "./internal/service.ts"
import { describe } from "./internal/describe.ts"
import { isJsonObject } from "./internal/json.ts"
import type { Pong, TaskReference, UploadOptions, UtilityOptions } from "./Operation.ts"
import { make as makeError, type RunwareError } from "./RunwareError.ts"
import { type TaskEvent, type TaskParams, type TaskState, taskUUID } from "./Task.ts"

export type {
  AccountOperation,
  AccountParams,
  AccountResults,
  FoundModels,
  ImageUpload,
  MediaOperation,
  MediaStorage,
  ModelSearch,
  ModelUpload,
  StoredMedia,
  TaskDetails,
  UploadedImage,
  UploadedModel,
  UploadProgress
} from "@effect-runware/schemas/utilities"

/**
 * Finds models of the service, of the community and of your account.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Effect } from "effect"
 *
 * export const program = Runware.modelSearch({ search: "watercolor", category: "lora", limit: 5 }).pipe(
 *   Effect.map(({ results, totalResults }) => [totalResults, results.map(({ air }) => air)])
 * )
 * ```
 *
 * @since 0.1.0
 * @category utilities
 */
export const modelSearch = (
  params: ModelSearch,
  options?: UtilityOptions
): Effect.Effect<FoundModels, RunwareError, Runware> => call("modelSearch", params, options)

/**
 * Adds a model to your account, and ends when it is ready to be used. It fails when the service says that the upload has:
 * the message is the service's own.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Console, Effect } from "effect"
 *
 * export const program = Runware.modelUpload(
 *   {
 *     category: "lora",
 *     architecture: "sdxl",
 *     format: "safetensors",
 *     name: "Ink wash",
 *     version: "1",
 *     downloadURL: "https://example.com/ink-wash.safetensors"
 *   },
 *   { onProgress: ({ message, status }) => Console.log(status, message) }
 * ).pipe(Effect.map(({ air }) => air))
 * ```
 *
 * @since 0.1.0
 * @category utilities
 */
export const modelUpload = (
  params: ModelUpload,
  options: UploadOptions = {}
): Effect.Effect<UploadedModel, RunwareError, Runware> => {
  // What is no object of options is refused with those of every call.
  const isObject: boolean = isJsonObject(options)
  if (!isObject) return call("modelUpload", params, options)
  const { onProgress, ...others } = options
  if (onProgress !== undefined && typeof onProgress !== "function") {
    return wrong("onProgress", "invalidConfig", `onProgress must be a function, got ${describe(onProgress)}.`)
  }
  const telling = onProgress === undefined ? others : { ...others, onEvent: reporting(onProgress) }
  return call("modelUpload", params, telling, ["attachOnConflict", "onEvent"])
}

/**
 * Stores an image: a URL, a data URI or base64.
 *
 * @deprecated Use {@link mediaStorage}, which takes every medium and can delete it again.
 * @since 0.1.0
 * @category utilities
 */
export const imageUpload = (
  params: ImageUpload,
  options?: UtilityOptions
): Effect.Effect<UploadedImage, RunwareError, Runware> => call("imageUpload", params, options)

/**
 * Stores a file (a URL, a data URI or base64) for later tasks, or deletes a stored one by its `mediaUUID`.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Effect } from "effect"
 *
 * export const program = Effect.gen(function* () {
 *   const media = "https://example.com/harbour.png"
 *   const { mediaUUID } = yield* Runware.mediaStorage({ operation: "upload", media })
 *   yield* Runware.mediaStorage({ operation: "delete", media: mediaUUID })
 * })
 * ```
 *
 * @since 0.1.0
 * @category utilities
 */
export const mediaStorage = <const Op extends MediaOperation>(
  params: MediaStorage<Op>,
  options?: UtilityOptions
): Effect.Effect<StoredMedia<Op>, RunwareError, Runware> => call("mediaStorage", params, options)

/**
 * Tells of your account: its details, or a report of what was used, typed by the operation.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Effect } from "effect"
 *
 * export const program = Runware.accountManagement({ operation: "getDetails" }).pipe(
 *   Effect.map(({ balance }) => `${balance.amount} ${balance.currency}`)
 * )
 * ```
 *
 * @since 0.1.0
 * @category utilities
 */
export const accountManagement = <const Op extends AccountOperation>(
  params: AccountParams<Op>,
  options?: UtilityOptions
): Effect.Effect<AccountResults[Op], RunwareError, Runware> => call("accountManagement", params, options)

/**
 * Gives a task as it was sent and its last response, from the service's archive.
 *
 * @since 0.1.0
 * @category utilities
 */
export const getTaskDetails = (
  task: TaskReference,
  options?: UtilityOptions
): Effect.Effect<TaskDetails, RunwareError, Runware> =>
  // Without a UUID a new one would be minted, of which nobody could tell anything.
  Effect.flatMap(taskUUID(isJsonObject(task) ? task.taskUUID : task), (taskUUID) =>
    call("getTaskDetails", { taskUUID }, options)
  )

/**
 * Gives the state of a task as it is now, without waiting for it. Fails with code `notFound` when the service knows no such
 * task. To wait for the results use `attach`.
 *
 * @since 0.1.0
 * @category utilities
 */
export const getResponse = (
  task: TaskReference,
  options?: UtilityOptions
): Effect.Effect<TaskState, RunwareError, Runware> =>
  Effect.flatMap(Runware, (runware) => runware.getResponse(task, options))

/**
 * Asks the service for a sign of life, and how long it takes to come.
 *
 * @since 0.1.0
 * @category utilities
 */
export const ping = (options?: Pick<UtilityOptions, "timeout">): Effect.Effect<Pong, RunwareError, Runware> =>
  Effect.flatMap(Runware, (runware) => runware.ping(options))

type Utility = "modelSearch" | "modelUpload" | "imageUpload" | "mediaStorage" | "accountManagement" | "getTaskDetails"

/** Runs a utility, and gives its one result, which is the service's: its type is what it documents. */
const call = Effect.fnUntraced(function* <A>(
  taskType: Utility,
  params: unknown,
  options: object = {},
  others: ReadonlyArray<string> = []
): Effect.fn.Return<A, RunwareError, Runware> {
  yield* Effect.fromResult(checkOptions(options, {}, ["timeout", "validate", ...others]))
  const runware = yield* Runware
  const [result] = yield* runware.run(yield* named(taskType, params), options)
  return result === undefined ? yield* nothing(taskType) : (result as A)
})

/** The parameters with the task type that the call has by its name. */
const named = (taskType: Utility, params: unknown): Effect.Effect<TaskParams, RunwareError> => {
  if (!isJsonObject(params)) {
    return wrong("params", "invalidParams", `Parameters must be an object, got ${describe(params)}.`)
  }
  const given = params["taskType"]
  return given === undefined || given === taskType
    ? Effect.succeed({ ...params, taskType })
    : wrong("taskType", "invalidTaskType", `taskType is ${describe(taskType)} here, got ${describe(given)}.`)
}

const reporting =
  (onProgress: NonNullable<UploadOptions["onProgress"]>) =>
  (event: TaskEvent): Effect.Effect<void> => {
    if (event._tag !== "Progress") return Effect.void
    const { message = "", status } = event.progress
    return status === undefined ? Effect.void : onProgress({ status, message })
  }

const wrong = (parameter: string, rawCode: string, message: string) =>
  Effect.fail(makeError("validation", { rawCode, message, parameter, submission: "none" }))

const nothing = (taskType: Utility) =>
  Effect.fail(
    makeError("serverError", {
      rawCode: "unrecognizedResponse",
      message: `The service answered ${taskType} with nothing.`,
      taskType,
      submission: "accepted"
    })
  )
