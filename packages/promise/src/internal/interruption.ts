/**
 * What becomes of a call that is given up, by its signal or by `disconnect`. The core knows how far it had come, and tells
 * the error that the call would have ended with; here it is kept beside the call, and told in the caller's words.
 */
import { InterruptObserver } from "@effect-runware/core/Runware"
import {
  type ErrorDetails,
  make as makeError,
  type RunwareError,
  type Submission
} from "@effect-runware/core/RunwareError"
import * as Context from "effect/Context"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"

/** What the caller says of a task, before the core has looked at it. */
export interface Subject {
  readonly taskUUID?: string | undefined
  readonly taskType?: string | undefined
  readonly model?: string | undefined
  /** What became of the purchase, should the call not begin; none for calls that buy nothing. */
  readonly submission?: Submission
}

/** What a call, or each task of it, was told to have ended with. */
export const Told: Context.Reference<Array<RunwareError> | undefined> = Context.Reference<
  Array<RunwareError> | undefined
>("@effect-runware/promise/Told", { defaultValue: () => undefined })

/** The core tells in the fiber of the call, which has the call's own list with it. */
export const layerObserver = Layer.succeed(InterruptObserver, (error) => {
  Fiber.getCurrent()?.getRef(Told)?.push(error)
})

/** The caller gave the call up. */
export const aborted = (subject: Subject, told: ReadonlyArray<RunwareError>, signal?: AbortSignal): RunwareError => {
  const reason: unknown = signal?.reason
  const details = { ...detailsOf(subject, told), cause: reason }
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return makeError("timeout", { ...details, message: "The call was given up: its signal timed out." })
  }
  const why = reason instanceof Error && reason.name !== "AbortError" ? reason.message : reason
  return makeError("aborted", {
    ...details,
    message: typeof why === "string" && why !== "" ? `The call was aborted: ${why}` : "The call was aborted."
  })
}

/** The client was closed before the call, or under it. */
export const disconnected = (subject: Subject, told: ReadonlyArray<RunwareError> = []): RunwareError => {
  const details = detailsOf(subject, told)
  return makeError("connection", {
    ...details,
    rawCode: "disconnected",
    message: "The client is disconnected.",
    // Where money may have been spent the core advises to come back for the results.
    ...(details.submission === undefined || details.submission === "none"
      ? { advice: "Call `connect` before the next task." }
      : {})
  })
}

const bySpending: ReadonlyArray<Submission | undefined> = [undefined, "none", "rejected", "unknown", "accepted"]

/** Of several tasks the one tells that cost most: its `taskUUID` is the one to come back for. */
const detailsOf = (subject: Subject, told: ReadonlyArray<RunwareError>): Omit<ErrorDetails, "message"> => {
  const [first] = told.toSorted((a, b) => bySpending.indexOf(b.submission) - bySpending.indexOf(a.submission))
  return {
    taskUUID: first?.taskUUID ?? subject.taskUUID,
    taskType: first?.taskType ?? subject.taskType,
    model: first?.model ?? subject.model,
    submission: first?.submission ?? subject.submission,
    attempts: first?.attempts,
    elapsed: first?.elapsed,
    results: first?.results
  }
}
