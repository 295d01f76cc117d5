/**
 * The direct way through a transport of ours: by callbacks, without a fiber for each exchange and each poll. It belongs to the
 * `exchange` that it does the work of, so that a transport that somebody decorates has none, and each exchange is seen. What
 * goes that way is loaded with the transports that have one.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Result from "effect/Result"
import type { RunwareError } from "../RunwareError.ts"
import type { Task, TaskEvent, TaskUUID } from "../Task.ts"
import type { Reply, Transport } from "../Transport.ts"
import { type Alarm, alarmsOf } from "./alarm.ts"
import type { Account, Emit, Environment } from "./call.ts"
import { type Bound, type Deadline, deadlineIn, told } from "./deadline.ts"
import { type First, type Followed, ofAccepted, tell } from "./following.ts"
import { countPollIn } from "./telemetry.ts"
import { isTraced } from "./tracing.ts"

type Outcome = Result.Result<Reply, RunwareError>

/** A task that is asked for until enough was heard. Times are milliseconds of the monotonic clock. Nothing here may throw. */
export interface Question {
  readonly taskUUID: TaskUUID
  /** When to ask first. */
  readonly due: number
  /** Told of each poll as it leaves. */
  readonly asked: () => void
  /** Told of its reply, or of its loss; says when to ask again, or ends the asking with `undefined`. */
  readonly answered: (outcome: Outcome, askedAt: number, now: number) => number | undefined
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

/** What a call makes of it, all in its own fiber. */
export interface Direct extends Way {
  /** One exchange with a transport that is ready. */
  readonly exchange: (task: Task, deadline: Deadline) => Effect.Effect<Reply, RunwareError>
  /** Sends a task for the first time, where nothing is to be waited for and the call bounds itself; else as usual. */
  readonly begin: (
    environment: Environment,
    task: Task,
    account: Account,
    bound: Bound,
    usual: Effect.Effect<Outcome, RunwareError>
  ) => Effect.Effect<Outcome, RunwareError>
  /** Leaves the asking for a task to the transport, and wakes for news only. */
  readonly follow: (followed: Followed, first: First, account: Account, emit: Emit) => Effect.Effect<void, RunwareError>
}

type Exchange = Transport["Service"]["exchange"]

const ways = new WeakMap<Exchange, Direct>()

export const withDirect = (exchange: Exchange, way: Way): Exchange => {
  ways.set(exchange, {
    ...way,
    exchange: (task, deadline) => told(deadline, (tell) => way.post(task, tell)),
    begin: (...first) => begin(way, ...first),
    follow: (...followed) => follow(way.ask, ...followed)
  })
  return exchange
}

export const directOf = ({ exchange }: Pick<Transport["Service"], "exchange">): Direct | undefined => ways.get(exchange)

const begin = (
  { isReady, post }: Way,
  { pacer }: Environment,
  task: Task,
  account: Account,
  bound: Bound,
  usual: Effect.Effect<Outcome, RunwareError>
): Effect.Effect<Outcome, RunwareError> =>
  Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
    const { until } = account
    if (until === undefined || !isReady() || pacer.isPaused() || isTraced(fiber)) return usual
    account.submission = "unknown"
    return Effect.result(told(earlier(deadlineIn(fiber, ...bound), until), (tell) => post(task, tell)))
  })

const earlier = (one: Deadline, other: Deadline | undefined): Deadline =>
  other === undefined || one.at <= other.at ? one : other

/** Waits for one piece of news after the other, until the task is complete. */
const follow = (
  ask: Way["ask"],
  followed: Followed,
  first: First,
  account: Account,
  emit: Emit
): Effect.Effect<void, RunwareError> =>
  Effect.gen(function* () {
    const deadline = yield* Effect.withFiberSucceed((fiber) => deadlineOf(fiber, followed.pollTimeout, account.until))
    let isFirst = first.reply === undefined
    while (!followed.isComplete) {
      yield* tell(yield* nextNews(followed, isFirst, account, deadline, ask), emit)
      isFirst = false
    }
  })

/** The end of the results, or of the whole call. */
const deadlineOf = (
  fiber: Fiber.Fiber<unknown, unknown>,
  pollTimeout: Duration.Duration,
  until: Deadline | undefined
): Deadline => {
  const own = deadlineIn(fiber, pollTimeout, "the results", "pollTimeout")
  return earlier({ at: own.at, error: () => ofAccepted(own.error()) }, until)
}

/** Waits for the next poll that has something to tell. */
const nextNews = (
  followed: Followed,
  isFirst: boolean,
  account: Account,
  deadline: Deadline,
  ask: Way["ask"]
): Effect.Effect<ReadonlyArray<TaskEvent>, RunwareError> =>
  Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) =>
    Effect.callback((resume) => {
      const alarms = alarmsOf(fiber)
      const now = alarms.now()
      let alarm: Alarm | undefined
      let isSettled = false
      const settle = (end: Effect.Effect<ReadonlyArray<TaskEvent>, RunwareError>): void => {
        isSettled = true
        alarm?.cancel()
        resume(end)
      }
      const leave = ask({
        taskUUID: followed.task.taskUUID,
        due: isFirst ? now : now + followed.pause(now),
        asked: () => countPollIn(account, fiber.context),
        answered: (outcome, askedAt, now) => {
          try {
            const heard = followed.hear(outcome, askedAt, now)
            if (heard._tag === "Final") settle(Effect.fail(ofAccepted(heard.error)))
            else if (heard._tag === "News" && (heard.events.length > 0 || followed.isComplete)) {
              settle(Effect.succeed(heard.events))
            } else return now + followed.pause(now)
          } catch (defect) {
            // A cadence of the app's own: its fault is this call's, and nobody else's.
            settle(Effect.die(defect))
          }
          return undefined
        }
      })
      // A client that is closed answers at once.
      if (isSettled) return undefined
      alarm = alarms.after(deadline.at - now, () => {
        leave()
        resume(Effect.fail(deadline.error()))
      })
      return Effect.sync(() => {
        alarm?.cancel()
        leave()
      })
    })
  )
