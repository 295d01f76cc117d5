/**
 * The way from a task that the service has to its last result: asked for by the cadence, told of by events. What a reply
 * means is decided in `judgement` and `collection`.
 */
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { identity } from "effect/Function"
import * as Result from "effect/Result"
import { type RunwareError, withDetails } from "../RunwareError.ts"
import { log, RunwareLogger } from "../RunwareLogger.ts"
import type { WireError } from "../Protocol.ts"
import type { Item, Task, TaskEvent } from "../Task.ts"
import type { Reply, Transport } from "../Transport.ts"
import * as Collection from "./collection.ts"
import { within } from "./deadline.ts"
import { elapsedMillis } from "./elapsed.ts"
import { judgePoll, type Polled, replyError, withoutConflict } from "./judgement.ts"
import { countPollIn } from "./telemetry.ts"
import { isTraced } from "./tracing.ts"
import { type Environment, type Account, type Emit, about, poll, unknownTask } from "./call.ts"

/** Polls a task that the service has until all its results are there. */
export const follow = Effect.fnUntraced(function* (
  { cadence, settings, transport }: Environment,
  task: Task,
  first: {
    readonly reply: Reply | undefined
    readonly expected: number | undefined
    /** When an earlier call submitted the task, in milliseconds since the epoch. */
    readonly submittedAt?: number | undefined
    /** Waits for the next that comes about the task unasked, where something may. */
    readonly pushed?: Effect.Effect<Reply> | undefined
  },
  account: Account,
  emit: Emit
): Effect.fn.Return<End, RunwareError> {
  let collection = Collection.empty(first.expected)
  let knownAt = yield* elapsedMillis
  let polls = 0
  const isFresh = first.reply !== undefined && task["deliveryMethod"] === "async" && account.attempts === 1
  const passed = isFresh ? 0 : (yield* Clock.currentTimeMillis) - (first.submittedAt ?? account.startedAt)
  const startedAt = knownAt - Math.max(0, passed)
  /** The last poll that said that the task runs; `undefined` when polls were lost after it. */
  let runningAt: number | undefined = isFresh ? startedAt : undefined
  let trip: number | undefined

  /** What a reply tells; what it adds is kept. */
  const read = (reply: Reply): ReadonlyArray<TaskEvent> => {
    const before = collection
    collection = Collection.add(before, reply, task)
    account.results = collection.results
    return newsOf(before, collection, reply, task)
  }

  const tell = (events: ReadonlyArray<TaskEvent>) => Effect.forEach(events, emit, { discard: true })

  const pauseBefore = (now: number): Duration.Duration => cadence.next({ task, polls, elapsed: now - startedAt, trip })

  const judge = (outcome: Result.Result<Reply, RunwareError>, askedAt: number, now: number): Polled => {
    polls++
    // Who is told unasked bears that the service has nothing to tell who asks.
    const mayBeUnknown = first.pushed !== undefined || now - knownAt < Duration.toMillis(settings.unknownTaskGrace)
    const polled = judgePoll(outcome, task, mayBeUnknown, () => unknownTask(task))
    if (polled._tag === "State") {
      knownAt = now
      trip = now - askedAt
    } else {
      runningAt = undefined
      trip = undefined
    }
    return polled
  }

  /** What is learned of the end of a task, from a poll that has just been read. */
  const learn = (askedAt: number): void => {
    if (!Collection.isComplete(collection)) {
      if (isFresh) runningAt = askedAt
    } else if (runningAt !== undefined && collection.errors.length === 0) {
      cadence.learn?.({ task, after: runningAt - startedAt, by: askedAt - startedAt })
    }
  }

  /** Asks again and again in this fiber, which sleeps between; gives the reply that has all. */
  const asking = Effect.gen(function* () {
    let reply = first.reply ?? nothing
    while (!Collection.isComplete(collection)) {
      if (first.reply !== undefined || polls > 0) {
        const news = yield* pause(pauseBefore(yield* elapsedMillis), first.pushed)
        if (news !== undefined) {
          reply = withoutConflict(news)
          yield* tell(read(reply))
          continue
        }
      }
      const askedAt = yield* elapsedMillis
      const outcome = yield* Effect.result(poll(transport, task, settings.pollReplyTimeout, account))
      const sentAt = (Result.isSuccess(outcome) ? outcome.success.askedAt : undefined) ?? askedAt
      const polled = judge(outcome, sentAt, yield* elapsedMillis)
      if (polled._tag === "Final") return yield* polled.error
      if (polled._tag === "Again") {
        yield* log("poll", "No news, asking again", () => ({ ...about(task), polls, message: polled.error?.message }))
        continue
      }
      reply = polled.reply
      yield* tell(read(reply))
      learn(sentAt)
    }
    return reply
  })

  /** Leaves the asking to the transport, and wakes for news only. */
  const beingTold = Effect.fnUntraced(function* (
    ask: NonNullable<Transport["Service"]["ask"]>,
    context: Context.Context<never>
  ) {
    let reply = first.reply ?? nothing
    while (!Collection.isComplete(collection)) {
      const now = yield* elapsedMillis
      let news: ReadonlyArray<TaskEvent> = []
      let final: RunwareError | undefined
      yield* ask({
        taskUUID: task.taskUUID,
        due: first.reply === undefined && polls === 0 ? now : now + Duration.toMillis(pauseBefore(now)),
        asked: () => countPollIn(account, context),
        answered: (outcome, askedAt, now) => {
          const polled = judge(outcome, askedAt, now)
          if (polled._tag === "Final") {
            final = polled.error
            return undefined
          }
          if (polled._tag === "State") {
            reply = polled.reply
            news = read(reply)
            learn(askedAt)
            if (news.length > 0 || Collection.isComplete(collection)) return undefined
          }
          return now + Duration.toMillis(pauseBefore(now))
        }
      })
      if (final !== undefined) return yield* final
      yield* tell(news)
    }
    return reply
  })

  const polling = Effect.gen(function* () {
    const reply = yield* Effect.withFiber((fiber) =>
      transport.ask === undefined || first.pushed !== undefined || isWatched(fiber)
        ? asking
        : beingTold(transport.ask, fiber.context)
    )
    // What ended the task as a whole is told at its end, for it may have been a frame of no consequence.
    yield* tell(
      failedIn(Collection.withNew(collection.failures, reply.errors).slice(collection.failures.length), reply, task)
    )
    return endOf(collection.results, reply, task)
  })

  if (first.reply !== undefined) yield* tell(read(first.reply))
  // Results that are there already need no deadline.
  const bounded = Collection.isComplete(collection)
    ? identity
    : within(settings.pollTimeout, "the results", "pollTimeout")
  return yield* bounded(polling).pipe(Effect.mapError((error) => withDetails(error, { submission: "accepted" })))
})

