import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import * as RestTransport from "../src/RestTransport.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import type { Task, TaskUUID } from "../src/Task.ts"
import { Transport } from "../src/Transport.ts"
import { Runtime } from "../src/UserAgent.ts"

const key = "rw_secret_key_of_the_test"
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}` as TaskUUID
const image = (n: number): Task => ({ taskType: "imageInference", taskUUID: uuid(n), deliveryMethod: "async" })
const item = (n: number) => ({ taskType: "imageInference", taskUUID: uuid(n) })

type Handler = (request: HttpClientRequest.HttpClientRequest, url: URL) => Response | Error

const transportOf = (handle: Handler, options: RunwareConfig.Options = {}) => {
  const http = Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) => {
      const answer = handle(request, url)
      return answer instanceof Error
        ? Effect.fail(
            new HttpClientError.HttpClientError({
              reason: new HttpClientError.TransportError({ request, cause: answer })
            })
          )
        : Effect.succeed(HttpClientResponse.fromWeb(request, answer))
    })
  )
  const layer = RestTransport.layer.pipe(Layer.provide([RunwareConfig.layer({ apiKey: key, ...options }), http]))
  return Effect.map(Layer.build(layer), (context) => Context.get(context, Transport))
}

const bodyOf = (request: HttpClientRequest.HttpClientRequest): unknown =>
  request.body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(request.body.body)) : request.body._tag

const json = (body: unknown, init?: ResponseInit) => Response.json(body, init)

describe("a request", () => {
  it.effect("is one POST of an array, with the key as bearer and no trace headers", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const transport = yield* transportOf((request, url) => {
        const { "content-length": _, ...headers } = request.headers
        seen.push([request.method, url.href, bodyOf(request), headers])
        return json({ data: [item(1)] })
      })
      const reply = yield* transport.exchange(image(1))
      assert.deepStrictEqual(reply, { items: [item(1)], errors: [], statusCode: 200 })
      assert.deepStrictEqual(seen, [
        [
          "POST",
          "https://api.runware.ai/v1",
          [image(1)],
          { accept: "application/json", authorization: `Bearer ${key}`, "content-type": "application/json" }
        ]
      ])
    })
  )

  it.effect("names the client where the runtime can", () =>
    Effect.gen(function* () {
      let agent: string | undefined
      const transport = yield* transportOf(
        (request) => {
          agent = request.headers["user-agent"]
          return json({ data: [] })
        },
        { userAgent: "acme-app/2.0" }
      ).pipe(Effect.provideService(Runtime, "node/22.4.0; linux x64"))
      yield* transport.exchange(image(1))
      assert.match(
        agent ?? "",
        /^acme-app\/2\.0 effect-runware\/\d+\.\d+\.\d+ \(node\/22\.4\.0; linux x64\) schemas\/\d{14}$/
      )
    })
  )

  it.effect("goes through the caller's own decoration", () =>
    Effect.gen(function* () {
      let header: string | undefined
      const transport = yield* transportOf(
        (request) => {
          header = request.headers["x-proxy"]
          return json({ data: [] })
        },
        { transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-proxy", "yes")) }
      )
      yield* transport.exchange(image(1))
      assert.strictEqual(header, "yes")
    })
  )
})

describe("a reply", () => {
  it.effect("with an HTTP error keeps the service's own errors, as data", () =>
    Effect.gen(function* () {
      const transport = yield* transportOf(() =>
        json(
          { data: [], errors: [{ code: "conflictTaskUUID", message: "Taken.", taskUUID: uuid(1) }] },
          { status: 400 }
        )
      )
      const reply = yield* transport.exchange(image(1))
      assert.deepStrictEqual([reply.statusCode, reply.errors.map(({ code }) => code)], [400, ["conflictTaskUUID"]])
    })
  )

  it.effect("says how long to wait, in seconds or as a date", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-01-01T00:00:00Z"))
      const errors = [{ code: "rateLimitExceeded", message: "Full.", taskUUID: uuid(1) }]
      const after = (value: string) =>
        Effect.flatMap(
          transportOf(() => json({ errors }, { status: 429, headers: { "retry-after": value } })),
          (transport) => Effect.map(transport.exchange(image(1)), (reply) => reply.retryAfter)
        )
      assert.strictEqual(yield* after("7"), 7000)
      assert.strictEqual(yield* after("Thu, 01 Jan 2026 00:00:09 GMT"), 9000)
      assert.strictEqual(yield* after("soon"), undefined)
    })
  )

  it.effect("that is a gateway's page becomes an error by its status, quoted", () =>
    Effect.gen(function* () {
      const page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
      const transport = yield* transportOf(
        () => new Response(page, { status: 502, headers: { "content-type": "text/html" } })
      )
      const error = yield* Effect.flip(transport.exchange(image(1)))
      assert.deepStrictEqual(
        [error.code, error.rawCode, error.statusCode, error.submission],
        ["serverError", "httpError", 502, "unknown"]
      )
      assert.include(error.message, "502 Bad Gateway")
    })
  )

  it.effect("that is cut off is a connection error that may have bought something", () =>
    Effect.gen(function* () {
      const transport = yield* transportOf(() => new Response('{"data":[{"taskTy'))
      const error = yield* Effect.flip(transport.exchange(image(1)))
      assert.deepStrictEqual([error.code, error.rawCode, error.submission], ["connection", "parseError", "unknown"])
    })
  )

  it.effect("of 401 without a body is about the key", () =>
    Effect.gen(function* () {
      const transport = yield* transportOf(() => new Response("", { status: 401 }))
      const error = yield* Effect.flip(transport.exchange(image(1)))
      assert.deepStrictEqual([error.code, error.rawCode, error.submission], ["auth", "invalidApiKey", "rejected"])
    })
  )

  it.effect("that repeats the key is read without it", () =>
    Effect.gen(function* () {
      const transport = yield* transportOf(() =>
        json({ errors: [{ code: "invalidApiKey", message: `No account for ${key}.` }] }, { status: 401 })
      )
      const reply = yield* transport.exchange(image(1))
      assert.strictEqual(reply.errors[0]?.message, "No account for <redacted>.")
    })
  )

  it.effect("to several tasks is shared out by taskUUID; what has no address concerns those without a reply", () =>
    Effect.gen(function* () {
      const transport = yield* transportOf(() =>
        json({ data: [item(2)], errors: [{ code: "maxRequestSize", message: "Too big." }] })
      )
      const replies = yield* transport.exchangeMany([image(1), image(2)])
      const shares = [...replies].map(([id, result]) =>
        result._tag === "Success" ? [id, result.success.items, result.success.errors.map(({ code }) => code)] : id
      )
      assert.deepStrictEqual(shares, [
        [uuid(1), [], ["maxRequestSize"]],
        [uuid(2), [item(2)], []]
      ])
    })
  )
})

describe("polls", () => {
  const poll = (n: number): Task => ({ taskType: "getResponse", taskUUID: uuid(n) })
  const bodies: Array<ReadonlyArray<Task>> = []
  const together = (transport: Transport["Service"], ns: ReadonlyArray<number>) =>
    Effect.gen(function* () {
      bodies.length = 0
      const fiber = yield* Effect.forkChild(
        Effect.all(
          ns.map((n) => Effect.result(transport.exchange(poll(n)))),
          { concurrency: "unbounded" }
        )
      )
      yield* TestClock.adjust("20 millis")
      return yield* Fiber.join(fiber)
    })
  const answering =
    (answer: (tasks: ReadonlyArray<Task>) => Response): Handler =>
    (request) => {
      const tasks = bodyOf(request) as ReadonlyArray<Task>
      bodies.push(tasks)
      return answer(tasks)
    }

  it.effect("that fall due together are one request, each with its own outcome (W21)", () =>
    Effect.gen(function* () {
      const transport = yield* transportOf(
        answering(() => json({ data: [item(1)], errors: [{ code: "taskNotFound", message: "?", taskUUID: uuid(2) }] }))
      )
      const results = yield* together(transport, [1, 2, 3])
      assert.deepStrictEqual(bodies, [[poll(1), poll(2), poll(3)]])
      assert.deepStrictEqual(
        results.map((result) =>
          Result.isSuccess(result) ? [result.success.items.length, result.success.errors.length] : result
        ),
        [
          [1, 0],
          [0, 1],
          [0, 0]
        ]
      )
    })
  )

  it.effect("go out one by one from then on where the service refuses several at once", () =>
    Effect.gen(function* () {
      const transport = yield* transportOf(
        answering((tasks) =>
          tasks.length > 1
            ? json({ errors: [{ code: "invalidRequest", message: "One poll, please." }] }, { status: 400 })
            : json({ data: tasks.map((task) => ({ ...task, taskType: "imageInference", status: "processing" })) })
        )
      )
      for (const sizes of [
        [2, 1, 1],
        [1, 1]
      ]) {
        const results = yield* together(transport, [1, 2])
        assert.isTrue(results.every((result) => Result.isSuccess(result) && result.success.items.length === 1))
        assert.deepStrictEqual(
          bodies.map((body) => body.length),
          sizes
        )
      }
    })
  )

  it.effect("are given up with their request when all that asked have left, and not before", () =>
    Effect.scoped(
      Effect.gen(function* () {
        let aborted = 0
        const http = HttpClient.make(() => Effect.onInterrupt(Effect.never, () => Effect.sync(() => aborted++)))
        const context = yield* Layer.build(
          RestTransport.layer.pipe(
            Layer.provide([RunwareConfig.layer({ apiKey: key }), Layer.succeed(HttpClient.HttpClient, http)])
          )
        )
        const transport = Context.get(context, Transport)
        const fibers = yield* Effect.forEach([1, 2], (n) => Effect.forkChild(transport.exchange(poll(n))))
        yield* TestClock.adjust("20 millis")
        const seen: Array<number> = []
        for (const fiber of fibers) {
          yield* Fiber.interrupt(fiber)
          yield* TestClock.adjust(0)
          seen.push(aborted)
        }
        assert.deepStrictEqual(seen, [0, 1])
      })
    )
  )

  it.effect("end with the client, before and after", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const transport = yield* Scope.provide(
        transportOf(() => json({ data: [] })),
        scope
      )
      const waiting = yield* Effect.forkChild(Effect.flip(transport.exchange(poll(1))), { startImmediately: true })
      yield* Scope.close(scope, Exit.void)
      const late = yield* Effect.flip(transport.exchange(poll(2)))
      assert.deepStrictEqual([(yield* Fiber.join(waiting)).rawCode, late.rawCode], ["disconnected", "disconnected"])
    })
  )

  it.effect("fail together when the request does", () =>
    Effect.gen(function* () {
      const transport = yield* transportOf(() => new TypeError("fetch failed"))
      const results = yield* together(transport, [1, 2])
      assert.isTrue(results.every((result) => Result.isFailure(result) && result.failure.code === "connection"))
    })
  )
})

describe("no reply", () => {
  it.effect("because nothing listens: nothing can have been bought", () =>
    Effect.gen(function* () {
      const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" })
      const transport = yield* transportOf(() => new TypeError("fetch failed", { cause }))
      const error = yield* Effect.flip(transport.exchange(image(1)))
      assert.deepStrictEqual([error.code, error.rawCode, error.submission], ["connection", "connectionFailed", "none"])
      assert.include(error.message, "api.runware.ai")
      assert.include(error.message, "ECONNREFUSED")
    })
  )

  it.effect("because the connection broke: something may have been bought", () =>
    Effect.gen(function* () {
      const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
      const transport = yield* transportOf(() => new TypeError("fetch failed", { cause }))
      const exit = yield* Effect.exit(transport.exchange(image(1)))
      assert.isTrue(Exit.isFailure(exit))
      const error = yield* Effect.flip(transport.exchange(image(1)))
      assert.deepStrictEqual([error.code, error.submission], ["connection", "unknown"])
      assert.notInclude(JSON.stringify(error), key)
    })
  )
})
