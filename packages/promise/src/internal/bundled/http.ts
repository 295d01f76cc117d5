/**
 * The HTTP client of the published bundle, in the place of `effect/http`: as much of it as the core uses, over `fetch`, in
 * an eighth of the size. Should the core come to use more, the build fails for want of it; `test/bundledHttp.test.ts` holds
 * what is here to what Effect's own does.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

class Piped implements Pipeable {
  pipe() {
    // What the steps make of one another is for the caller's types to say.
    return pipeArguments(this, arguments) as never
  }
}

// Of `effect/http/HttpClientRequest`.

const json = "application/json"

/** What is asked, and how. */
export class HttpClientRequest extends Piped {
  readonly method: string
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined

  constructor({ body, headers, method, params, url }: Omit<HttpClientRequest, "pipe">) {
    super()
    this.method = method
    this.url = url
    this.params = params
    this.headers = headers
    this.body = body
  }
}

type Change = (request: HttpClientRequest) => HttpClientRequest

const start =
  (method: string) =>
  (url: string): HttpClientRequest =>
    new HttpClientRequest({ method, url, params: {}, headers: {}, body: undefined })

export const get = start("GET")
export const post = start("POST")

/** A part of a pipe. The core also calls it with the request first. */
export function setHeader(name: string, value: string): Change
export function setHeader(request: HttpClientRequest, name: string, value: string): HttpClientRequest
export function setHeader(...given: readonly [string, string] | readonly [HttpClientRequest, string, string]) {
  if (given.length === 2) return (request: HttpClientRequest) => setHeader(request, ...given)
  const [request, name, value] = given
  return new HttpClientRequest({ ...request, headers: { ...request.headers, [name.toLowerCase()]: value } })
}

/** In lower case: the core writes them so. */
export const setHeaders =
  (headers: Readonly<Record<string, string>>): Change =>
  (request) =>
    new HttpClientRequest({ ...request, headers: { ...request.headers, ...headers } })

export const accept = (type: string): Change => setHeader("accept", type)
export const bearerToken = (token: Redacted.Redacted): Change =>
  setHeader("authorization", `Bearer ${Redacted.value(token)}`)

export const bodyText =
  (body: string, contentType: string): Change =>
  (request) =>
    new HttpClientRequest({ ...request, headers: { ...request.headers, "content-type": contentType }, body })

export const setUrlParams =
  (params: Readonly<Record<string, string>>): Change =>
  (request) =>
    new HttpClientRequest({ ...request, params: { ...request.params, ...params } })

// Of `effect/http/HttpClientError`: as data, which nobody prints.

interface HttpClientError {
  readonly _tag: "HttpClientError"
  readonly reason: { readonly _tag: string; readonly cause?: unknown; readonly description?: string }
}

const failure = (reason: HttpClientError["reason"]): HttpClientError => ({ _tag: "HttpClientError", reason })

// Of `effect/http/HttpClientResponse`.

/** An answer whose body is still on its way. Who stops waiting for it closes the request. */
class HttpClientResponse {
  readonly request: HttpClientRequest
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly #source: Response
  readonly #stop: AbortController
  readonly #text: Effect.Effect<string, HttpClientError> | undefined

  constructor(
    request: HttpClientRequest,
    source: Response,
    stop: AbortController,
    text: Effect.Effect<string, HttpClientError> | undefined
  ) {
    this.request = request
    this.status = source.status
    // Of most answers nobody asks for any.
    this.headers = new Proxy({}, { get: (_, name) => source.headers.get(String(name)) ?? undefined })
    this.#source = source
    this.#stop = stop
    this.#text = text
  }

  readonly close = (): void => this.#stop.abort()

  get text(): Effect.Effect<string, HttpClientError> {
    return this.#text ?? abortable(this.#stop, "DecodeError", async () => this.#source.text())
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError> {
    const { body } = this.#source
    return body === null
      ? Stream.fail(failure({ _tag: "EmptyBodyError", description: "can not create stream from empty body" }))
      : Stream.fromReadableStream({
          evaluate: () => body,
          onError: (cause) => failure({ _tag: "DecodeError", cause })
        })
  }
}

const abortable = <A>(stop: AbortController, tag: string, start: () => Promise<A>): Effect.Effect<A, HttpClientError> =>
  Effect.callback((resume) => {
    start().then(
      (value) => resume(Effect.succeed(value)),
      (cause: unknown) => resume(Effect.fail(failure({ _tag: tag, cause })))
    )
    return Effect.sync(() => stop.abort())
  })

// Of `effect/http/HttpClient`.

type Exchange = Effect.Effect<HttpClientResponse, HttpClientError>

class Client extends Piped {
  readonly execute: (request: HttpClientRequest) => Exchange

  constructor(execute: Client["execute"]) {
    super()
    this.execute = execute
  }
}

export const HttpClient: Context.Service<Client, Client> = Context.Service("@effect-runware/promise/HttpClient")

export const mapRequest =
  (change: Change) =>
  ({ execute }: Client): Client =>
    new Client((request) => execute(change(request)))

export const transformResponse =
  (transform: (exchange: Exchange) => Exchange) =>
  ({ execute }: Client): Client =>
    new Client((request) => transform(execute(request)))

/** Closes a request with the scope in which it was made, whatever has been read of its answer. */
export const withScope = ({ execute }: Client) => ({
  execute: (request: HttpClientRequest) =>
    Effect.flatMap(Effect.scope, (scope) =>
      Effect.tap(execute(request), (response) => Scope.addFinalizer(scope, Effect.sync(response.close)))
    )
})

// Of `effect/http/FetchHttpClient`.

export const Fetch: Context.Reference<typeof globalThis.fetch> = Context.Reference("@effect-runware/promise/Fetch", {
  defaultValue: () => globalThis.fetch
})

export const layer: Layer.Layer<Client> = Layer.succeed(
  HttpClient,
  new Client((request) =>
    Effect.withFiber((fiber) => {
      const { body, headers, method } = request
      const fetch = fiber.getRef(Fetch)
      const stop = new AbortController()
      return abortable(stop, "TransportError", async () => {
        const url = new URL(request.url)
        for (const name in request.params) url.searchParams.set(name, request.params[name] ?? "")
        const init = { method, headers, signal: stop.signal, ...(body === undefined ? {} : { body }) }
        const response = await fetch(url, init)
        // Who asks for JSON reads all of it: that is one wait with this one.
        const text = headers["accept"] === json ? Effect.succeed(await response.text()) : undefined
        return new HttpClientResponse(request, response, stop, text)
      })
    })
  )
)