/** Who reads spans or log entries has each poll made in the call's own fiber, which they are said of. */
const isWatched = (fiber: Fiber.Fiber<unknown, unknown>): boolean =>
  isTraced(fiber) || fiber.getRef(RunwareLogger) !== undefined

const nothing: Reply = { items: [], errors: [] }

/** What a reply tells that nobody knew before it: hardly ever anything. */
const newsOf = (
  before: Collection.Collection,
  after: Collection.Collection,
  reply: Reply,
  task: Task
): ReadonlyArray<TaskEvent> => {
  const { taskUUID } = task
  const progress = Collection.progressOf(after)
  const steps = after.steps.slice(before.steps.length)
  const isFurther = steps.length === 0 && !sameProgress(progress, Collection.progressOf(before))
  return [
    ...steps.map((step): TaskEvent => ({ _tag: "Progress", taskUUID, progress: { ...progress, ...step } })),
    ...(isFurther ? [{ _tag: "Progress", taskUUID, progress } as const] : []),
    ...after.items
      .slice(before.items.length)
      .map((item, at): TaskEvent => ({ _tag: "Item", taskUUID, index: before.items.length + at, item })),
    ...failedIn(after.failures.slice(before.failures.length), reply, task)
  ]
}

const failedIn = (errors: ReadonlyArray<WireError>, reply: Reply, task: Task): ReadonlyArray<TaskEvent> =>
  errors.length === 0 ? [] : failuresIn({ ...reply, errors }, task).map((error) => failed(task, error))

/** How a task ended, once all its generations have. */
export interface End {
  readonly results: ReadonlyArray<Item>
  /** One for each generation that failed. */
  readonly failures: ReadonlyArray<RunwareError>
  /** All failures as one, if any. */
  readonly error: RunwareError | undefined
}

export const endOf = (results: ReadonlyArray<Item>, reply: Reply, task: Task): End => ({
  results,
  failures: failuresIn(reply, task),
  error: accepted(replyError(reply, task), task)
})

const accepted = (error: RunwareError | undefined, task: Task) =>
  error === undefined ? undefined : withDetails(error, { submission: "accepted", ...about(task) })

/** Each error of a reply as the failure of one generation. */
const failuresIn = (reply: Reply, task: Task): ReadonlyArray<RunwareError> =>
  reply.errors.flatMap((one) => accepted(replyError({ ...reply, errors: [one] }, task), task) ?? [])

/** What is told of a generation that failed. */
export const failed = ({ taskType, taskUUID }: Task, error: RunwareError): TaskEvent => ({
  _tag: "Failed",
  taskType,
  taskUUID,
  error
})

/** Sleeps, but for news that come meanwhile. */
const pause = (
  duration: Duration.Duration,
  pushed: Effect.Effect<Reply> | undefined
): Effect.Effect<Reply | undefined> => {
  const sleep = Effect.as(Effect.sleep(duration), undefined)
  return pushed === undefined ? sleep : Effect.raceFirst(pushed, sleep)
}

const sameProgress = (a: Collection.Progress, b: Collection.Progress) =>
  a.completed === b.completed && a.expected === b.expected && a.percent === b.percent
