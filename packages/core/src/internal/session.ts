/**
 * A session over a sequence of sockets. One phase variable says where it stands; one fiber drives it; exchanges wait for
 * `ready`, and whatever is open when a link breaks is told so at once, for its owner to ask again.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Pull from "effect/Pull"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { delay } from "../Retry.ts"
import type { Settings } from "../RunwareConfig.ts"
import { make as makeError, type RunwareError, withDetails } from "../RunwareError.ts"
import { log } from "../RunwareLogger.ts"
import { isPoll, type Task, toJson } from "../Task.ts"
import type { ConnectionStatus, Reply } from "../Transport.ts"
import * as Board from "./board.ts"
import * as Dialling from "./dialling.ts"
import { describe } from "./describe.ts"
import { withDirect } from "./direct.ts"
import { stopwatch } from "./elapsed.ts"
import { Exchange, Exchanges, type Outcome } from "./exchanges.ts"
import { Feed } from "./feed.ts"
import type * as Link from "./link.ts"
import * as Travelling from "./travelling.ts"
import { saying } from "./saying.ts"

type Ready = Deferred.Deferred<Link.Link, RunwareError>

type Phase =
  | { readonly _tag: "Idle" }
  /** Dialling, authenticating, backing off or ready: the deferred is done when a link is. */
  | { readonly _tag: "Running"; readonly ready: Ready; readonly fiber: Fiber.Fiber<void> | undefined }
  | { readonly _tag: "Closed"; readonly error: RunwareError }

/** What a session does when a link broke. */
export type Next =
  | { readonly _tag: "Stop" }
  | { readonly _tag: "Close"; readonly error: RunwareError }
  | { readonly _tag: "Reconnect"; readonly attempt: number }

/**
 * Decides how to go on after a broken link. A refused key is final. A session that never was ready gives up at once, so
 * that the caller's own retries decide; one that was comes back, `max` times in a row at most.
 */
export const afterBreak = (
  error: RunwareError,
  was: { readonly everReady: boolean; readonly failures: number; readonly max: number }
): Next => {
  if (error.code === "auth") return { _tag: "Close", error }
  if (!was.everReady) return { _tag: "Stop" }
  if (was.failures <= was.max) return { _tag: "Reconnect", attempt: was.failures }
  return {
    _tag: "Close",
    error: withDetails(error, {
      rawCode: "reconnectionFailed",
      message: `Gave up after ${was.max} reconnections: ${error.message}`
    })
  }
}

