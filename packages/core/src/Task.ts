/**
 * What a caller asks for and what comes back: parameters, the final wire task, its items, the events on the way, and the
 * handle that lets another process pick the task up.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Uuid from "uuid"
import type { LooseParams } from "@effect-runware/schemas/calls"
import type { TaskType, WireItem, WireTask } from "./Protocol.ts"
import { describe } from "./internal/describe.ts"
import { make as makeError, type RunwareError } from "./RunwareError.ts"

/**
 * A version 4 UUID that names one task, minted once per call and kept through every retry.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskUUID = Brand.Branded<string, "TaskUUID">

/**
 * Parameters of a task that nothing more is known about: what a program puts together as it runs. Everything but the few
 * fields that have a type goes to the service as it is.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskParams = LooseParams

/**
 * The wire task in its final form: task type settled, UUID minted.
 *
 * @since 0.1.0
 * @category models
 */
export interface Task extends WireTask {
  readonly taskType: TaskType
  readonly taskUUID: TaskUUID
  readonly model?: string
}

/**
 * One finished generation, as the service sent it, without the lifecycle fields `status` and `progress`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Item extends WireItem {
  readonly taskType: TaskType
  readonly taskUUID: string
}

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
 * What happens to a task, in order: `Accepted` once; `Progress`, and `Item` or `Failed` once for each generation, as they
 * come; `Done` last, unless a failure fails the call.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskEvent<A = Item> =
  | { readonly _tag: "Accepted"; readonly handle: TaskHandle<A> }
  | { readonly _tag: "Progress"; readonly taskUUID: string; readonly progress: Progress }
  | { readonly _tag: "Item"; readonly taskUUID: string; readonly index: number; readonly item: A }
  | {
      readonly _tag: "Failed"
      readonly taskType: TaskType
      readonly taskUUID: string
      readonly error: RunwareError
    }
  | { readonly _tag: "Done"; readonly taskUUID: string; readonly results: ReadonlyArray<A> }

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
  /** The service's word for how far the upload of a model is: `validated`, `downloaded`, ... */
  readonly status?: string
  /** What the service says beside that word. */
  readonly message?: string
}

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
  readonly results: ReadonlyArray<Item>
  /** The generations that failed. */
  readonly errors: ReadonlyArray<RunwareError>
  /** Generations that are queued or under way. */
  readonly running: number
  /** 0 to 100, for the few models that report it. */
  readonly percent?: number
}

/**
 * Generations that a task makes: `numberResults`, or the `promptVersions` of a prompt enhancement. Default 1.
 *
 * @since 0.1.0
 * @category decisions
 */
export const generationsOf = (task: WireTask): number => {
  const asked = task["numberResults"] ?? (task.taskType === "promptEnhance" ? task["promptVersions"] : undefined)
  return typeof asked === "number" ? asked : 1
}

/**
 * Items that the direct reply to a task has: all generations for sync delivery, one acknowledgement or state otherwise.
 *
 * @since 0.1.0
 * @category decisions
 */
export const repliesOf = (task: WireTask): number => (task["deliveryMethod"] === "sync" ? generationsOf(task) : 1)

/**
 * A task as JSON. A ping goes without its UUID, which the service takes for none of its own; here it tells one ping from
 * another.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toJson = (task: Task): string => JSON.stringify(isPing(task) ? { ...task, taskUUID: undefined } : task)

/**
 * Whether a task asks for a sign of life.
 *
 * @since 0.1.0
 * @category decisions
 */
export const isPing = (task: Pick<WireItem, "taskType">): boolean => task.taskType === "ping"

/**
 * Whether a task asks for the state of another.
 *
 * @since 0.1.0
 * @category decisions
 */
export const isPoll = (task: Pick<WireTask, "taskType">): boolean => task.taskType === "getResponse"

/**
 * Mints task UUIDs. A reference, so that tests can make them predictable.
 *
 * @since 0.1.0
 * @category references
 */
export const TaskUUIDs: Context.Reference<Effect.Effect<TaskUUID>> = Context.Reference<Effect.Effect<TaskUUID>>(
  "@effect-runware/core/TaskUUIDs",
  { defaultValue: () => Effect.sync(() => brand(Uuid.v4())) }
)

/**
 * Checks a caller's UUID: the service takes version 4 only.
 *
 * @since 0.1.0
 * @category constructors
 */
export const taskUUID = (value: unknown): Effect.Effect<TaskUUID, RunwareError> =>
  typeof value === "string" && Uuid.validate(value) && Uuid.version(value) === 4
    ? Effect.succeed(brand(value.toLowerCase()))
    : Effect.fail(
        makeError("validation", {
          rawCode: "invalidTaskUUID",
          message: `taskUUID must be a version 4 UUID, got ${describe(value)}.`,
          parameter: "taskUUID",
          submission: "none"
        })
      )

// The one place where a checked string becomes a TaskUUID.
const brand = (uuid: string): TaskUUID => uuid as TaskUUID
