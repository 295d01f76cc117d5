/**
 * The way of a task to the service, by the purchase rule: it is sent until the service has it, refuses it, or the retries are
 * used up; after an unclear end the service is asked before anything is sent again.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Result from "effect/Result"
import { fromSettings, patient } from "../Retry.ts"
import type { Settings } from "../RunwareConfig.ts"
import type { RunwareError } from "../RunwareError.ts"
import { log } from "../RunwareLogger.ts"
import type { Task } from "../Task.ts"
import type { Reply, Transport } from "../Transport.ts"
import { told, within } from "./deadline.ts"
import type { Direct } from "./direct.ts"
import { isLimit, judgeInquiry, judgeSubmission, type Submitted } from "./judgement.ts"
import { isTraced } from "./tracing.ts"
import { type Environment, type Account, type First, about, poll } from "./call.ts"

/** Submits a task until the service has it, refuses it, or the retries are used up. */
export const submit = (
  { direct, pacer, settings, transport }: Environment,
  task: Task,
  account: Account,
  mayAttach: boolean,
  shared?: First
): Effect.Effect<Reply, RunwareError> => {
  const bound = boundOf(settings, task)
  const own = (): First => ({ ready: transport.ready, reply: replyTo(task, transport, direct, bound) })
  const first: First = shared === undefined ? own() : { ...shared, reply: bounded(bound)(shared.reply) }
  let mayHaveArrived = mayAttach

  const send = Effect.andThen(pacer.gate, () => {
    const { ready, reply } = account.attempts > 1 ? own() : first
    return Effect.andThen(ready, () => {
      account.submission = "unknown"
      return reply
    }).pipe(
      Effect.result,
      Effect.map((outcome) => judgeSubmission(outcome, task, mayHaveArrived, account.minted))
    )
  })

  const inquire = Effect.gen(function* () {
    const asked = yield* Effect.result(poll(transport, task, settings.pollReplyTimeout, account))
    const inquiry = judgeInquiry(asked, task)
    return inquiry._tag === "Unknown" ? yield* send : inquiry
  })

  /** Fails where another attempt may help; a final error is a success here, which no retry touches. */
  const attempt = Effect.gen(function* () {
    account.attempts++
    const submitted: Submitted = yield* mayHaveArrived && account.attempts > 1 ? inquire : send
    if (submitted._tag === "Accepted") {
      account.submission = "accepted"
      yield* pacer.succeeded
      return Result.succeed(submitted.reply)
    }
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
    // Schedules cost more to begin than all else here: most calls fail at nothing, and begin none.
    Effect.catch((error) =>
      afterFailure(error, attempt).pipe(
        Effect.retry({ while: (error) => isLimit(error) && settings.maxRetries > 0, schedule: patient(settings) }),
        Effect.retry(fromSettings(settings))
      )
    ),
    Effect.flatMap(Effect.fromResult)
  )
}

/** An effect whose first run has failed already. */
const afterFailure = <A, E>(error: E, effect: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  let hasFailed = false
  return Effect.suspend(() => {
    if (hasFailed) return effect
    hasFailed = true
    return Effect.fail(error)
  })
}

/** How long one exchange may take, for what, and by which option. */
type Bound = readonly [duration: Duration.Duration, what: string, option: string]

/** A stream may begin late: its transport bounds the silence. */
const boundOf = ({ ackTimeout, requestTimeout }: Settings, task: Task): Bound | undefined => {
  switch (task["deliveryMethod"]) {
    case "stream":
      return undefined
    case "sync":
      return [requestTimeout, "the results of a sync task", "requestTimeout"]
    default:
      return [ackTimeout, "the acknowledgement", "ackTimeout"]
  }
}

const bounded = (bound: Bound | undefined) => (bound === undefined ? identity : within(...bound))

/** One exchange; whoever has spans of it has it as an effect. */
const replyTo = (
  task: Task,
  { exchange }: Transport["Service"],
  direct: Direct | undefined,
  bound: Bound | undefined
): Effect.Effect<Reply, RunwareError> =>
  direct === undefined || bound === undefined
    ? bounded(bound)(exchange(task))
    : Effect.withFiber((fiber) =>
        isTraced(fiber) ? bounded(bound)(exchange(task)) : told(...bound, (tell) => direct.post(task, tell))
      )

const isBrokenLink = (error: RunwareError, transport: Transport["Service"]): boolean =>
  error.code === "connection" && transport.kind !== "rest"