/** A session, scoped: closing the scope closes the socket and ends what is open. */
export const make = Effect.fnUntraced(function* (
  settings: Settings,
  headers: Readonly<Record<string, string>> | undefined
) {
  const scope = yield* Effect.scope
  const context = yield* Effect.context<Socket.WebSocketConstructor>()
  const read = yield* stopwatch
  let status: ConnectionStatus = "idle"
  const changes = new Feed<ConnectionStatus>()
  const exchanges = new Exchanges()
  let phase: Phase = { _tag: "Idle" }
  let sessionUUID: string | undefined
  /** The span of whoever had the session started, who waits for the first dial and may be gone at the next. */
  let asker: Tracer.AnySpan | undefined
  /** The link that is ready, if one is. */
  let current: Link.Link | undefined
  const travel = yield* Travelling.make({
    settings,
    exchanges,
    link: () => current
  })

  const become = (next: ConnectionStatus) =>
    Effect.suspend(() => {
      status = next
      changes.push(next)
      return log("connection", next, () => ({ url: settings.webSocketUrl }))
    })

  /** Ends all that waits, and leaves the session in `next`. */
  const stop = (next: Phase, error: RunwareError) =>
    Effect.suspend(() => {
      const { ready } = phase._tag === "Running" ? phase : { ready: undefined }
      phase = next
      current = undefined
      exchanges.failAll((task) => aboutTask(error, task), read())
      if (ready !== undefined) Deferred.doneUnsafe(ready, Exit.fail(error))
      return become(next._tag === "Closed" ? "closed" : "idle")
    })

  const drive = Effect.gen(function* () {
    const say = yield* saying
    let everReady = false
    let failures = 0
    while (phase._tag === "Running") {
      yield* become(everReady ? "reconnecting" : "connecting")
      const error: RunwareError = yield* Effect.flip(
        Dialling.run({
          settings,
          headers,
          sessionUUID,
          asker,
          attempt: everReady ? failures : undefined,
          onOpen: become("authenticating"),
          onReady: (link) =>
            Effect.andThen(
              become("ready"),
              Effect.sync(() => {
                everReady = true
                failures = 0
                sessionUUID = link.sessionUUID
                current = link
                if (phase._tag === "Running") Deferred.doneUnsafe(phase.ready, Exit.succeed(link))
              })
            ),
          onFrame: (frame, now) => {
            const refused = travel.refused(frame, now)
            if (refused > 0) return say?.("connection", "The service takes one task a frame", () => ({ refused }))
            const lost = exchanges.deliver(frame, now)
            if (lost.items.length + lost.errors.length > 0)
              say?.("receive", "Nobody waits for this", () => ({ ...lost }))
          }
        }).pipe(Effect.catchDefect((defect) => Effect.fail(brokenBy(defect))))
      )
      failures++
      current = undefined
      yield* log("connection", "The link broke", () => ({ message: error.message, code: error.code }))
      const next = afterBreak(error, { everReady, failures, max: settings.maxReconnectAttempts })
      if (next._tag === "Stop") return yield* stop({ _tag: "Idle" }, error)
      if (next._tag === "Close") return yield* stop({ _tag: "Closed", error: next.error }, next.error)
      // First of all: whoever is told of the break goes on at once, and must not meet the dead link.
      if (phase._tag === "Running" && Deferred.isDoneUnsafe(phase.ready)) {
        phase = { ...phase, ready: Deferred.makeUnsafe() }
      }
      exchanges.failAll((task) => aboutTask(error, task), read())
      yield* become("reconnecting")
      yield* Effect.sleep(Duration.millis(backoff(settings, next.attempt, yield* Random.next)))
    }
  }).pipe(
    Effect.updateContext((own: Context.Context<never>) => Context.omit(Tracer.ParentSpan)(Context.merge(own, context)))
  )

  /** The running session's link, started if need be. Several callers share one dial. */
  const start = Effect.suspend(() => {
    if (phase._tag === "Running") return Deferred.await(phase.ready)
    if (scope.state._tag === "Closed") return Effect.fail(disconnected)
    const ready: Ready = Deferred.makeUnsafe()
    phase = { _tag: "Running", ready, fiber: undefined }
    return Effect.withFiber(({ cache }) => {
      asker = cache.span
      return Effect.forkIn(drive, scope)
    }).pipe(
      Effect.tap((fiber) =>
        Effect.sync(() => {
          if (phase._tag === "Running" && phase.ready === ready) phase = { ...phase, fiber }
        })
      ),
      Effect.uninterruptible,
      Effect.andThen(Deferred.await(ready))
    )
  })

  const link = Effect.suspend(() => (phase._tag === "Closed" ? Effect.fail(phase.error) : start))

  const disconnect = Effect.suspend(() => {
    const fiber = phase._tag === "Running" ? phase.fiber : undefined
    const closed = stop({ _tag: "Closed", error: disconnected }, disconnected)
    return Effect.andThen(closed, fiber === undefined ? Effect.void : Fiber.interrupt(fiber))
  })

  yield* Effect.addFinalizer(() => disconnect)

  const ask = yield* Board.make({
    settings,
    exchanges,
    travelling: travel,
    isReady: () => current !== undefined,
    ready: Effect.asVoid(link),
    closed: disconnected
  })

  /** Sends one task, in company where there is some, and tells of its reply. A poll leaves with others that are due. */
  const post = (task: Task, tell: (outcome: Result.Result<Reply, RunwareError>) => void): (() => void) =>
    isPoll(task)
      ? ask({
          taskUUID: task.taskUUID,
          due: read(),
          asked: () => {},
          answered: (outcome, askedAt) => {
            tell(Result.map(outcome, (reply) => ({ ...reply, askedAt })))
            return undefined
          }
        })
      : travel.post(task, tell)

  /** The same for who waits. */
  const exchange = withDirect(
    (task: Task): Effect.Effect<Reply, RunwareError> => {
      const posted = Effect.callback<Reply, RunwareError>((resume) => {
        const leave = post(task, (outcome) => resume(Effect.fromResult(outcome)))
        return Effect.sync(leave)
      })
      return Effect.suspend(() =>
        current === undefined
          ? link.pipe(
              Effect.mapError((error) => withDetails(error, { ...aboutOne([task]), submission: "none" })),
              Effect.andThen(posted)
            )
          : posted
      )
    },
    { isReady: () => current !== undefined, post, ask }
  )

  /** Sends `tasks` in one frame and waits for all replies. */
  const exchangeMany = Effect.fnUntraced(function* (
    tasks: NonEmptyReadonlyArray<Task>
  ): Effect.fn.Return<ReadonlyMap<string, Result.Result<Reply, RunwareError>>, RunwareError> {
    const { write } = yield* Effect.mapError(link, (error) =>
      withDetails(error, { ...aboutOne(tasks), submission: "none" })
    )
    const replies = new Map<string, Outcome>()
    const answered = Deferred.makeUnsafe<typeof replies>()
    let left = tasks.length
    const opened = tasks.map(
      (task) =>
        new Exchange(task, (outcome) => {
          replies.set(task.taskUUID, outcome)
          left--
          if (left === 0) Deferred.doneUnsafe(answered, Exit.succeed(replies))
        })
    )
    for (const exchange of opened) exchanges.open(exchange)
    yield* log("send", "frame", () => ({ tasks }))
    // A write to a link that just broke may wait for ever; the exchanges end with the link, and so does this.
    const sent = Effect.andThen(write(`[${tasks.map(toJson).join(",")}]`), Effect.never)
    return yield* Effect.raceFirst(Deferred.await(answered), sent).pipe(
      Effect.ensuring(Effect.sync(() => opened.forEach((one) => exchanges.close(one))))
    )
  })

  /** Listens to what comes about a task without being asked for. */
  const pushed = Effect.fnUntraced(function* (taskUUID: string) {
    const parts = new Feed<Reply>()
    yield* Effect.acquireRelease(
      Effect.sync(() => exchanges.listen(taskUUID, (part) => parts.push(part))),
      (stop) => Effect.sync(stop)
    )
    return Effect.map(
      Pull.catchDone(parts.reader(), () => Effect.never),
      ([part]) => part
    )
  })

  return {
    exchange,
    exchangeMany,
    pushed,
    ready: Effect.suspend(() => (current === undefined ? Effect.asVoid(link) : Effect.void)),
    connect: Effect.asVoid(start),
    disconnect,
    status: Effect.sync(() => status),
    statusChanges: Stream.unwrap(Effect.sync(() => changes.stream(status)))
  }
})

const backoff = (settings: Settings, attempt: number, random: number): number =>
  attempt === 1
    ? 0
    : delay(
        Duration.toMillis(settings.reconnectDelay),
        Duration.toMillis(settings.maxReconnectDelay),
        2 ** (attempt - 2),
        random
      )

const aboutOne = (tasks: NonEmptyReadonlyArray<Task>) =>
  tasks.length === 1 ? { taskType: tasks[0].taskType, taskUUID: tasks[0].taskUUID } : {}

const aboutTask = (error: RunwareError, task: Task): RunwareError =>
  withDetails(error, { taskType: task.taskType, taskUUID: task.taskUUID, submission: "unknown" })

/** A socket, or what listens to it, that throws where nothing may: the link is lost with it, and the session goes on. */
const brokenBy = (defect: unknown): RunwareError =>
  makeError("connection", {
    rawCode: "connectionFailed",
    message: `The socket failed: ${defect instanceof Error ? defect.message : describe(defect)}`,
    submission: "unknown",
    cause: defect
  })

const disconnected = makeError("connection", {
  rawCode: "disconnected",
  message: "The client is disconnected.",
  advice: "Call `connect` before the next task.",
  submission: "none"
})
