/**
 * The operations of a client over its parts: what `Runware` offers, before types say what goes in and comes out.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { identity } from "effect/Function"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { DeliveryMethod } from "../Protocol.ts"
import type { Registry } from "../Registry.ts"
import { lookUp } from "../Registry.ts"
import { make as makeError, type RunwareError, withDetails } from "../RunwareError.ts"
import { type LogEntry, RunwareLogger } from "../RunwareLogger.ts"
import { generationsOf, type Item, type Task, type TaskHandle, TaskUUIDs } from "../Task.ts"
import type { TaskReference } from "../Operation.ts"
import type { Reply, Transport } from "../Transport.ts"
import type { Validator } from "../Validator.ts"
import * as Call from "./call.ts"
import * as Following from "./following.ts"
import * as Inquiry from "./inquiry.ts"
import * as Submission from "./submission.ts"
import { within } from "./deadline.ts"
import { directOf } from "./direct.ts"
import { documentationUrl } from "./documentation.ts"
import { fromHandle, toHandle } from "./handle.ts"
import { isRunning } from "../Envelope.ts"
import { nothingYet, replyError } from "./judgement.ts"
import { callback, checkOptions, duration, flag } from "./options.ts"
import { type Given, isUpload, isUtility, type Patience, prepare } from "./preparation.ts"
import type { Means } from "./silently.ts"
import { loadStreaming } from "./textStream/loading.ts"
import { exchanging, inFlight, observed, preparing } from "./telemetry.ts"
import { traced } from "./tracing.ts"

/** What the operations are made of. */
export interface Parts extends Omit<Call.Environment, "direct"> {
  readonly registry: Registry["Service"]
  readonly validator: Validator["Service"]
  readonly logger: ((entry: LogEntry) => Effect.Effect<void>) | undefined
  /** Told of each call that was given up, as the error that it would have ended with. */
  readonly onInterrupt: ((error: RunwareError) => void) | undefined
}

