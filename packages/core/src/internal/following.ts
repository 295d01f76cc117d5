/**
 * The way from a task that the service has to its last result: asked for by the cadence, told of by events. What a reply
 * means is decided in `judgement` and `collection`.
 */
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { type RunwareError, withDetails } from "../RunwareError.ts"
import { log, RunwareLogger } from "../RunwareLogger.ts"
import type { WireError } from "../Protocol.ts"
import type { Item, Task, TaskEvent } from "../Task.ts"
import type { Reply } from "../Transport.ts"
import * as Collection from "./collection.ts"
import { within } from "./deadline.ts"
import { elapsedMillis } from "./elapsed.ts"
import { judgePoll, replyError, withoutConflict } from "./judgement.ts"
import { isTraced } from "./tracing.ts"
import {
  type Environment,
  type Account,
  type Choices,
  type Emit,
  type Outcome,
  about,
  poll,
  silent,
  unknownTask
} from "./call.ts"

/** What a call knows of its task when it begins to follow it. */
export interface First {
  readonly reply: Reply | undefined
  readonly expected: number | undefined
  /** When an earlier call submitted the task, in milliseconds since the epoch. */
  readonly submittedAt?: number | undefined
  /** Waits for the next that comes about the task unasked, where something may. */
  readonly pushed?: Effect.Effect<Reply> | undefined
}

/** What a poll came to: news, nothing new, no answer, or the end. */
type Heard =
  | { readonly _tag: "News"; readonly events: ReadonlyArray<TaskEvent> }
  | { readonly _tag: "Nothing"; readonly error: RunwareError | undefined }
  | { readonly _tag: "Final"; readonly error: RunwareError }

/** Where a task that is followed stands, and what of that is told. Holds no fiber: replies are read where they come. */
export class Followed {
  readonly task: Task
  reply: Reply
  collection: Collection.Collection
  readonly #environment: Environment
  readonly #account: Account
  /** Whether the time of its start is known for certain, and nothing of it was missed. */
  readonly #isFresh: boolean
  readonly #isPushed: boolean
  /** Whether anybody is told of what happens on the way. */
  readonly #isHeard: boolean
  readonly #startedAt: number
  #polls = 0
  #knownAt: number
  /** The last poll that said that the task runs; `undefined` when polls were lost after it. */
  #runningAt: number | undefined
  #trip: number | undefined

  constructor(
    environment: Environment,
    task: Task,
    first: First,
    account: Account,
    emit: Emit,
    now: number,
    wall: number
  ) {
    this.task = task
    this.reply = first.reply ?? nothing
    this.collection = Collection.empty(first.expected)
    this.#environment = environment
    this.#account = account
    this.#isFresh = first.reply !== undefined && task["deliveryMethod"] === "async" && account.attempts === 1
    this.#isPushed = first.pushed !== undefined
    this.#isHeard = emit !== silent
    this.#startedAt = now - (this.#isFresh ? 0 : Math.max(0, wall - (first.submittedAt ?? account.startedAt)))
    this.#knownAt = now
    this.#runningAt = this.#isFresh ? this.#startedAt : undefined
  }

  get isComplete(): boolean {
    return Collection.isComplete(this.collection)
  }

  /** Milliseconds until the next poll. */
  pause(now: number): number {
    const { task } = this
    return Duration.toMillis(
      this.#environment.cadence.next({ task, polls: this.#polls, elapsed: now - this.#startedAt, trip: this.#trip })
    )
  }

