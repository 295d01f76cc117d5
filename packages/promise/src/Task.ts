/**
 * What a caller asks for and what comes back: parameters, results, progress, and the handle that lets another process
 * pick a task up.
 *
 * @since 0.1.0
 */
import type { LooseParams, TaskName } from "@effect-runware/schemas/calls"
import type { RunwareError } from "./RunwareError.ts"

/**
 * A task type: the known ones, and whatever the service adds later.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskType = TaskName

/**
 * Parameters of a task that nothing more is known about: what a program puts together as it runs. Everything but the few
 * fields that have a type goes to the service as it is.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskParams = LooseParams

/**
 * One finished generation, as the service sent it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Item {
  readonly taskType: TaskType
  readonly taskUUID: string
  /** US dollars, when the task asked for `includeCost`. */
  readonly cost?: number
  readonly [field: string]: unknown
}

/**
 * What became of one generation.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome<A = Item> =
  | { readonly status: "success"; readonly result: A }
  | { readonly status: "error"; readonly error: RunwareError }

/**
 * One generation that failed, as callbacks are told of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface FailedItem {
  readonly taskType: TaskType
  readonly taskUUID: string
  readonly status: "error"
  readonly error: RunwareError
}

/**
 * One generation that ended, as callbacks are told of it: a result, or what failed. `error` tells them apart.
 *
 * @example
 * const onResult = (item: Ended<Item>) => {
 *   if (item.error) console.error(item.error.message)
 *   else console.log(item["imageURL"])
 * }
 *
 * @since 0.1.0
 * @category models
 */
export type Ended<A = Item> = A extends unknown ? (A & NotFailed) | (FailedItem & FieldsOf<A>) : never

/** A result has no error. */
interface NotFailed {
  readonly error?: undefined
}

/** The fields of a result, none of which a failure has: they can be asked for without telling the two apart. */
type FieldsOf<A> = {
  readonly [
    K in keyof A as string extends K ? never : number extends K ? never : K extends keyof FailedItem ? never : K
  ]?: undefined
}

/**
 * What became of one task of several.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskOutcome<A = Item> =
  | { readonly status: "success"; readonly results: Array<A> }
  | { readonly status: "error"; readonly error: RunwareError }

/** What a handle leads back to, for the compiler alone: there is no such field. */
declare const result: unique symbol

/**
 * Everything needed to come back for a task's results: plain JSON, good in a database or a queue. The handle that `submit`
 * gives knows the type of a result, `A`; one that was stored in between is a `TaskHandle` of any {@link Item}.
 *
 * @since 0.1.0
 * @category models
 */
export interface TaskHandle<out A = Item> {
  readonly [result]?: A
  readonly taskUUID: string
  readonly taskType: TaskType
  readonly model?: string
  readonly numberResults: number
  /** ISO 8601. */
  readonly submittedAt: string
}

/**
 * How far a task is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  /** The task: one of several, where several run together. */
  readonly taskUUID: string
  /** Generations that ended, well or not. */
  readonly completed: number
  /** Generations asked for. */
  readonly expected: number
  /** 0 to 100, for the few models that report it. */
  readonly percent?: number
  /** The service's word for how far the upload of a model is: `validated`, `downloaded`, ... */
  readonly status?: string
  /** What the service says beside that word. */
  readonly message?: string
}

/**
 * A task by its UUID alone, or by anything that has it: a handle, a result, an error.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskReference = string | { readonly taskUUID: string }

/**
 * Where a task stands at one moment.
 *
 * @since 0.1.0
 * @category models
 */
export interface TaskState {
  readonly taskUUID: string
  /** `error` when nothing is running and a generation has failed, `success` when nothing is running and none has. */
  readonly status: "processing" | "success" | "error"
  /** The generations that are there. */
  readonly results: Array<Item>
  /** The generations that failed. */
  readonly errors: Array<RunwareError>
  /** Generations that are queued or under way. */
  readonly running: number
  /** 0 to 100, for the few models that report it. */
  readonly percent?: number
}
