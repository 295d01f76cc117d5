/**
 * The way of a task to the service, by the purchase rule: it is sent until the service has it, refuses it, or the retries are
 * used up; after an unclear end the service is asked before anything is sent again.
 */
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Result from "effect/Result"
import { fromSettings, patient } from "../Retry.ts"
import type { Settings } from "../RunwareConfig.ts"
import type { RunwareError } from "../RunwareError.ts"
import { log } from "../RunwareLogger.ts"
import type { Task } from "../Task.ts"
import type { Reply, Transport } from "../Transport.ts"
import { type Bound, within } from "./deadline.ts"
import { isLimit, judgeInquiry, judgeSubmission, type Submitted } from "./judgement.ts"
import { type Environment, type Account, type First, about, poll } from "./call.ts"

/** Submits a task until the service has it, refuses it, or the retries are used up. */
export const submit = (
  environment: Environment,
  task: Task,
  account: Account,
  mayAttach: boolean,
  shared?: First
): Effect.Effect<Reply, RunwareError> =>
  Effect.suspend(() => {
    account.attempts++
    return Effect.flatMap(send(environment, task, account, shared), (outcome) => {
      const submitted = judgeSubmission(outcome, task, mayAttach, account.minted)
      // Most calls fail at nothing: what is to be done then is not even made.
      return submitted._tag === "Accepted"
        ? accepted(environment, account, submitted.reply)
        : goOn(environment, task, account, mayAttach, submitted)
    })
  })

/** One exchange, which may be shared with others. */
const send = (
  { pacer, settings, transport }: Environment,
  task: Task,
  account: Account,
  { ready, reply }: First = { ready: transport.ready, reply: transport.exchange(task) }
): Effect.Effect<Result.Result<Reply, RunwareError>> =>
  Effect.andThen(
    pacer.gate,
    Effect.result(
      Effect.andThen(ready, () => {
        account.submission = "unknown"
        return patiently(boundOf(settings, task))(reply)
      })
    )
  )

const accepted = ({ pacer }: Environment, account: Account, reply: Reply): Effect.Effect<Reply> => {
  account.submission = "accepted"
  pacer.succeeded()
  return Effect.succeed(reply)
}

/** What follows a first attempt that the service did not accept. */
export const goOn = (
  environment: Environment,
  task: Task,
  account: Account,
  mayAttach: boolean,
  first: Submitted
): Effect.Effect<Reply, RunwareError> => {
  const { pacer, settings, transport } = environment
  let mayHaveArrived = mayAttach
  let judged: Submitted | undefined = first

  const sendAgain = Effect.suspend(() => send(environment, task, account)).pipe(
    Effect.map((outcome) => judgeSubmission(outcome, task, mayHaveArrived, account.minted))
  )

  const inquire = Effect.gen(function* () {
    const asked = yield* Effect.result(poll(transport, task, settings.pollReplyTimeout, account))
    const inquiry = judgeInquiry(asked, task)
    return inquiry._tag === "Unknown" ? yield* sendAgain : inquiry
  })

  const next = Effect.suspend(() => {
    const known = judged
    judged = undefined
    if (known !== undefined) return Effect.succeed(known)
    account.attempts++
    return mayHaveArrived ? inquire : sendAgain
  })

  /** Fails where another attempt may help; a final error is a success here, which no retry touches. */
  const attempt = Effect.gen(function* () {
    const submitted: Submitted = yield* next
    if (submitted._tag === "Accepted") return Result.succeed(yield* accepted(environment, account, submitted.reply))
    const { error } = submitted
    account.submission = error.submission ?? account.submission
    if (submitted._tag === "Final") return Result.fail(error)
    if (submitted._tag === "Unclear") mayHaveArrived = true
    yield* log("retry", "The submission failed", () => ({ ...about(task), message: error.message }))
    // Asking for less is no failure: it costs no retry, and the call waits, however often, until its deadline. Nor does a
    // link that broke with all its tasks: the transport paces its own return, and one cut is not a storm.
    if (isLimit(error)) yield* pacer.slowDown(error.retryAfter)
    else if (!isBrokenLink(error, transport) && !(yield* pacer.mayRetry)) return Result.fail(error)
    return yield* error
  })

  return attempt.pipe(
    Effect.retry({ while: (error) => isLimit(error) && settings.maxRetries > 0, schedule: patient(settings) }),
    Effect.retry(fromSettings(settings)),
    Effect.flatMap(Effect.fromResult)
  )
}

/** A stream may begin late: its transport bounds the silence. */
export const boundOf = ({ ackTimeout, requestTimeout }: Settings, task: Task): Bound | undefined => {
  switch (task["deliveryMethod"]) {
    case "stream":
      return undefined
    case "sync":
      return [requestTimeout, "the results of a sync task", "requestTimeout"]
    default:
      return [ackTimeout, "the acknowledgement", "ackTimeout"]
  }
}

const patiently = (bound: Bound | undefined) => (bound === undefined ? identity : within(...bound))

const isBrokenLink = (error: RunwareError, transport: Transport["Service"]): boolean =>
  error.code === "connection" && transport.kind !== "rest"
