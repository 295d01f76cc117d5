/**
 * How an effect ends for those who await it: its value, or one `RunwareError`, whatever went wrong.
 */
import { make as makeError, type RunwareError, type Submission } from "@effect-runware/core/RunwareError"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"

/** What is known of a call while it runs, for the error of one that is given up. */
export interface CallFacts {
  readonly taskUUID?: string
  readonly taskType?: string
  readonly model?: string
  submission: Submission
}

/** The value of an exit, or its failure thrown; `interrupted` says what an interruption was. */
export const valueOf = <A>(
  exit: Exit.Exit<A, RunwareError>,
  facts: CallFacts = { submission: "none" },
  interrupted: () => RunwareError = () => aborted(facts)
): A => {
  if (Exit.isSuccess(exit)) return exit.value
  const error = Cause.findErrorOption(exit.cause)
  if (Option.isSome(error)) throw error.value
  throw Cause.hasInterruptsOnly(exit.cause) ? interrupted() : unexpected(Cause.squash(exit.cause), facts)
}

/** The caller gave the call up. */
export const aborted = (facts: CallFacts, signal?: AbortSignal): RunwareError => {
  const reason: unknown = signal?.reason
  const why = reason instanceof Error && reason.name !== "AbortError" ? reason.message : reason
  return makeError("aborted", {
    ...facts,
    message: typeof why === "string" && why !== "" ? `The call was aborted: ${why}` : "The call was aborted.",
    ...(reason === undefined ? {} : { cause: reason })
  })
}

/** The client was closed before the call, or under it. */
export const disconnected = (facts: CallFacts): RunwareError =>
  makeError("connection", {
    ...facts,
    rawCode: "disconnected",
    message: "The client is disconnected.",
    advice: "Call `connect` before the next task."
  })

/** A fault of this SDK, or of what was injected. Only its words are passed on: an object may hold a request, and its key. */
const unexpected = (defect: unknown, facts: CallFacts): RunwareError => {
  const cause = new Error(defect instanceof Error ? defect.message : String(defect))
  if (defect instanceof Error) {
    cause.name = defect.name
    if (defect.stack !== undefined) cause.stack = defect.stack
  }
  return makeError("unknown", {
    ...facts,
    rawCode: "unexpected",
    message: `The client failed in a way it does not know: ${cause.message}`,
    cause
  })
}
