/**
 * The REST transport: one POST an exchange, one array of tasks a POST.
 *
 * @since 0.1.0
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { readAnswer } from "./internal/answer.ts"
import { Company } from "./internal/company.ts"
import { conceal } from "./internal/conceal.ts"
import { elapsedMillis } from "./internal/elapsed.ts"
import * as Gathering from "./internal/gathering.ts"
import * as Http from "./internal/http.ts"
import { shareOut } from "./internal/routing.ts"
import { send } from "./internal/sending.ts"
import * as TextStreaming from "./internal/textStream/loading.ts"
import { RunwareConfig } from "./RunwareConfig.ts"
import { make as makeError, type RunwareError } from "./RunwareError.ts"
import { log } from "./RunwareLogger.ts"
import { isPoll, type Task, toJson } from "./Task.ts"
import { type ConnectionStatus, type Reply, Transport } from "./Transport.ts"

/**
 * Builds the transport from the client's settings and an HTTP client.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Transport["Service"], never, RunwareConfig | HttpClient.HttpClient | Scope.Scope> =
  Effect.gen(function* () {
    const settings = yield* RunwareConfig
    const http = yield* Http.client(settings)

    const head = HttpClientRequest.post(settings.restUrl).pipe(HttpClientRequest.bearerToken(settings.apiKey))

    const post = Effect.fnUntraced(function* (tasks: NonEmptyReadonlyArray<Task>) {
      yield* log("send", "POST", () => ({ url: settings.restUrl, tasks }))
      const request = head.pipe(HttpClientRequest.bodyText(`[${tasks.map(toJson).join(",")}]`, "application/json"))
      const answer = yield* Effect.tapError(send(http, request), ({ message, rawCode }) =>
        log("connection", "No answer", () => ({ rawCode, message }))
      )
      const { status } = answer
      const body = conceal(answer.body, settings.apiKey)
      yield* log("receive", `HTTP ${status}`, () => ({ status, body }))
      if (status === 401 || status === 403) yield* log("auth", "Refused", () => ({ status }))
      return yield* Effect.fromResult(readAnswer({ ...answer, body }, yield* Clock.currentTimeMillis))
    })

    const exchangeMany = (tasks: NonEmptyReadonlyArray<Task>) =>
      Effect.map(post(tasks), (reply) => shareOut(reply, tasks))

    const exchange = (task: Task) =>
      Effect.flatMap(post([task]), (reply) =>
        // Nearly always.
        reply.errors.length === 0 && reply.items.every(({ taskUUID }) => taskUUID === task.taskUUID)
          ? Effect.succeed(reply)
          : Effect.fromResult(shareOut(reply, [task]).get(task.taskUUID) ?? nothing)
      )

    const company = new Company()
    /** How many polls may share a request with a task's, where one that it was in had no usable answer. */
    const shy = new Map<string, number>()
    const companyOf = ({ taskUUID }: Task): number => (company.isRefused ? 1 : (shy.get(taskUUID) ?? Infinity))

    /** What became of a request of polls: a task that spoils it for all must not do so again. */
    const remember = (travellers: ReadonlyArray<Traveller>, replies: Result.Result<Reply, RunwareError>): void => {
      const failed = Result.isFailure(replies) || (replies.success.statusCode ?? 0) >= 500
      const [first, ...others] = travellers.map(({ task }) => task.taskUUID)
      for (const { task } of travellers) {
        if (!failed) shy.delete(task.taskUUID)
        else if (others.length > 0) shy.set(task.taskUUID, Math.ceil(travellers.length / 2))
      }
      // When so many requests fail it is no single task that spoils them.
      if (shy.size > 2 * settings.maxPollBatch) shy.clear()
      if (failed || first === undefined) return
      const named = new Set([...replies.success.items, ...replies.success.errors].map(({ taskUUID }) => taskUUID))
      if (others.some((taskUUID) => named.has(taskUUID))) company.came("welcome")
      else if (named.has(first) && others.length > 1) company.came("doubtful")
    }

    /** Sends several tasks in one request; each gets its own outcome. */
    const sendTogether = Effect.fnUntraced(function* (travellers: NonEmptyReadonlyArray<Traveller>) {
      const [first, ...others] = travellers
      const askedAt = yield* elapsedMillis
      for (const traveller of travellers) traveller.askedAt = askedAt
      if (others.length > 0 && company.isRefused) return yield* sendAlone(travellers)
      const tasks = Arr.map(travellers, ({ task }) => task)
      const replies = yield* Effect.result(post(tasks))
      if (others.length > 0 && Result.isSuccess(replies) && isRefusedBatch(replies.success)) {
        company.refuse()
        yield* log("send", "The service takes one task a request", () => ({ refused: tasks.length }))
        return yield* sendAlone(travellers)
      }
      if (isPoll(first.task)) remember(travellers, replies)
      const shares = Result.map(replies, (reply) => shareOut(reply, tasks))
      for (const { reply, task } of travellers) {
        const share = Result.flatMap(shares, (all) => all.get(task.taskUUID) ?? nothing)
        yield* Deferred.complete(reply, Effect.fromResult(share))
      }
    })

    const sendAlone = (travellers: NonEmptyReadonlyArray<Traveller>) =>
      Effect.forEach(travellers, ({ reply, task }) => Deferred.complete(reply, exchange(task)), {
        concurrency: pollsAtOnce,
        discard: true
      })

    const shared = {
      // Two tasks of one UUID are one purchase only for a service that sees one after the other.
      key: ({ task }: Traveller) => task.taskUUID,
      handle: sendTogether,
      abandon: ({ reply }: Traveller) => Deferred.doneUnsafe(reply, Exit.fail(disposed))
    }

    const gatherPoll = yield* Gathering.make<Traveller>({
      ...shared,
      company: Effect.sleep(settings.pollWindow),
      most: Math.max(1, settings.maxPollBatch),
      fits: (polls, { task }) =>
        polls.length < companyOf(task) && polls.every((poll) => polls.length < companyOf(poll.task)),
      rate: Math.max(1, settings.maxPollRate),
      atOnce: pollsAtOnce
    })

    const gatherSubmission = yield* Gathering.make<Traveller>({
      ...shared,
      company: Effect.yieldNow,
      most: mostSubmissions
    })

    const exchangeIn = (gather: Gathering.Gather<Traveller>, task: Task) =>
      Effect.suspend(() => {
        const traveller: Traveller = { task, reply: Deferred.makeUnsafe(), askedAt: 0 }
        return Effect.acquireUseRelease(gather(traveller), () => Deferred.await(traveller.reply), Effect.sync).pipe(
          Effect.map((reply) => (isPoll(task) ? { ...reply, askedAt: traveller.askedAt } : reply))
        )
      })

    const isShared = (task: Task): boolean =>
      settings.coalesce && !company.isRefused && task["deliveryMethod"] === "async" && isShort(task)

    return Transport.of({
      kind: "rest",
      exchange: (task) => {
        if (isPoll(task)) return exchangeIn(gatherPoll, task)
        return isShared(task) ? exchangeIn(gatherSubmission, task) : exchange(task)
      },
      exchangeMany,
      stream: TextStreaming.stream(settings, http),
      ready: Effect.void,
      connect: Effect.void,
      disconnect: Effect.void,
      status: Effect.succeed<ConnectionStatus>("ready"),
      statusChanges: Stream.make<[ConnectionStatus]>("ready")
    })
  })

/**
 * The transport as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Transport, never, RunwareConfig | HttpClient.HttpClient> = Layer.effect(Transport, make)

interface Traveller {
  readonly task: Task
  readonly reply: Deferred.Deferred<Reply, RunwareError>
  /** When its request left, once it has. */
  askedAt: number
}

/** Requests of polls that are open at once: one that hangs must not stop the others, and more would only compete. */
const pollsAtOnce = 4

/** Submissions that one request holds at most; polls have an option. */
const mostSubmissions = 100

/** Media make a request long, and hold up those beside it. */
const isShort = (task: Task): boolean => JSON.stringify(task).length <= 10_000

const nothing: Result.Result<Reply, RunwareError> = Result.succeed({ items: [], errors: [] })

const disposed = makeError("connection", {
  rawCode: "disconnected",
  message: "The client was disposed of while this was asked.",
  submission: "none"
})

/** Whether a request of several polls was turned down as such: none of them is named. */
const isRefusedBatch = ({ errors, items, statusCode = 200 }: Reply): boolean =>
  (statusCode === 400 || statusCode === 413 || statusCode === 422) &&
  items.length === 0 &&
  errors.every((error) => error.taskUUID === undefined)
