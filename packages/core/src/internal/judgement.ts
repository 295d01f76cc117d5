/**
 * What an answer means for the task: the purchase rule and the polling rule as pure decisions. A definite refusal is never
 * sent again; where it is unclear whether the task arrived, the service is asked before anything is resent.
 */
import type { Result } from "effect/Result"
import { fromWire, type RunwareError, withDetails } from "../RunwareError.ts"
import { generationsOf, type Task } from "../Task.ts"
import type { Reply } from "../Transport.ts"

/** What became of a submission. */
export type Submitted =
  /** The service has the task. */
  | { readonly _tag: "Accepted"; readonly reply: Reply }
  /** It refuses the task, or the task has failed: final. */
  | { readonly _tag: "Final"; readonly error: RunwareError }
  /** It did not take the task, and may later: send the same again. */
  | { readonly _tag: "Refused"; readonly error: RunwareError }
  /** It may have the task: ask before sending again. */
  | { readonly _tag: "Unclear"; readonly error: RunwareError }

/** Errors of a reply as one error about the task. */
export const replyError = (reply: Reply, task: Task): RunwareError | undefined => {
  const [first] = reply.errors
  return first === undefined
    ? undefined
    : fromWire(
        first,
        {
          taskType: task.taskType,
          taskUUID: task.taskUUID,
          model: task.model,
          statusCode: reply.statusCode,
          retryAfter: reply.retryAfter
        },
        reply.errors
      )
}

/**
 * Judges the answer to a submission; `mayHaveArrived` says that an earlier send of it had no clear end. As long as that is
 * open, no later refusal proves that nothing was bought. `isMinted` says that nobody else can have sent the taskUUID: what
 * it conflicts with is a copy of itself.
 */
export const judgeSubmission = (
  outcome: Result<Reply, RunwareError>,
  task: Task,
  mayHaveArrived: boolean,
  isMinted = false
): Submitted => {
  const refused = { submission: mayHaveArrived ? "unknown" : "rejected" } as const
  if (outcome._tag === "Failure") {
    if (outcome.failure.submission === "accepted") return { _tag: "Final", error: outcome.failure }
    if (mayHaveArrived && outcome.failure.rawCode === "conflictTaskUUID") return { _tag: "Accepted", reply: nothingYet }
    const error = mayHaveArrived ? withDetails(outcome.failure, { submission: "unknown" }) : outcome.failure
    if (isLimit(error)) return { _tag: "Refused", error: withDetails(error, refused) }
    if (!error.retryable || isEndOfSession(error) || error.submission === "rejected") return { _tag: "Final", error }
    return { _tag: outcome.failure.submission === "none" ? "Refused" : "Unclear", error }
  }
  const reply = outcome.success
  const error = replyError(reply, task)
  if (error === undefined || reply.items.length > 0)
    return { _tag: "Accepted", reply: untilComplete(withoutConflict(reply), task) }
  if ((mayHaveArrived || isMinted) && error.rawCode === "conflictTaskUUID")
    return { _tag: "Accepted", reply: nothingYet }
  const unclear: Submitted = { _tag: "Unclear", error: withDetails(error, { submission: "unknown" }) }
  const hasFailedGeneration = isFailedGeneration(reply)
  if (!hasFailedGeneration) {
    if (reply.isGuess === true && error.retryable) return unclear
    if (isLimit(error)) return { _tag: "Refused", error: withDetails(error, refused) }
    const { statusCode = 0 } = reply
    if (statusCode >= 500 || statusCode === 408 || statusCode === 425 || error.code === "serverError") return unclear
  }
  const hasFailed = hasFailedGeneration || (isSync(task) && error.retryable)
  if (hasFailed && isSync(task) && generationsOf(task) > reply.errors.length) {
    return { _tag: "Accepted", reply: untilComplete(reply, task) }
  }
  return { _tag: "Final", error: withDetails(error, hasFailed ? { submission: "accepted" } : refused) }
}

/** Judges the answer to "do you have this task?" after an unclear submission. */
export const judgeInquiry = (
  outcome: Result<Reply, RunwareError>,
  task: Task
): Submitted | { readonly _tag: "Unknown" } => {
  if (outcome._tag === "Failure") {
    const error = withDetails(outcome.failure, { submission: "unknown" })
    return { _tag: passes(error) ? "Unclear" : "Final", error }
  }
  const reply = outcome.success
  const error = replyError(reply, task)
  if (reply.items.length > 0) return { _tag: "Accepted", reply }
  if (error === undefined || isUnknownTask(error, reply)) return { _tag: "Unknown" }
  if (isAboutThePoll(error, reply) || isOfTheService(error, reply))
    return { _tag: "Unclear", error: withDetails(error, { submission: "unknown" }) }
  // Who may not ask has learnt nothing of the task.
  return error.code === "auth"
    ? { _tag: "Final", error: withDetails(error, { submission: "unknown" }) }
    : { _tag: "Accepted", reply }
}

