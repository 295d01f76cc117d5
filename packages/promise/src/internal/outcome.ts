/**
 * How effects end for those who await them: a value, or one `RunwareError`, whatever went wrong.
 */
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Outcome, TaskOutcome } from "../Task.ts"
import type { Subject } from "./interruption.ts"

/** The value of an exit, or its failure thrown; `interrupted` says what an interruption was. */
export const valueOf = <A>(exit: Exit.Exit<A, RunwareError>, subject: Subject, interrupted: () => RunwareError): A => {
  if (Exit.isSuccess(exit)) return exit.value
  const error = Cause.findErrorOption(exit.cause)
  if (Option.isSome(error)) throw error.value
  throw Cause.hasInterruptsOnly(exit.cause) ? interrupted() : unexpected(Cause.squash(exit.cause), subject)
}

/** What became of one generation. */
export const outcomeOf = <A>(outcome: Result.Result<A, RunwareError>): Outcome<A> =>
  Result.isSuccess(outcome)
    ? { status: "success", result: outcome.success }
    : { status: "error", error: outcome.failure }

/** What became of one task of several. */
export const taskOutcomeOf = <A>(outcome: Result.Result<ReadonlyArray<A>, RunwareError>): TaskOutcome<A> =>
  Result.isSuccess(outcome)
    ? { status: "success", results: [...outcome.success] }
    : { status: "error", error: outcome.failure }

/** A fault of this SDK, or of what was injected. Only its words are passed on: an object may hold a request, and its key. */
const unexpected = (defect: unknown, subject: Subject): RunwareError => {
  const cause = new Error(defect instanceof Error ? defect.message : String(defect))
  if (defect instanceof Error) {
    cause.name = defect.name
    if (defect.stack !== undefined) cause.stack = defect.stack
  }
  return makeError("unknown", {
    ...subject,
    // How far the call had come is not known: the purchase may have been made.
    submission: subject.submission === "none" ? "unknown" : subject.submission,
    rawCode: "unexpected",
    message: `The client failed in a way it does not know: ${cause.message}`,
    cause
  })
}
