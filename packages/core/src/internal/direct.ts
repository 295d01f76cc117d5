/**
 * The direct way through a transport of ours: by callbacks, without a fiber for each exchange and each poll. It belongs to the
 * `exchange` that it does the work of, so that a transport that somebody decorates has none, and each exchange is seen. What
 * goes that way is loaded with the transports that have one.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import type { RunwareError } from "../RunwareError.ts"
import type { Task, TaskUUID } from "../Task.ts"
import type { Reply, Transport } from "../Transport.ts"
import { type Alarms, alarmsOf } from "./alarm.ts"
import type { Account, Emit, Environment, Options } from "./call.ts"
import { before, type Bound, type Deadline, deadlineIn } from "./deadline.ts"
import { Flight, type Landing, ofResults } from "./flight.ts"
import { type First, type Followed, tell } from "./following.ts"
import { judgeSubmission } from "./judgement.ts"
import type { Given } from "./preparation.ts"
import { deliver, type Means } from "./silently.ts"

export type Outcome = Result.Result<Reply, RunwareError>

/** A task that is asked for until enough was heard. Times are milliseconds of the monotonic clock. Nothing here may throw. */
export interface Question {
  readonly taskUUID: TaskUUID
  /** When to ask first. */
  readonly due: number
  /** Told of each poll as it leaves. */
  asked(): void
  /** Told of its reply, or of its loss; says when to ask again, or ends the asking with `undefined`. */
  answered(outcome: Outcome, askedAt: number, now: number): number | undefined
}

/** What a transport has to offer for it. */
export interface Way {
  /** Whether the transport is `ready`. */
  readonly isReady: () => boolean
  /** `exchange` once the transport is `ready`: tells the outcome, at once or later, and gives the way to leave before that. */
  readonly post: (task: Task, tell: (outcome: Outcome) => void) => () => void
  /** Polls for a task in rounds with others until the question has its answer, and gives the way to end that before. */
  readonly ask: (question: Question) => () => void
}

/** A task that is on its way, for a call that waits. */
export interface Travel {
  readonly environment: Environment
  readonly alarms: Alarms
  readonly context: Context.Context<never>
  readonly task: Task
  readonly account: Account
  /** The end of the whole wait. */
  readonly until: Deadline
}

/** The same on its first way to the service, of a call that nobody listens to. */
export interface Departure extends Travel {
  readonly mayAttach: boolean
  /** How long to wait for the reply to the submission. */
  readonly bound: Bound
  /** Tells that the caller gives up. */
  readonly abandoned: (account: Account) => Effect.Effect<void>
}

/** What a call makes of it, all in its own fiber. */
export interface Direct extends Way {
  /** Runs a task of a call that nobody listens to. */
  readonly deliver: (
    means: Means,
    fiber: Fiber.Fiber<unknown, unknown>,
    asked: Given,
    options: Options
  ) => ReturnType<typeof deliver>
  /** Sends a task for the first time, and if the service has it asks for it until it is complete. */
  readonly fly: (departure: Departure) => Effect.Effect<Landing>
  /** Leaves the asking for a task to the transport, and wakes for news only. */
  readonly follow: (
    environment: Environment,
    followed: Followed,
    first: First,
    account: Account,
    emit: Emit
  ) => Effect.Effect<void, RunwareError>
}

type Exchange = Transport["Service"]["exchange"]

const ways = new WeakMap<Exchange, Direct>()

export const withDirect = (exchange: Exchange, way: Way): Exchange => {
  const direct: Direct = {
    ...way,
    deliver: (means, ...call) => deliver(means, direct, ...call),
    fly: (departure) => fly(way, departure),
    follow: (...followed) => follow(way, ...followed)
  }
  ways.set(exchange, direct)
  return exchange
}

export const directOf = ({ exchange }: Pick<Transport["Service"], "exchange">): Direct | undefined => ways.get(exchange)

const fly = (way: Way, departure: Departure): Effect.Effect<Landing> => {
  const { abandoned, account, alarms, environment, mayAttach, task, until } = departure
  const { pacer, transport } = environment
  const start = Effect.callback<Landing>((resume) => {
    const flight = new Flight(way, departure, resume)
    flight.submit(departure)
    return Effect.suspend(() => {
      flight.leave()
      return abandoned(account)
    })
  })
  account.attempts++
  // Nothing is sent that there is no time to wait for.
  if (until.at > alarms.now() && way.isReady() && !pacer.isPaused()) return start
  return Effect.andThen(pacer.gate, Effect.result(transport.ready)).pipe(
    before(until),
    Effect.onInterrupt(() => abandoned(account)),
    Effect.matchEffect({
      onFailure: (error) => Effect.succeed({ _tag: "Failed", error }),
      onSuccess: (ready) =>
        Result.isSuccess(ready)
          ? start
          : Effect.succeed(judgeSubmission(Result.fail(ready.failure), task, mayAttach, account.minted))
    })
  )
}

/** Waits for one piece of news after the other, until the task is complete. */
const follow = (
  way: Way,
  environment: Environment,
  followed: Followed,
  first: First,
  account: Account,
  emit: Emit
): Effect.Effect<void, RunwareError> =>
  Effect.gen(function* () {
    const { alarms, context } = yield* Effect.withFiberSucceed((fiber) => ({
      alarms: alarmsOf(fiber),
      context: fiber.context
    }))
    const until = deadlineIn(alarms, ofResults(environment))
    const travel = { environment, alarms, context, task: followed.task, account, until }
    let isFirst = first.reply === undefined
    while (!followed.isComplete) {
      const landing = yield* Effect.callback<Landing>((resume) => {
        const flight = new Flight(way, travel, resume)
        flight.follow(followed, isFirst)
        return Effect.sync(() => flight.leave())
      })
      if (landing._tag === "Failed") return yield* landing.error
      if (landing._tag === "News") yield* tell(landing.events, emit)
      isFirst = false
    }
  })
