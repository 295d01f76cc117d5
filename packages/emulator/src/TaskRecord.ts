/**
 * What the service remembers of tasks: those that generate, those that answer at once, and the last answer of each.
 *
 * @since 0.1.0
 */
import type { Reply } from "./State.ts"
import type { WireError, WireItem, WireTask } from "@effect-runware/core/Protocol"
import type { MediaDescription } from "./Media.ts"

/**
 * One generation of a task. How and when it ends is settled when the task is accepted, and told when it is due.
 *
 * @since 0.1.0
 * @category models
 */
export interface Generation {
  readonly completesAt: number
  /** Millionths of a US dollar. A generation that fails costs nothing. */
  readonly price: number
  readonly outcome:
    | { readonly _tag: "Success"; readonly fields: WireItem; readonly media: ReadonlyArray<MediaDescription> }
    | { readonly _tag: "Failure"; readonly error: WireError }
}

/**
 * A task that was accepted.
 *
 * @since 0.1.0
 * @category models
 */
export interface TaskRecord {
  readonly taskUUID: string
  readonly taskType: string
  /** The task as it was sent. */
  readonly request: WireTask
  readonly apiKey: string
  readonly delivery: "sync" | "async" | "stream"
  readonly acceptedAt: number
  readonly generations: ReadonlyArray<Generation>
  /** The request that waits for the results, if one does. */
  readonly awaitedBy: { readonly exchange: string; readonly slot: number } | undefined
}

/**
 * A utility that left something behind, so that its taskUUID is taken as that of any other task.
 *
 * @since 0.1.0
 * @category models
 */
export interface UtilityRecord {
  readonly taskUUID: string
  readonly taskType: string
  /** The task as it was sent. */
  readonly request: WireTask
  readonly apiKey: string
  /** The latest answer; none while the first is not there. */
  readonly reply: Reply | undefined
  /** When that was. */
  readonly repliedAt: number
}

/**
 * What was last answered to a taskUUID.
 *
 * @since 0.1.0
 * @category models
 */
export interface ArchivedAnswer {
  readonly apiKey: string
  /** The task as it was sent. */
  readonly request: WireTask
  readonly contents: { readonly data: ReadonlyArray<WireItem>; readonly errors: ReadonlyArray<WireError> }
  readonly at: number
}
