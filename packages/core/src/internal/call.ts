/**
 * One call: what it runs with, how far it is, and what an error of it is told.
 */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type { Cadence } from "../Polling.ts"
import type { Settings } from "../RunwareConfig.ts"
import { make as makeError, type RunwareError, type Submission, withDetails } from "../RunwareError.ts"
import { log } from "../RunwareLogger.ts"
import type { Item, Task, TaskEvent } from "../Task.ts"
import type { Reply, Transport } from "../Transport.ts"
import { type Bound, within } from "./deadline.ts"
import type { Direct } from "./direct.ts"
import type { Pacer } from "./pace.ts"
import { countPoll } from "./telemetry.ts"

/** What a call runs with. */
export interface Environment {
  readonly settings: Settings
  readonly transport: Transport["Service"]
  readonly direct: Direct | undefined
  readonly cadence: Cadence
  readonly pacer: Pacer
}

/** What a call may say; checked, since callers may be plain JavaScript. */
export type Options = Readonly<Record<string, unknown>> | object | undefined

/** What it has said, and else the client's own. */
export interface Choices {
  readonly timeout: Duration.Duration
  readonly validate: boolean
  readonly attachOnConflict: boolean
  readonly partial: boolean
}

export const ofWhole = (timeout: Duration.Duration): Bound => [timeout, "the whole call", "timeout"]

/** What became of one generation. */
export type Outcome = Result.Result<Item, RunwareError>

/** How far a call is, for the error that may end it. */
export interface Account {
  readonly startedAt: number
  task: Task | undefined
  attempts: number
  submission: Submission
  /** The task's UUID is ours, and no other task has it. */
  minted: boolean
  results: ReadonlyArray<Item>
  polls: number
  /** Why a call that gives the outcome of each generation has no result at all. */
  failure: RunwareError | undefined
}

export const begin = (startedAt: number): Account => ({
  startedAt,
  task: undefined,
  attempts: 0,
  submission: "none",
  minted: false,
  results: [],
  polls: 0,
  failure: undefined
})

export type Emit = (event: TaskEvent) => Effect.Effect<void>

/** Tells nobody: what it would be told need not be made. */
export const silent: Emit = () => Effect.void

/** The first exchange of a task, which several may share: what it waits for before anything is sent, and its reply. */
export interface First {
  readonly ready: Effect.Effect<void, RunwareError>
  readonly reply: Effect.Effect<Reply, RunwareError>
}

/** Adds to an error what the call knows of itself. */
export const explain = (account: Account, error: RunwareError): Effect.Effect<RunwareError> =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    withDetails(error, {
      ...(account.task === undefined ? {} : about(account.task)),
      submission: error.submission ?? account.submission,
      attempts: account.attempts,
      elapsed: now - account.startedAt,
      ...(account.results.length === 0 ? {} : { results: account.results })
    })
  )

/** Asks for a task once. */
export const poll = (
  transport: Transport["Service"],
  task: Task,
  timeout: Duration.Duration,
  account: Account
): Effect.Effect<Reply, RunwareError> =>
  log("poll", "Asking", () => about(task)).pipe(
    Effect.andThen(transport.ready),
    Effect.andThen(countPoll(account)),
    Effect.andThen(
      within(
        timeout,
        "the reply to a poll",
        "pollReplyTimeout"
      )(transport.exchange({ taskType: "getResponse", taskUUID: task.taskUUID }))
    )
  )

export const about = ({ model, taskType, taskUUID }: Task) => ({
  taskType,
  taskUUID,
  ...(model === undefined ? {} : { model })
})

export const unknownTask = (task: Task): RunwareError =>
  makeError("notFound", {
    rawCode: "taskNotFound",
    message: "The service knows no such task: it never got it, or its results have expired.",
    ...about(task),
    submission: "unknown"
  })
