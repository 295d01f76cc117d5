/**
 * The request of a text stream, over HTTP whatever carries the other tasks. Silence is bounded here, where keep-alive
 * comments are seen: a model that thinks for long is no dead connection.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Pull from "effect/Pull"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { fromJson } from "../../Envelope.ts"
import type { Settings } from "../../RunwareConfig.ts"
import { make as makeError, type RunwareError, withDetails } from "../../RunwareError.ts"
import { log } from "../../RunwareLogger.ts"
import type { Task } from "../../Task.ts"
import { ofReply, type TextChunk } from "../../TextStream.ts"
import { readAnswer } from "../answer.ts"
import { conceal } from "../conceal.ts"
import * as Http from "../http.ts"
import { replyError } from "../judgement.ts"
import * as Decoding from "./decoding.ts"

type Chunks = Stream.Stream<TextChunk, RunwareError>

/** Sends the request, and gives the chunks of its answer. */
export const open = Effect.fnUntraced(function* (settings: Settings, http: HttpClient.HttpClient, task: Task) {
  yield* log("send", "POST, for a stream", () => ({ url: settings.restUrl, tasks: [task] }))
  const request = HttpClientRequest.post(settings.restUrl).pipe(
    HttpClientRequest.accept("text/event-stream"),
    HttpClientRequest.bearerToken(settings.apiKey),
    HttpClientRequest.bodyText(JSON.stringify([task]), "application/json")
  )
  const connected = <A>(effect: Effect.Effect<A, HttpClientError.HttpClientError>) =>
    Effect.mapError(effect, (error) => Http.connectionError(error, request.url))
  const patient = untilIdle(settings.streamIdleTimeout)

  const response = yield* connected(http.execute(request)).pipe(patient("unknown"))
  const { headers, status } = response
  if (isEventStream(response)) {
    yield* log("receive", `HTTP ${status}, a stream`, () => ({ status, taskUUID: task.taskUUID }))
    return yield* events(response, settings, task)
  }
  const body = conceal(yield* connected(response.text).pipe(patient("unknown")), settings.apiKey)
  yield* log("receive", `HTTP ${status}`, () => ({ status, body }))
  const answer = readAnswer({ status, headers, body }, yield* Clock.currentTimeMillis)
  return ofReply(yield* Effect.fromResult(answer), task)
})

/** A gateway's page and a refusal say what they are; a stream may come without a type. */
const isEventStream = ({ headers, status }: HttpClientResponse.HttpClientResponse): boolean =>
  status === 200 && !/^\s*(?:application\/json|text\/html)/i.test(headers["content-type"] ?? "")

/** The chunks in the body of a response, a batch for each piece that the network gives. */
const events = Effect.fnUntraced(function* (
  { request, stream }: HttpClientResponse.HttpClientResponse,
  settings: Settings,
  task: Task
): Effect.fn.Return<Chunks, never, Scope.Scope> {
  const decoder = Decoding.make(task)
  const bytes = yield* Stream.toPull(stream)
  let broken: RunwareError | undefined

  /** Whatever ends the bytes, the last of them still count. */
  const breakOff = (error: RunwareError) =>
    Effect.sync(() => {
      broken = error
      return decoder.flush()
    })

  const read = bytes.pipe(
    Effect.map((pieces) => (pieces.length === 1 ? decoder.feed(pieces[0]) : pieces.flatMap(decoder.feed))),
    Pull.catchDone(() => breakOff(incomplete("The stream ended before its text did."))),
    Effect.catch((error) => breakOff(withDetails(Http.connectionError(error, request.url), inProgress))),
    untilIdle(settings.streamIdleTimeout)("accepted")
  )

  const next: Pull.Pull<NonEmptyReadonlyArray<TextChunk>, RunwareError> = Effect.suspend(() => {
    const ending = decoder.ending()
    if (ending !== undefined) return endOf(ending, settings, task)
    if (broken !== undefined) return Effect.fail(broken)
    return Effect.flatMap(read, (chunks) => (isFilled(chunks) ? Effect.succeed(chunks) : next))
  })
  return Stream.fromPull(Effect.succeed(next))
})

const endOf = (ending: Decoding.Ending, settings: Settings, task: Task): Pull.Pull<never, RunwareError> => {
  switch (ending._tag) {
    case "Done":
      return Cause.done()
    case "Unreadable":
      return Effect.fail(incomplete(`The stream holds ${ending.why}: something of it is missing.`))
    case "Errors": {
      const body: unknown = JSON.parse(conceal(ending.data, settings.apiKey))
      const error = replyError(fromJson(body), task)
      return Effect.fail(
        error === undefined ? incomplete("The stream ended in an error.") : withDetails(error, inProgress)
      )
    }
  }
}

/** Once a stream has begun, the service has the task. */
const inProgress = { submission: "accepted" } as const

const incomplete = (message: string): RunwareError =>
  makeError("connection", { rawCode: "streamIncomplete", message, ...inProgress })

const untilIdle = (duration: Duration.Duration) => (submission: "unknown" | "accepted") =>
  Effect.timeoutOrElse({
    duration,
    orElse: () =>
      Effect.fail(
        makeError("timeout", {
          message: `Nothing came for ${Duration.format(duration)} (option \`streamIdleTimeout\`).`,
          submission
        })
      )
  })

const isFilled = (chunks: ReadonlyArray<TextChunk>): chunks is NonEmptyReadonlyArray<TextChunk> => chunks.length > 0