  /** What a reply tells; what it adds is kept. */
  read(reply: Reply): ReadonlyArray<TaskEvent> {
    const before = this.collection
    const after = Collection.add(before, reply, this.task, this.#isHeard)
    // Of what says nothing new, as most replies, nothing is kept: it would outlive the youth in which garbage costs nothing.
    if (after === before) return none
    this.reply = reply
    this.collection = after
    this.#account.results = after.results
    return this.#isHeard ? newsOf(before, after, reply, this.task) : none
  }

  /** What the answer to a poll means, or its loss. */
  hear(outcome: Result.Result<Reply, RunwareError>, askedAt: number, now: number): Heard {
    this.#polls++
    const { settings } = this.#environment
    // Who is told unasked bears that the service has nothing to tell who asks.
    const mayBeUnknown = this.#isPushed || now - this.#knownAt < Duration.toMillis(settings.unknownTaskGrace)
    const polled = judgePoll(outcome, this.task, mayBeUnknown, unknownTask)
    if (polled._tag !== "State") {
      this.#runningAt = undefined
      this.#trip = undefined
      return polled._tag === "Final" ? polled : { _tag: "Nothing", error: polled.error }
    }
    this.#knownAt = now
    this.#trip = now - askedAt
    const events = this.read(polled.reply)
    this.#learn(askedAt)
    return { _tag: "News", events }
  }

  /** What is learned of the end of a task, from a poll that has just been read. */
  #learn(askedAt: number): void {
    if (!this.isComplete) {
      if (this.#isFresh) this.#runningAt = askedAt
    } else if (this.#runningAt !== undefined && this.collection.errors.length === 0) {
      const [after, by] = [this.#runningAt - this.#startedAt, askedAt - this.#startedAt]
      this.#environment.cadence.learn?.({ task: this.task, after, by, startedAt: this.#startedAt })
    }
  }
}

/** Polls a task that the service has until all its results are there. */
export const follow = Effect.fnUntraced(function* (
  environment: Environment,
  task: Task,
  first: First,
  account: Account,
  emit: Emit
): Effect.fn.Return<End, RunwareError> {
  const followed = new Followed(
    environment,
    task,
    first,
    account,
    emit,
    yield* elapsedMillis,
    yield* Clock.currentTimeMillis
  )
  if (first.reply !== undefined) yield* tell(followed.read(first.reply), emit)
  // Results that are there already need no deadline.
  if (!followed.isComplete) {
    const { direct } = environment
    yield* Effect.withFiber((fiber) =>
      direct === undefined || first.pushed !== undefined || isWatched(fiber)
        ? asking(environment, followed, first, account, emit)
        : direct.follow(environment, followed, first, account, emit)
    )
  }
  // What ended the task as a whole is told at its end, for it may have been a frame of no consequence.
  const { collection, reply } = followed
  yield* tell(
    failedIn(Collection.withNew(collection.failures, reply.errors).slice(collection.failures.length), reply, task),
    emit
  )
  return endOf(collection.results, reply, task)
})

export const tell = (events: ReadonlyArray<TaskEvent>, emit: Emit): Effect.Effect<void> =>
  events.length === 0 ? Effect.void : Effect.forEach(events, emit, { discard: true })

/** Who reads spans or log entries has each poll made in the call's own fiber, which they are said of. */
export const isWatched = (fiber: Fiber.Fiber<unknown, unknown>): boolean =>
  isTraced(fiber) || fiber.getRef(RunwareLogger) !== undefined

/** Asks again and again in this fiber, which sleeps between. */
const asking = (
  { settings, transport }: Environment,
  followed: Followed,
  first: First,
  account: Account,
  emit: Emit
): Effect.Effect<void, RunwareError> =>
  Effect.gen(function* () {
    const { task } = followed
    let isFirst = first.reply === undefined
    while (!followed.isComplete) {
      // Nobody waits before the first poll of a task that was submitted elsewhere.
      const pause = isFirst ? Effect.void : Effect.sleep(followed.pause(yield* elapsedMillis))
      isFirst = false
      let askedAt = 0
      const asked = Effect.andThen(pause, () =>
        Effect.flatMap(elapsedMillis, (now) => {
          askedAt = now
          return Effect.result(poll(transport, task, settings.pollReplyTimeout, account))
        })
      )
      // What comes unasked has come before the reply that is waited for, and is read before it.
      const outcome = yield* first.pushed === undefined ? asked : Effect.raceFirst(first.pushed, asked)
      if (!Result.isResult(outcome)) {
        yield* tell(followed.read(withoutConflict(outcome)), emit)
        continue
      }
      const sentAt = (Result.isSuccess(outcome) ? outcome.success.askedAt : undefined) ?? askedAt
      const heard = followed.hear(outcome, sentAt, yield* elapsedMillis)
      if (heard._tag === "Final") return yield* heard.error
      if (heard._tag === "News") yield* tell(heard.events, emit)
      else yield* log("poll", "No news, asking again", () => ({ ...about(task), message: heard.error?.message }))
    }
  }).pipe(within(settings.pollTimeout, "the results", "pollTimeout"), Effect.mapError(ofAccepted))

export const ofAccepted = (error: RunwareError): RunwareError => withDetails(error, { submission: "accepted" })

const nothing: Reply = { items: [], errors: [] }

const none: ReadonlyArray<never> = []

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

/** What became of each generation, those that succeeded first; unless `partial`, one that failed fails the whole. */
export const completed = (
  { error, failures, results }: End,
  { taskUUID }: Task,
  emit: Emit,
  partial: boolean
): Effect.Effect<ReadonlyArray<Outcome>, RunwareError> =>
  error !== undefined && !partial
    ? Effect.fail(error)
    : Effect.as(emit({ _tag: "Done", taskUUID, results }), [
        ...results.map((item): Outcome => Result.succeed(item)),
        ...failures.map((failure): Outcome => Result.fail(failure))
      ])

/** What a call gives that has these outcomes. */
export const settled = (outcomes: ReadonlyArray<Outcome>, account: Account, { partial }: Choices) => {
  const successes = Arr.getSuccesses(outcomes)
  if (successes.length === 0) [account.failure] = Arr.getFailures(outcomes)
  return partial ? outcomes : successes
}

/** What is told of a generation that failed. */
export const failed = ({ taskType, taskUUID }: Task, error: RunwareError): TaskEvent => ({
  _tag: "Failed",
  taskType,
  taskUUID,
  error
})

const sameProgress = (a: Collection.Progress, b: Collection.Progress) =>
  a.completed === b.completed && a.expected === b.expected && a.percent === b.percent