export const make = (given: Parts) => {
  const parts = { ...given, direct: directOf(given.transport), transport: exchanging(given.transport) }
  const { logger, onInterrupt, pacer, registry, settings, transport, validator } = parts
  const table = {
    timeout: duration(settings.timeout),
    validate: flag(settings.validate),
    attachOnConflict: flag(false),
    partial: flag(false),
    onEvent: callback<Call.Emit>(Call.silent)
  }
  const usual = checkOptions({}, table, [])
  const choicesOf = (given: Call.Options): Result.Result<Call.Choices, RunwareError> =>
    given === undefined ? usual : checkOptions(given, table, [])
  const logged = logger === undefined ? identity : Effect.provideService(RunwareLogger, logger)

  /** The link to the model's own page, where the service gave none and the general one stands. */
  const documented = (error: RunwareError, task: Task | undefined) =>
    Effect.map(registry.data, (data) => {
      const model = task?.model === undefined ? undefined : lookUp(data, task.model)
      return model === undefined || error.documentation !== documentationUrl(error)
        ? error
        : withDetails(error, { documentation: documentationUrl({ ...error, slug: model.slug }) })
    })

  const explained = (error: RunwareError, account: Call.Account) =>
    Effect.flatMap(Call.explain(account, error), (full) => documented(full, account.task))

  const abandoned = (account: Call.Account): Effect.Effect<void> =>
    onInterrupt === undefined
      ? Effect.void
      : Effect.suspend(() => Effect.map(explained(givenUp(account), account), onInterrupt))

  /** Completes the error of a call, and tells of its interruption. */
  const told =
    (account: Call.Account) =>
    <A>(effect: Effect.Effect<A, RunwareError>): Effect.Effect<A, RunwareError> =>
      effect.pipe(
        Effect.catch((error) => Effect.flatMap(explained(error, account), Effect.fail)),
        onInterrupt === undefined ? identity : Effect.onInterrupt(() => abandoned(account))
      )

  /** Bounds what a call does, completes its error, and tells of its interruption. */
  const bounded =
    (account: Call.Account, timeout: Duration.Duration) =>
    <A>(effect: Effect.Effect<A, RunwareError>): Effect.Effect<A, RunwareError> =>
      told(account)(within(...Call.ofWhole(timeout))(effect))

  /** One call, with the choices of its caller; it logs where the client does. What it took before counts. */
  const call = <A>(
    options: Call.Options,
    body: (account: Call.Account, choices: Call.Choices) => Effect.Effect<A, RunwareError>,
    watch = (account: Call.Account) => observed(account),
    took: Duration.Duration = Duration.zero
  ): Effect.Effect<A, RunwareError> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const account = Call.begin(now - Duration.toMillis(took))
      return Effect.flatMap(Effect.fromResult(choicesOf(options)), (choices) =>
        bounded(account, Duration.subtract(choices.timeout, took))(body(account, choices))
      ).pipe(watch(account))
    }).pipe(logged)

  const ready = (
    given: Given,
    account: Call.Account,
    { validate }: Pick<Call.Choices, "validate">,
    deliveryMethod: DeliveryMethod = settings.deliveryMethod,
    patiently: Patience = identity
  ): Effect.Effect<Task, RunwareError> =>
    Effect.flatMap(prepare(given, registry, deliveryMethod, settings.maxMediaBytes, patiently), (task) => {
      account.task = task
      account.minted = !Predicate.hasProperty(given.params, "taskUUID") || given.params.taskUUID === undefined
      const family = typeof given.family === "string" ? given.family : undefined
      return validate ? Effect.as(patiently(validator.validate(task, family)), task) : Effect.succeed(task)
    })

  /** Takes a task from its submission to its end. */
  const finish = Effect.fnUntraced(function* (
    task: Task,
    account: Call.Account,
    choices: Call.Choices,
    emit: Call.Emit,
    submission: Effect.Effect<Reply, RunwareError>,
    pushed?: Effect.Effect<Reply>
  ): Effect.fn.Return<ReadonlyArray<Call.Outcome>, RunwareError> {
    const submitted = yield* Effect.result(submission)
    if (Result.isFailure(submitted)) {
      // A sync task of one generation fails with it: that is an outcome, too.
      const { failure } = submitted
      if (failure.submission === "accepted") yield* emit(Following.failed(task, failure))
      return yield* choices.partial && failure.submission === "accepted"
        ? Effect.succeed([Result.fail(failure)])
        : failure
    }
    const reply = submitted.success
    // A handle is made for those who listen only: its date costs more than the rest of it.
    if (emit !== Call.silent) yield* emit({ _tag: "Accepted", handle: toHandle(task, yield* Clock.currentTimeMillis) })
    if (endsWithReply(task) && isAnswer(reply)) return yield* answerOf(task, reply, emit)
    const end = yield* Following.follow(parts, task, { reply, expected: generationsOf(task), pushed }, account, emit)
    return yield* Following.completed(end, task, emit, choices.partial)
  })

  /** Finishes a task with an ear for what comes unasked, which the first news of an upload may do at once. */
  const attend: typeof finish = (task, account, choices, emit, submission) =>
    isUpload(task) && transport.pushed !== undefined
      ? Effect.scoped(
          Effect.flatMap(transport.pushed(task.taskUUID), (pushed) =>
            finish(task, account, choices, emit, submission, pushed)
          )
        )
      : finish(task, account, choices, emit, submission)

  const deliverTask = (task: Task, account: Call.Account, choices: Call.Choices, emit: Call.Emit, first?: Call.First) =>
    Effect.map(
      attend(task, account, choices, emit, Submission.submit(parts, task, account, choices.attachOnConflict, first)),
      (outcomes) => Following.settled(outcomes, account, choices)
    )

  const means: Means = { parts, choicesOf, ready, told, abandoned, deliverTask, finish }

  return {
    /** Runs a task; gives its results, or with `partial` the outcome of each generation. */
    deliver: (given: Given, options: Call.Options, emit: Call.Emit) =>
      Effect.withFiber((fiber) =>
        parts.direct === undefined ||
        emit !== Call.silent ||
        settings.maxConcurrency < Infinity ||
        logger !== undefined ||
        Following.isWatched(fiber)
          ? call(options, (account, choices) =>
              pacer.inFlight(
                Effect.flatMap(ready(given, account, choices), (task) => deliverTask(task, account, choices, emit))
              )
            )
          : parts.direct.deliver(means, fiber, given, options)
      ),

    /** Runs tasks that travel in one request, each with its own outcome, in order. */
    deliverMany: (all: ReadonlyArray<unknown>, options: Call.Options, emit: Call.Emit) =>
      Effect.gen(function* () {
        yield* Effect.fromResult(choicesOf(options))
        const [took, prepared] = yield* Effect.forEach(
          all,
          (params) =>
            Effect.result(
              call(
                options,
                (account, choices) =>
                  Effect.map(ready({ params }, account, choices), (task) => ({ task, minted: account.minted })),
                (account) => preparing("Runware.run", account)
              )
            ),
          { concurrency: "unbounded" }
        ).pipe(Effect.timed)
        const scope = yield* Effect.scope
        const exchange = Effect.forkIn(
          exchangeAll(
            transport,
            Arr.getSuccesses(prepared).map(({ task }) => task)
          ),
          scope
        )
        const sent = yield* once(Effect.andThen(transport.ready, exchange))
        return yield* Effect.forEach(
          prepared,
          (one) =>
            Effect.result(
              Result.isFailure(one)
                ? Effect.fail(one.failure)
                : call(
                    options,
                    (account, choices) => {
                      const { minted, task } = one.success
                      account.task = task
                      account.minted = minted
                      const replies = Effect.flatMap(sent, Fiber.join)
                      const reply = Effect.flatMap(replies, (each) => Effect.fromResult(each(task)))
                      const own = { ready: Effect.asVoid(sent), reply }
                      return pacer.inFlight(deliverTask(task, account, choices, emit, own))
                    },
                    undefined,
                    took
                  ).pipe(traced("Runware.run"))
            ),
          { concurrency: "unbounded" }
        )
      }).pipe(Effect.scoped),

    submit: (given: Given, options: Call.Options) =>
      call(
        options,
        (account, choices) =>
          Effect.gen(function* () {
            const task = yield* ready(undelivered(given), account, choices, "async")
            if (endsWithReply(task)) return yield* noHandle(task)
            yield* Submission.submit(parts, task, account, choices.attachOnConflict)
            return toHandle(task, yield* Clock.currentTimeMillis)
          }).pipe(pacer.inFlight),
        (account) => observed(account, "submitted")
      ),

    attach: (handle: TaskHandle | string, options: Call.Options) =>
      call(options, (account) =>
        Effect.gen(function* () {
          const { expected, submittedAt, task } = yield* fromHandle(handle)
          account.task = task
          account.submission = "accepted"
          const end = yield* Following.follow(
            parts,
            task,
            { reply: undefined, expected, submittedAt },
            account,
            Call.silent
          )
          return Arr.getSuccesses(yield* Following.completed(end, task, Call.silent, false))
        }).pipe(inFlight)
      ),

    /** Asks for the state of a task, once. */
    getResponse: (reference: TaskReference, options: Call.Options) =>
      call(
        options,
        (account) =>
          Effect.gen(function* () {
            const { task } = yield* fromHandle(isRecord(reference) ? { taskUUID: reference["taskUUID"] } : reference)
            account.task = task
            account.submission = "accepted"
            return yield* Inquiry.look(parts, task, account)
          }),
        uncounted
      ),

    /** Asks for a sign of life, once. */
    ping: (options: Call.Options) =>
      call(
        options,
        () =>
          Effect.gen(function* () {
            const taskUUID = yield* Effect.flatten(TaskUUIDs)
            yield* transport.ready
            const [roundTrip] = yield* Inquiry.ping(parts, { taskType: "ping", taskUUID, ping: true }).pipe(
              Effect.timed
            )
            return { pong: true as const, roundTrip }
          }),
        uncounted
      ),

    /** Prepares a text stream; its first reader sends it. */
    textStream: (given: Given, options: Call.Options) =>
      Effect.flatMap(loadStreaming, ({ textStream }) => textStream({ parts, logged, bounded, ready }, given, options))
  }
}

