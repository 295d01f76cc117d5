/**
 * What a caller asks for and what comes back: parameters, results, progress, and the handle that lets another process
 * pick a task up.
 *
 * @since 0.1.0
 */
import type { TaskResults } from "@effect-runware/schemas/results"

/**
 * A task type: the known ones, and whatever the service adds later.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskType = keyof TaskResults | (string & {})

/**
 * Parameters of a task. Everything but the few fields below goes to the service as it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface TaskParams {
  /** AIR (`runware:101@1`) or slug (`bfl-flux-1-dev`). */
  readonly model?: string
  /** Needed only where the model is unknown to the registry, and for tasks without a model. */
  readonly taskType?: TaskType
  /** A version 4 UUID of your own; it is the idempotency key of the purchase. Default: a new one. */
  readonly taskUUID?: string
  /** How results come back. Default: the client's `deliveryMethod`. */
  readonly deliveryMethod?: "sync" | "async" | "stream"
  /** Generations to make, 1 or more. Default 1. */
  readonly numberResults?: number
  readonly [parameter: string]: unknown
}

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
 * The result of the parameters `P`: typed by a literal `taskType`, an open {@link Item} otherwise.
 *
 * @since 0.1.0
 * @category models
 */
export type ResultOf<P> = P extends { readonly taskType: infer T extends keyof TaskResults } ? TaskResults[T] : Item

/**
 * Everything needed to come back for a task's results: plain JSON, good in a database or a queue.
 *
 * @since 0.1.0
 * @category models
 */
export interface TaskHandle {
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
  /** Generations that ended, well or not. */
  readonly completed: number
  /** Generations asked for. */
  readonly expected: number
  /** 0 to 100, for the few models that report it. */
  readonly percent?: number
}
