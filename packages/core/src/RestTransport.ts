/**
 * The REST transport: one POST an exchange, one array of tasks a POST.
 *
 * @since 0.1.0
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Envelope from "./Envelope.ts"
import { conceal } from "./internal/conceal.ts"
import * as Http from "./internal/http.ts"
import { shareOut } from "./internal/routing.ts"
import { RunwareConfig } from "./RunwareConfig.ts"
import { fromStatus, make as makeError, type RunwareError } from "./RunwareError.ts"
import { log } from "./RunwareLogger.ts"
import type { Task } from "./Task.ts"
import { type ConnectionStatus, type Reply, Transport } from "./Transport.ts"

/**
 * Builds the transport from the client's settings and an HTTP client.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Transport["Service"], never, RunwareConfig | HttpClient.HttpClient> = Effect.gen(
  function* () {
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
      )
      const answer = { ...head, body: conceal(body, settings.apiKey) }
      yield* log("receive", `HTTP ${answer.status}`, () => ({ status: answer.status, body: answer.body }))
      return yield* Effect.fromResult(read(answer, yield* Clock.currentTimeMillis))
    })

    const exchangeMany = (tasks: NonEmptyReadonlyArray<Task>) =>
      Effect.map(post(tasks), (reply) => shareOut(reply, tasks))

    return Transport.of({
      kind: "rest",
      exchange: (task) =>
        Effect.flatMap(exchangeMany([task]), (replies) =>
          Effect.fromResult(replies.get(task.taskUUID) ?? Result.succeed<Reply>({ items: [], errors: [] }))
        ),
      exchangeMany,
      ready: Effect.void,
      connect: Effect.void,
      disconnect: Effect.void,
      status: Effect.succeed<ConnectionStatus>("ready"),
      statusChanges: Stream.make<[ConnectionStatus]>("ready")
    })
  }
)

/**
 * The transport as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Transport, never, RunwareConfig | HttpClient.HttpClient> = Layer.effect(Transport, make)

/** What an HTTP answer says. A body that isn't ours becomes an error by its status. */
const read = (answer: Http.Answer, now: number): Result.Result<Reply, RunwareError> => {
  const retryAfter = Http.retryAfter(answer.headers["retry-after"], now)
  const context = {
    statusCode: answer.status,
    submission: answer.status >= 400 && answer.status < 500 && answer.status !== 408 ? "rejected" : "unknown",
    ...(retryAfter === undefined ? {} : { retryAfter })
  } as const
  const body = Result.try({ try: (): unknown => JSON.parse(answer.body), catch: () => undefined })
  if (Result.isFailure(body)) {
    return Result.fail(
      answer.status >= 400
        ? fromStatus(answer.status, context, answer.body)
        : makeError("connection", {
            rawCode: "parseError",
            message: `The service answered HTTP ${answer.status} with a body that is not whole JSON.`,
            ...context
          })
    )
  }
  const envelope = Envelope.fromJson(body.success)
  return answer.status >= 400 && envelope.errors.length === 0
    ? Result.fail(fromStatus(answer.status, context, answer.body))
    : Result.succeed({
        ...envelope,
        statusCode: answer.status,
        ...(retryAfter === undefined ? {} : { retryAfter })
      })
}
