/**
 * The HTTP client of the published bundle, in the place of `effect/http`: as much of it as the core uses, over `fetch`, in
 * an eighth of the size. Should the core come to use more, the build fails for want of it; `test/bundledHttp.test.ts` holds
 * what is here to what Effect's own does.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
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

type Fields = Readonly<Record<string, string>>

const none: Fields = {}

/** What is asked, and how. */
export class HttpClientRequest extends Piped {
  readonly method: string
  readonly url: string
  readonly params: Fields
  readonly headers: Fields
  readonly body: string | undefined

  constructor(method: string, url: string, params: Fields = none, headers: Fields = none, body?: string) {
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
    new HttpClientRequest(method, url)

export const get = start("GET")
export const post = start("POST")

/** In lower case: the core writes them so. */
export const setHeaders =
  (added: Fields, json?: string): Change =>
  ({ body, headers, method, params, url }) =>
    new HttpClientRequest(method, url, params, Object.assign({}, headers, added), json ?? body)

export const accept = (type: string): Change => setHeaders({ accept: type })
export const bearerToken = (token: Redacted.Redacted): Change =>
  setHeaders({ authorization: `Bearer ${Redacted.value(token)}` })

export const bodyText = (body: string, type: string): Change => setHeaders({ "content-type": type }, body)

export const setUrlParams =
  (added: Fields): Change =>
  ({ body, headers, method, params, url }) =>
    new HttpClientRequest(method, url, { ...params, ...added }, headers, body)

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
  readonly headers: Answer["headers"]
  readonly #source: Response
  readonly #stop: AbortController

  constructor(request: HttpClientRequest, source: Response, stop: AbortController) {
    this.request = request
    this.status = source.status
    this.headers = headersOf(source)
    this.#source = source
    this.#stop = stop
  }

  readonly close = (): void => this.#stop.abort()

  get text(): Effect.Effect<string, HttpClientError> {
    return abortable(this.#stop, "DecodeError", () => this.#source.text())
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

/** Of most answers nobody asks for any. */
const headersOf = ({ headers }: Response): Answer["headers"] =>
  new Proxy({}, { get: (_, name) => headers.get(String(name)) ?? undefined })

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

/** An answer that is there. */
interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

type Begin = (
  request: HttpClientRequest,
  tell: (answer: Answer) => void,
  fail: (error: HttpClientError) => void
) => () => void

class Client extends Piped {
  readonly execute: (request: HttpClientRequest) => Exchange
  /** For those who read all of an answer, which is one wait: tells it, and gives the way to give it up. */
  readonly begin: Begin

  constructor(execute: Client["execute"], begin: Begin) {
    super()
    this.execute = execute
    this.begin = begin
  }
}

export const HttpClient: Context.Service<Client, Client> = Context.Service("@effect-runware/promise/HttpClient")

export const mapRequest =
  (change: Change) =>
  ({ begin, execute }: Client): Client =>
    new Client(
      (request) => execute(change(request)),
      (request, ...told) => begin(change(request), ...told)
    )

/** The core does that for spans only, of which there are none. */
export const transformResponse =
  (transform: (exchange: Exchange) => Exchange) =>
  ({ begin, execute }: Client): Client =>
    new Client((request) => transform(execute(request)), begin)

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

/** Asks with the `fetch` of the fiber that runs. */
const asked = (
  { body, headers, method }: HttpClientRequest,
  address: URL | string,
  { signal }: AbortController
): Promise<Response> =>
  (Fiber.getCurrent()?.getRef(Fetch) ?? fetch)(address, { method, headers, body: body ?? null, signal })

const addressOf = ({ params, url }: HttpClientRequest): URL => {
  const address = new URL(url)
  for (const name in params) address.searchParams.set(name, params[name] ?? "")
  return address
}

export const layer: Layer.Layer<Client> = Layer.succeed(
  HttpClient,
  new Client(
    (request) =>
      Effect.suspend(() => {
        const stop = new AbortController()
        return abortable(
          stop,
          "TransportError",
          async () => new HttpClientResponse(request, await asked(request, addressOf(request), stop), stop)
        )
      }),
    (request, tell, fail) => {
      const stop = new AbortController()
      const answered = async (): Promise<Answer> => {
        // One without parameters is fit for `fetch` as it is.
        const response = await asked(request, request.params === none ? request.url : addressOf(request), stop)
        return { status: response.status, headers: headersOf(response), body: await response.text() }
      }
      answered().then(tell, (cause: unknown) => fail(failure({ _tag: "TransportError", cause })))
      return () => stop.abort()
    }
  )
)
