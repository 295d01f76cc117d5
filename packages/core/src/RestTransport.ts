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
import * as Gathering from "./internal/gathering.ts"
import { conceal } from "./internal/conceal.ts"
import * as Http from "./internal/http.ts"
import { shareOut } from "./internal/routing.ts"
import * as TextStreaming from "./internal/textStream/loading.ts"
import { RunwareConfig } from "./RunwareConfig.ts"
import { make as makeError, type RunwareError } from "./RunwareError.ts"
import { log } from "./RunwareLogger.ts"
import { isPoll, type Task } from "./Task.ts"
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

    const post = Effect.fnUntraced(function* (tasks: NonEmptyReadonlyArray<Task>) {
      yield* log("send", "POST", () => ({ url: settings.restUrl, tasks }))
      const { body, ...head } = yield* Http.send(
        http,
        HttpClientRequest.post(settings.restUrl).pipe(
          HttpClientRequest.bearerToken(settings.apiKey),
          HttpClientRequest.bodyText(JSON.stringify(tasks), "application/json")
        )
      ).pipe(Effect.tapError(({ message, rawCode }) => log("connection", "No answer", () => ({ rawCode, message }))))
      const answer = { ...head, body: conceal(body, settings.apiKey) }
      yield* log("receive", `HTTP ${answer.status}`, () => ({ status: answer.status, body: answer.body }))
      if (answer.status === 401 || answer.status === 403)
        yield* log("auth", "Refused", () => ({ status: answer.status }))
      return yield* Effect.fromResult(readAnswer(answer, yield* Clock.currentTimeMillis))
    })

    const exchangeMany = (tasks: NonEmptyReadonlyArray<Task>) =>
      Effect.map(post(tasks), (reply) => shareOut(reply, tasks))

    const exchange = (task: Task) =>
      Effect.flatMap(exchangeMany([task]), (replies) => Effect.fromResult(replies.get(task.taskUUID) ?? nothing))

    let refusesBatches = false

    /** Polls several tasks in one request; each gets its own outcome. */
    const pollMany = Effect.fnUntraced(function* (polls: NonEmptyReadonlyArray<Poll>) {
      const [first, ...others] = polls
      if (others.length === 0) {
        return yield* Deferred.complete(first.reply, exchange(first.task))
      }
      const replies = yield* Effect.result(post(Arr.map(polls, ({ task }) => task)))
      refusesBatches = Result.isSuccess(replies) && isRefusedBatch(replies.success)
      if (refusesBatches) {
        yield* log("poll", "The service takes one poll a request", () => ({ refused: polls.length }))
        return yield* Effect.forEach(polls, ({ reply, task }) => Deferred.complete(reply, exchange(task)), {
          concurrency: "unbounded",
          discard: true
        })
      }
      const shares = Result.map(replies, (reply) =>
        shareOut(
          reply,
          Arr.map(polls, ({ task }) => task)
        )
      )
      for (const { reply, task } of polls) {
        const share = Result.flatMap(shares, (all) => all.get(task.taskUUID) ?? nothing)
        yield* Deferred.complete(reply, Effect.fromResult(share))
      }
    })

    const gatherPoll = yield* Gathering.make<Poll>({
      window: settings.pollWindow,
      most: settings.maxPollBatch,
      handle: (polls) => Effect.asVoid(pollMany(polls)),
      abandon: ({ reply }) => Deferred.doneUnsafe(reply, Exit.fail(disposed))
    })

    const exchangePoll = (task: Task) =>
      Effect.suspend(() => {
        const reply = Deferred.makeUnsafe<Reply, RunwareError>()
        return Effect.acquireUseRelease(
          gatherPoll({ task, reply }),
          () => Deferred.await(reply),
          ({ leave }) => Effect.sync(leave)
        )
      })

    return Transport.of({
      kind: "rest",
      exchange: (task) => (isPoll(task) && !refusesBatches ? exchangePoll(task) : exchange(task)),
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

interface Poll {
  readonly task: Task
  readonly reply: Deferred.Deferred<Reply, RunwareError>
}

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
