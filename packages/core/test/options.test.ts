/** What options do, where no other test gives them to a client: each ends or paces what it names. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import * as RestTransport from "../src/RestTransport.ts"
import * as Runware from "../src/Runware.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import type { RunwareError } from "../src/RunwareError.ts"
import { Transport } from "../src/Transport.ts"
import * as WebSocketTransport from "../src/WebSocketTransport.ts"
import { acknowledgement, image, pollOf, task, uuid } from "./builders.ts"
import { FakeService, settle } from "./fakeSocket.ts"
import { client, reply, scripted, settled } from "./scripted.ts"

const params = { model: "runware:101@1", positivePrompt: "fog", width: 512, height: 512 } as const

describe("deadlines of a call", () => {
  const run = (
    transport: ReturnType<typeof scripted>,
    options: RunwareConfig.Options,
    more: { readonly deliveryMethod?: "sync" } = {}
  ) =>
    settled(
      Runware.run({ ...params, ...more }).pipe(
        Effect.provide(client(transport, { polling: "standard", maxRetries: 0, ...options }))
      )
    )
  const codeOf = ({ result }: { readonly result: { readonly failure?: RunwareError } }) => result.failure?.code

  it.effect("ackTimeout bounds the wait for an acknowledgement", () =>
    Effect.gen(function* () {
      const ended = yield* run(scripted([Effect.never], [Effect.never]), { ackTimeout: "3 seconds" })
      assert.deepStrictEqual([codeOf(ended as never), Duration.toSeconds(ended.took)], ["timeout", 3])
    })
  )

  it.effect("requestTimeout bounds the wait for sync results", () =>
    Effect.gen(function* () {
      const ended = yield* run(
        scripted([Effect.never], [Effect.never]),
        { requestTimeout: "4 seconds" },
        { deliveryMethod: "sync" }
      )
      assert.deepStrictEqual([codeOf(ended as never), Duration.toSeconds(ended.took)], ["timeout", 4])
    })
  )

  it.effect("pollReplyTimeout bounds the wait for one reply, after which the service is asked again", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([acknowledgement()])], [Effect.never, reply([image("a")])])
      const ended = yield* run(transport, { pollReplyTimeout: "2 seconds" })
      // The first poll after 1 s, its end after 2 s more, the next one half a second later.
      assert.deepStrictEqual([ended.result._tag, Duration.toMillis(ended.took)], ["Success", 3500])
    })
  )

  it.effect("unknownTaskGrace is how long the service may not know the task", () =>
    Effect.gen(function* () {
      const nobody = () => scripted([reply([acknowledgement()])], [reply([])])
      const short = yield* run(nobody(), { unknownTaskGrace: "3 seconds" })
      const long = yield* run(nobody(), { unknownTaskGrace: "2 minutes" })
      assert.deepStrictEqual([codeOf(short as never), codeOf(long as never)], ["notFound", "notFound"])
      assert.isBelow(Duration.toSeconds(short.took), 10)
      assert.isAtLeast(Duration.toSeconds(long.took), 120)
    })
  )
})

describe("the life of a socket", () => {
  const connected = (service: FakeService, options: RunwareConfig.Options) =>
    Effect.gen(function* () {
      const context = yield* Layer.build(
        WebSocketTransport.layer.pipe(
          Layer.provide([RunwareConfig.layer({ apiKey: "test-key", ...options }), service.layer, FetchHttpClient.layer])
        )
      )
      return yield* Transport.use((transport) => Effect.succeed(transport)).pipe(Effect.provide(context))
    })

  /** Opens a socket and lets time pass. */
  const living = (service: FakeService, options: RunwareConfig.Options, time: Duration.Input) =>
    Effect.gen(function* () {
      const transport = yield* connected(service, options)
      yield* Effect.forkChild(Effect.exit(transport.connect), { startImmediately: true })
      yield* settle
      for (let step = 0; step < 60; step++) {
        yield* TestClock.adjust(Duration.divideUnsafe(Duration.fromInputUnsafe(time), 60))
        yield* settle
      }
    })

  const pingsOf = (service: FakeService) => service.socket.sent.filter(([task]) => task?.taskType === "ping").length

  it.effect("connectTimeout bounds its opening", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.onDial = () => {}
      const transport = yield* connected(service, { connectTimeout: "5 seconds" })
      const { result, took } = yield* settled(transport.connect)
      assert.deepStrictEqual([result._tag, Duration.toSeconds(took)], ["Failure", 5])
    })
  )

  it.effect("heartbeatInterval is the gap between pings", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      yield* living(service, { heartbeatInterval: "5 seconds", pongTimeout: "1 second" }, "1 minute")
      assert.deepStrictEqual([service.sockets.length, pingsOf(service)], [1, 10])
    })
  )

  it.effect("pongTimeout is how long it may stay silent after a ping", () =>
    Effect.gen(function* () {
      const silent = () => {
        const service = new FakeService()
        service.onPing = () => {}
        return service
      }
      const [impatient, patient] = [silent(), silent()]
      yield* living(impatient, { heartbeatInterval: "5 seconds", pongTimeout: "1 second" }, "10 seconds")
      assert.strictEqual(impatient.sockets.length, 2)
      yield* living(patient, { heartbeatInterval: "5 seconds", pongTimeout: "1 minute" }, "10 seconds")
      assert.strictEqual(patient.sockets.length, 1)
    })
  )

  /** Sockets dialled in an hour in which every one after the first is refused. */
  const dials = (options: RunwareConfig.Options) =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.onDial = (socket) => (service.sockets.length === 1 ? socket.open() : socket.fail("refused"))
      const transport = yield* connected(service, options)
      yield* transport.connect
      service.socket.break()
      for (let minute = 0; minute < 60; minute++) {
        yield* TestClock.adjust("1 minute")
        yield* settle
      }
      return service.sockets.length
    })

  it.effect("reconnectDelay and maxReconnectDelay pace its return", () =>
    Effect.gen(function* () {
      const first = yield* dials({ reconnectDelay: "1 hour", maxReconnectDelay: "1 day", maxReconnectAttempts: 2 })
      const seldom = yield* dials({ reconnectDelay: "5 minutes", maxReconnectDelay: "5 minutes" })
      const often = yield* dials({ reconnectDelay: "1 second", maxReconnectDelay: "1 minute" })
      assert.isAtMost(first, 3)
      assert.isBelow(seldom, often)
    })
  )
})

