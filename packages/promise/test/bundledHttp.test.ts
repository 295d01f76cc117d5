import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { createServer, type IncomingMessage, type Server } from "node:http"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as Bundled from "../src/internal/bundled/http.ts"

/** What the bundle replaces, as the bundle sees it: the same names. */
const effects = { ...FetchHttpClient, ...HttpClient, ...HttpClientRequest }
// Each is used in the same ways here; that the types differ inside is what this test is for.
const implementations = { effects, bundled: Bundled as unknown as typeof effects }

let server: Server
let origin: string
let closed: Promise<void>

const bodyOf = async (request: IncomingMessage): Promise<string> => (await request.toArray()).join("")

beforeAll(async () => {
  let close: () => void = () => {}
  closed = new Promise((resolve) => (close = resolve))
  server = createServer(async (request, response) => {
    const { headers, method, url = "" } = request
    if (url === "/silent") return void response.on("close", close)
    if (url === "/cut")
      return void response.writeHead(200, { "content-length": "9" }).write("half", () => response.destroy())
    if (url === "/nothing") return void response.writeHead(204).end()
    const { accept, authorization, "content-type": type, "user-agent": agent } = headers
    response.writeHead(201, { "X-Seen": "yes" })
    response.end(JSON.stringify({ method, url, accept, authorization, type, agent, body: await bodyOf(request) }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const runs = (
  program: (http: typeof effects) => Effect.Effect<unknown, unknown, HttpClient.HttpClient | Scope.Scope>
) =>
  Promise.all(
    Object.values(implementations).map((http) =>
      Effect.runPromise(Effect.provide(Effect.scoped(program(http)), http.layer))
    )
  )

/** What the core looks at in an error. */
const seen = (error: { readonly reason: { readonly _tag: string; readonly cause?: unknown } }) => {
  const { _tag, cause } = error.reason
  return { _tag, message: cause instanceof Error ? cause.message : String(cause) }
}

describe("the HTTP client of the bundle", () => {
  it("sends what Effect's sends, and gives what it gives", async () => {
    const [effect, bundled] = await runs((http) =>
      Effect.gen(function* () {
        let answered = 0
        const client = (yield* http.HttpClient).pipe(
          http.mapRequest((request) => http.setHeaders({ "user-agent": "us/1" })(request)),
          http.transformResponse(Effect.tap(() => Effect.sync(() => void answered++))),
          http.withScope
        )
        const post = http
          .post(`${origin}/v1?a=1`)
          .pipe(
            http.bearerToken(Redacted.make("key")),
            http.accept("text/event-stream"),
            http.bodyText('[1,"ç"]', "application/json")
          )
        const get = http
          .get(`${origin}/models`)
          .pipe(http.setUrlParams({ q: "a b&c", limit: "2" }), http.setHeaders({ accept: "*/*" }))
        const answers = []
        for (const request of [post, get]) {
          const { headers, status, text } = yield* client.execute(request)
          answers.push({ status, seen: headers["x-seen"], text: JSON.parse(yield* text) })
        }
        const { stream } = yield* client.execute(get)
        const pieces = yield* Stream.runCollect(Stream.decodeText(stream))
        const whole = yield* client.execute(http.setHeaders({ accept: "application/json" })(get))
        return { answers, answered, streamed: pieces.join(""), whole: yield* whole.text }
      })
    )
    expect(bundled).toEqual(effect)
    expect(bundled).toMatchObject({
      answered: 4,
      answers: [
        {
          status: 201,
          seen: "yes",
          text: {
            method: "POST",
            url: "/v1?a=1",
            authorization: "Bearer key",
            type: "application/json",
            agent: "us/1",
            body: '[1,"ç"]'
          }
        },
        { status: 201, text: { method: "GET", url: "/models?q=a+b%26c&limit=2", body: "" } }
      ]
    })
  })

  it("fails as Effect's does, with the error that fetch gave", async () => {
    const [effect, bundled] = await runs((http) =>
      Effect.gen(function* () {
        const client = yield* http.HttpClient
        const refused = yield* Effect.flip(client.execute(http.get("http://127.0.0.1:1/")))
        const cut = yield* Effect.flip(Effect.flatMap(client.execute(http.get(`${origin}/cut`)), ({ text }) => text))
        const whole = http.get(`${origin}/cut`).pipe(http.accept("application/json"))
        const { message } = seen(yield* Effect.flip(Effect.flatMap(client.execute(whole), ({ text }) => text)))
        const piece = yield* Effect.flip(
          Effect.flatMap(client.execute(http.get(`${origin}/cut`)), ({ stream }) => Stream.runDrain(stream))
        )
        const { stream } = yield* client.execute(http.get(`${origin}/nothing`))
        const empty = yield* Effect.flip(Stream.runDrain(stream))
        return {
          refused: seen(refused),
          cut: seen(cut),
          whole: message,
          piece: seen(piece),
          empty: empty.reason._tag
        }
      })
    )
    expect(bundled).toEqual(effect)
    expect(bundled).toMatchObject({
      refused: { _tag: "TransportError", message: "fetch failed" },
      empty: "EmptyBodyError"
    })
  })

  it("closes a request that is given up", async () => {
    const { HttpClient: Client, get, layer } = implementations.bundled
    await Effect.gen(function* () {
      const fiber = yield* Effect.forkChild((yield* Client).execute(get(`${origin}/silent`)))
      yield* Effect.promise(() => new Promise((resolve) => server.once("request", resolve)))
      yield* Fiber.interrupt(fiber)
      yield* Effect.promise(() => closed)
    }).pipe(Effect.provide(layer), Effect.runPromise)
  })

  /** What is told of a request whose answer is awaited whole; the wait may be left. */
  const whole = (path: string, leaveAfter?: number) =>
    Effect.gen(function* () {
      const { HttpClient: Client, get, layer, mapRequest, setHeaders } = Bundled
      const { begin } = mapRequest(setHeaders({ "user-agent": "us/1" }))(
        yield* Effect.provide(Effect.service(Client), layer)
      )
      return yield* Effect.callback<unknown>((resume) => {
        const leave = begin(
          get(`${origin}${path}`),
          ({ body, headers, status }) =>
            resume(Effect.succeed({ status, seen: headers["x-seen"], said: JSON.parse(body) })),
          ({ reason }) => resume(Effect.succeed(reason._tag))
        )
        if (leaveAfter !== undefined) setTimeout(leave, leaveAfter)
      })
    }).pipe(Effect.runPromise)

  it("tells the whole answer in one piece, or what went wrong", async () => {
    expect(await whole("/v1?a=1")).toMatchObject({ status: 201, seen: "yes", said: { url: "/v1?a=1", agent: "us/1" } })
    expect(await whole("/cut")).toBe("TransportError")
  })

  it("closes a request whose whole answer nobody waits for any more", async () => {
    expect(await whole("/silent", 20)).toBe("TransportError")
  })

  it("calls the fetch that it was given, as Effect's does", async () => {
    const [effect, bundled] = await runs((http) =>
      Effect.gen(function* () {
        const calls: Array<string> = []
        const fetch = ((url: URL, init: RequestInit) => {
          calls.push(`${init.method} ${url.href} ${init.signal instanceof AbortSignal}`)
          return Promise.resolve(new Response("mocked"))
        }) as typeof globalThis.fetch
        const { text } = yield* (yield* http.HttpClient)
          .execute(http.get("http://h/x"))
          .pipe(Effect.provideService(http.Fetch, fetch))
        return [yield* text, ...calls]
      })
    )
    expect(bundled).toEqual(effect)
    expect(bundled).toEqual(["mocked", "GET http://h/x true"])
  })
})
