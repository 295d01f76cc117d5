/** What a client takes from its platform, over a service in memory: an `HttpClient`, a `WebSocketConstructor`, `fetch`. */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import type * as Pull from "effect/Pull"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import type { Answer, Request, Requests } from "./requests.ts"
import type { Sockets } from "./sockets.ts"
import { type StreamedBody, terminated } from "./streamedBody.ts"

export const layerPlatform = (
  requests: Requests,
  sockets: Sockets
): Layer.Layer<HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.merge(
    Layer.succeed(
      HttpClient.HttpClient,
      HttpClient.make((request, url) =>
        Effect.callback((resume) => {
          const giveUp = requests.begin(requestOf(request, url), (ending) =>
            resume(
              ending._tag === "Answer"
                ? Effect.succeed(responseOf(request, ending.answer))
                : Effect.fail(transportError(request, ending.error))
            )
          )
          return Effect.sync(giveUp)
        })
      )
    ),
    Layer.succeed(Socket.WebSocketConstructor, (url) => sockets.dial(url))
  )

const decoder = new TextDecoder()

const requestOf = ({ body, headers, method }: HttpClientRequest.HttpClientRequest, url: URL): Request => ({
  method,
  url,
  headers,
  body: body._tag === "Uint8Array" ? decoder.decode(body.body) : ""
})

const transportError = (request: HttpClientRequest.HttpClientRequest, cause: Error) =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })

const bodyOf = ({ body, broken, status }: Answer): string | ReadableStream<Uint8Array> | null => {
  if (status === 204 || status === 304) return null
  if (broken) return new ReadableStream({ start: (controller) => controller.error(terminated()) })
  return typeof body === "string" ? body : readableOf(body)
}

/** A body as the web has them: it asks for more when its reader does. */
const readableOf = (body: StreamedBody): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    pull: (controller) =>
      new Promise((resolve) => {
        body.read((reading) => {
          if (reading._tag === "End") controller.close()
          else if (reading._tag === "Broken") controller.error(reading.error)
          else for (const piece of reading.pieces) controller.enqueue(piece)
          resolve()
        })
      }),
    cancel: () => body.cancel()
  })

/**
 * Texts and streams are read as the service wrote them: reading must not leave the virtual time of a test, as a web stream
 * would.
 */
const responseOf = (
  request: HttpClientRequest.HttpClientRequest,
  answer: Answer
): HttpClientResponse.HttpClientResponse => {
  const { body, broken, headers, status } = answer
  const isStreamed = typeof body !== "string" && !broken
  const web = new Response(isStreamed || broken ? null : bodyOf(answer), { status, headers: { ...headers } })
  const response = HttpClientResponse.fromWeb(request, web)
  const cutOff = (cause: Error) =>
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request, response, cause })
    })
  if (isStreamed) return Object.create(response, { stream: { value: pieces(body, cutOff) } })
  if (!broken) return Object.create(response, { text: { value: Effect.succeed(String(body)) } })
  const error = Effect.fail(cutOff(terminated()))
  return Object.create(response, { text: { value: error }, stream: { value: Stream.fromEffect(error) } })
}

/** A body as a stream, which whoever leaves it closes. */
const pieces = <E>(body: StreamedBody, cutOff: (cause: Error) => E): Stream.Stream<Uint8Array, E> => {
  const pull: Pull.Pull<NonEmptyReadonlyArray<Uint8Array>, E> = Effect.callback((resume) =>
    Effect.sync(
      body.read((reading) => {
        if (reading._tag === "Pieces") resume(Effect.succeed(reading.pieces))
        else resume(reading._tag === "End" ? Cause.done() : Effect.fail(cutOff(reading.error)))
      })
    )
  )
  return Stream.unwrap(
    Effect.as(
      Effect.addFinalizer(() => Effect.sync(() => body.cancel())),
      Stream.fromPull(Effect.succeed(pull))
    )
  )
}

/** The service's `fetch`. */
export const fetchOf =
  (requests: Requests) =>
  (input: URL | string, init: RequestInit = {}): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { signal } = init
      const aborted = () =>
        signal?.reason instanceof Error ? signal.reason : new DOMException("Aborted", "AbortError")
      if (signal?.aborted === true) return reject(aborted())
      const request: Request = {
        method: init.method ?? "GET",
        url: new URL(input),
        headers: Object.fromEntries(new Headers(init.headers)),
        body: textOf(init.body)
      }
      const giveUp = requests.begin(request, (ending) => {
        if (ending._tag === "Error") return reject(new TypeError("fetch failed", { cause: ending.error }))
        const { headers, status } = ending.answer
        resolve(new Response(bodyOf(ending.answer), { status, headers: { ...headers } }))
      })
      signal?.addEventListener("abort", () => {
        giveUp()
        reject(aborted())
      })
    })

const textOf = (body: RequestInit["body"]): string =>
  body instanceof Uint8Array ? decoder.decode(body) : typeof body === "string" ? body : ""