/** Too much at once, which passes; too large at once never does. */
export const isLimit = (error: RunwareError): boolean =>
  error.code === "rateLimit" && error.rawCode !== "inferenceRateLimitRequestTooLarge"

/** What became of a poll. */
export type Polled =
  | { readonly _tag: "State"; readonly reply: Reply }
  /** No news of the task: ask again. */
  | { readonly _tag: "Again"; readonly error: RunwareError | undefined }
  | { readonly _tag: "Final"; readonly error: RunwareError }

/**
 * Judges the answer to a poll; `mayBeUnknown` says that the task was accepted, or last heard of, so lately that the service
 * may have no row for it yet, and that what it fails at may be this one question.
 */
export const judgePoll = (
  outcome: Result<Reply, RunwareError>,
  task: Task,
  mayBeUnknown: boolean,
  unknownTask: (task: Task) => RunwareError
): Polled => {
  if (outcome._tag === "Failure") {
    const error = outcome.failure
    return passes(error) && (error.retryable || mayBeUnknown) ? { _tag: "Again", error } : { _tag: "Final", error }
  }
  const reply = outcome.success
  if (reply.items.length > 0) return { _tag: "State", reply }
  const error = replyError(reply, task)
  if (error === undefined) return mayBeUnknown ? { _tag: "Again", error } : { _tag: "Final", error: unknownTask(task) }
  if (isAboutThePoll(error, reply) || (mayBeUnknown && isOfTheService(error, reply))) return { _tag: "Again", error }
  if (isUnknownTask(error, reply)) return { _tag: mayBeUnknown ? "Again" : "Final", error }
  // A refused key says nothing of the task, but nobody else may ask for it.
  return error.code === "auth" && !isFailedGeneration(reply) ? { _tag: "Final", error } : { _tag: "State", reply }
}

/** Another poll may be answered. A 404 whose body was lost on the way says less than the service did. */
const passes = (error: RunwareError): boolean =>
  (error.retryable || error.code === "notFound") && !isEndOfSession(error)

const isSync = (task: Task): boolean => task["deliveryMethod"] === "sync"

/**
 * A sync reply that an error ended before all generations came: what is missing is polled for, and the error with it, since
 * only a poll tells the whole state.
 */
const untilComplete = (reply: Reply, task: Task): Reply =>
  isSync(task) && reply.items.length + reply.errors.length < generationsOf(task) ? { ...reply, errors: [] } : reply

/** Of a task that the service has, a conflict is about a copy of the submission, and about none of its generations. */
export const withoutConflict = (reply: Reply): Reply =>
  reply.errors.length === 0
    ? reply
    : { ...reply, errors: reply.errors.filter(({ code }) => code !== "conflictTaskUUID") }

/** The service has the task; what it has come to is for it to tell who asks. */
export const nothingYet: Reply = { items: [], errors: [] }

/** Errors that say nothing of the task, only that the question could not be answered now. */
const isAboutThePoll = (error: RunwareError, reply: Reply): boolean =>
  !isFailedGeneration(reply) && (error.code === "rateLimit" || (reply.statusCode ?? 0) >= 500)

/** The service failed, and nothing says at what. On a socket, which has no status, that may be the question itself. */
const isOfTheService = (error: RunwareError, reply: Reply): boolean =>
  error.code === "serverError" && !isFailedGeneration(reply)

/** The service took the task, worked on it and failed. */
const isFailedGeneration = (reply: Reply): boolean => reply.errors.some((one) => one.status === "error")

const neverHeardOf: ReadonlySet<string | undefined> = new Set([
  "taskNotFound",
  "taskFailedOrNotFound",
  "resourceNotFound",
  "notFound"
])

/** Only a task that the service never heard of may be sent again: one that expired, was cancelled, or failed, it had. */
const isUnknownTask = (error: RunwareError, reply: Reply): boolean =>
  neverHeardOf.has(error.rawCode) && !isFailedGeneration(reply)

/** The transport will not come back by itself. */
const isEndOfSession = (error: RunwareError): boolean =>
  error.rawCode === "disconnected" || error.rawCode === "reconnectionFailed"