/** For questions, which are no tasks. */
const uncounted = () => identity

/** A utility has its answer in its one reply; an upload of a model goes on after it. */
const endsWithReply = (task: Task): boolean => isUtility(task) && !isUpload(task)

/** A reply that was asked for again may say that there is no answer yet. */
const isAnswer = (reply: Reply): boolean => reply !== nothingYet && !reply.items.some(isRunning)

/** The answer of a utility: all items of its one reply. */
const answerOf = Effect.fnUntraced(function* (task: Task, reply: Reply, emit: Call.Emit) {
  const error = replyError(reply, task)
  if (error !== undefined) return yield* error
  const { taskUUID } = task
  const results = reply.items.map((item): Item => ({ ...item, taskType: item.taskType ?? task.taskType, taskUUID }))
  for (const [index, item] of results.entries()) yield* emit({ _tag: "Item", taskUUID, index, item })
  yield* emit({ _tag: "Done", taskUUID, results })
  return results.map((item): Call.Outcome => Result.succeed(item))
})

/**
 * An effect that runs once, however many wait for it, in a fiber of its own: who leaves ends it for nobody, and who comes
 * after that must not begin it again.
 */
const once = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<Effect.Effect<A, E>, never, Scope.Scope> =>
  Effect.flatMap(Effect.scope, (scope) =>
    Effect.map(Effect.cached(Effect.uninterruptible(Effect.forkIn(effect, scope))), Effect.flatMap(Fiber.join))
  )

/** One request for all tasks; gives the reply of each. */
const exchangeAll = Effect.fnUntraced(function* (transport: Transport["Service"], tasks: ReadonlyArray<Task>) {
  const replies = isNonEmpty(tasks) ? yield* transport.exchangeMany(tasks) : new Map<string, never>()
  return (task: Task): Result.Result<Reply, RunwareError> =>
    replies.get(task.taskUUID) ?? Result.succeed({ items: [], errors: [] })
})

const isNonEmpty = (tasks: ReadonlyArray<Task>): tasks is NonEmptyReadonlyArray<Task> => tasks.length > 0

const givenUp = (account: Call.Account): RunwareError =>
  makeError("aborted", { message: "The call was given up by its caller.", submission: account.submission })

const noHandle = (task: Task) =>
  Effect.fail(
    makeError("validation", {
      rawCode: "unsupportedTaskType",
      message: `${task.taskType} answers at once and leaves nothing to come back for: use \`run\`.`,
      parameter: "taskType",
      submission: "none"
    })
  )

/** What was asked for, but for how it comes back, which the operation settles. */
const undelivered = (given: Given): Given =>
  isRecord(given.params) ? { ...given, params: { ...given.params, deliveryMethod: undefined } } : given

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