describe("what travels together", () => {
  /** Frames with polls, of so many that come 30 ms apart. */
  const frames = (options: RunwareConfig.Options, polls = 10) =>
    Effect.gen(function* () {
      const service = new FakeService()
      const context = yield* Layer.build(
        WebSocketTransport.layer.pipe(
          Layer.provide([RunwareConfig.layer({ apiKey: "test-key", ...options }), service.layer, FetchHttpClient.layer])
        )
      )
      const transport = yield* Transport.use((transport) => Effect.succeed(transport)).pipe(Effect.provide(context))
      yield* transport.connect
      for (let n = 0; n < polls; n++) {
        yield* Effect.forkChild(Effect.exit(transport.exchange(pollOf(n))), { startImmediately: true })
        yield* TestClock.adjust("30 millis")
        yield* settle
      }
      yield* TestClock.adjust("700 millis")
      yield* settle
      return service.work.length
    })

  it.effect("pollWindow is how long a poll waits for others", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* frames({ pollWindow: "1 second" }), 1)
      assert.isAbove(yield* frames({ pollWindow: 0 }), 5)
    })
  )

  it.effect("maxPollRate bounds the requests with polls of each second", () =>
    Effect.gen(function* () {
      // Ten may go at once, after that two a second: 40 polls take 1.9 seconds here.
      assert.isAtMost(yield* frames({ pollWindow: 0, maxPollRate: 2 }, 40), 15)
      assert.isAtLeast(yield* frames({ pollWindow: 0 }, 40), 35)
    })
  )

  it.live("coalesce lets calls of one moment share a POST", () =>
    Effect.gen(function* () {
      const sizes = (options: RunwareConfig.Options) =>
        Effect.gen(function* () {
          const posted: Array<number> = []
          const http = Layer.succeed(
            HttpClient.HttpClient,
            HttpClient.make((request) =>
              Effect.sync(() => {
                const tasks: ReadonlyArray<object> = JSON.parse(bodyOf(request))
                posted.push(tasks.length)
                return HttpClientResponse.fromWeb(request, Response.json({ data: tasks }))
              })
            )
          )
          const context = yield* Layer.build(
            RestTransport.layer.pipe(
              Layer.provide([RunwareConfig.layer({ apiKey: "test-key", transport: "rest", ...options }), http])
            )
          )
          const transport = yield* Transport.use((transport) => Effect.succeed(transport)).pipe(Effect.provide(context))
          const tasks = [1, 2, 3].map((n) => task({ taskUUID: uuid(n) }))
          yield* Effect.forEach(tasks, transport.exchange, { concurrency: "unbounded" })
          return posted
        })
      assert.deepStrictEqual(yield* sizes({ coalesce: true }), [3])
      assert.deepStrictEqual(yield* sizes({}), [1, 1, 1])
    })
  )
})

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): string =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : "[]"
