/** What a client takes from its platform, over a service in memory: an `HttpClient`, a `WebSocketConstructor`, `fetch`. */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"
import type { Answer, Request, Requests } from "./requests.ts"
import type { Sockets } from "./sockets.ts"

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

const terminated = (): Error => new TypeError("terminated", { cause: new Error("other side closed") })

const bodyOf = ({ body, broken, status }: Answer): string | ReadableStream<Uint8Array> | null => {
  if (status === 204 || status === 304) return null
  return broken ? new ReadableStream({ start: (controller) => controller.error(terminated()) }) : body
}

/** The text is there at once: reading it must not leave the virtual time of a test, as a web stream would. */
const responseOf = (
  request: HttpClientRequest.HttpClientRequest,
  answer: Answer
): HttpClientResponse.HttpClientResponse => {
  const { headers, status } = answer
  const response = HttpClientResponse.fromWeb(
    request,
    new Response(bodyOf(answer), { status, headers: { ...headers } })
  )
  if (typeof answer.body !== "string" && !answer.broken) return response
  const text = answer.broken
    ? Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.DecodeError({ request, response, cause: terminated() })
        })
      )
    : Effect.succeed(String(answer.body))
  return Object.create(response, { text: { value: text } })
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
