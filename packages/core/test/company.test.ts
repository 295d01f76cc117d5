import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { TestClock } from "effect/testing"
import type { WireTask } from "../src/Protocol.ts"
import * as RestTransport from "../src/RestTransport.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import type { Task } from "../src/Task.ts"
import { Transport } from "../src/Transport.ts"
import * as WebSocketTransport from "../src/WebSocketTransport.ts"
import { acknowledgement, failure, image, pollOf, task, uuid } from "./builders.ts"
import { FakeService, settle } from "./fakeSocket.ts"

const submission = (n: number, fields: Partial<Task> = {}): Task => task({ taskUUID: uuid(n), ...fields })

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

const transportOf = <E, R>(
  layer: Layer.Layer<Transport, E, R>,
  options: RunwareConfig.Options,
  platform: Layer.Layer<R>
) =>
  Effect.map(
    Layer.build(
      layer.pipe(Layer.provide([RunwareConfig.layer({ apiKey: "test-key", ...options }) as never, platform]))
    ),
    (context) => Effect.runSync(Effect.provide(Transport.use(Effect.succeed), context))
  )

/** A socket whose far end answers each task of a frame, and the sizes of the frames it got. */
const overSocket = Effect.fnUntraced(function* (options: RunwareConfig.Options = {}) {
  const service = new FakeService()
  service.onWork = (socket, { taskType, taskUUID }) =>
    socket.push({ data: [taskType === "getResponse" ? image("a", numberOf(taskUUID)) : { taskType, taskUUID }] })
  const transport = yield* transportOf(
    WebSocketTransport.layer,
    options,
    Layer.merge(service.layer, FetchHttpClient.layer) as never
  )
  yield* transport.connect
  return { service, transport, sizes: () => service.work.map((frame) => frame.length) }
})

/** A service over HTTP, and the bodies that it got. */
const overHttp = Effect.fnUntraced(function* (
  answer: (tasks: ReadonlyArray<WireTask>) => Effect.Effect<Response>,
  options: RunwareConfig.Options = {}
) {
  const bodies: Array<ReadonlyArray<WireTask>> = []
  let open = 0
  let mostOpen = 0
  const http = HttpClient.make((request) =>
    Effect.suspend(() => {
      const { body } = request
      const tasks = JSON.parse(body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : "[]")
      bodies.push(tasks)
      mostOpen = Math.max(mostOpen, ++open)
      return answer(tasks).pipe(
        Effect.map((response) => HttpClientResponse.fromWeb(request, response)),
        Effect.ensuring(Effect.sync(() => open--))
      )
    })
  )
  const transport = yield* transportOf(
    RestTransport.layer,
    options,
    Layer.succeed(HttpClient.HttpClient, http) as never
  )
  return { bodies, transport, sizes: () => bodies.map((body) => body.length), mostOpen: () => mostOpen }
})

const numberOf = (taskUUID = ""): number => Number(taskUUID.slice(-12))

const json = (body: unknown, status = 200) => Effect.sync(() => new Response(JSON.stringify(body), { status }))

const acknowledged = (tasks: ReadonlyArray<WireTask>) =>
  json({ data: tasks.map(({ taskUUID }) => acknowledgement(numberOf(taskUUID))) })

const all = (transport: Transport["Service"], tasks: ReadonlyArray<Task>) =>
  Effect.forkChild(
    Effect.forEach(tasks, (one) => Effect.result(transport.exchange(one)), { concurrency: "unbounded" }),
    {
      startImmediately: true
    }
  )

/** Lets time pass in steps in which the far end can answer. */
const pass = (millis: number, step = 20) =>
  Effect.forEach(numbers(Math.ceil(millis / step)), () => Effect.andThen(TestClock.adjust(step), settle), {
    discard: true
  })

const outcomes = <A extends { readonly items: ReadonlyArray<unknown> }, E extends { readonly code: string }>(
  results: ReadonlyArray<Result.Result<A, E>>
) => results.map((result) => (Result.isSuccess(result) ? result.success.items.length : result.failure.code))

describe("submissions of one tick", () => {
  it.effect("share a frame over WebSocket, without waiting on the clock", () =>
    Effect.gen(function* () {
      const { service, sizes, transport } = yield* overSocket()
      const fiber = yield* all(
        transport,
        numbers(5).map((n) => submission(n))
      )
      assert.deepStrictEqual(outcomes(yield* Fiber.join(fiber)), [1, 1, 1, 1, 1])
      assert.deepStrictEqual(sizes(), [5])
      yield* transport.exchange(submission(6))
      assert.deepStrictEqual(service.work.at(-1), [submission(6)])
    })
  )

  it.effect("share as many frames as are needed, of a hundred tasks at most", () =>
    Effect.gen(function* () {
      const { sizes, transport } = yield* overSocket()
      yield* Fiber.join(
        yield* all(
          transport,
          numbers(250).map((n) => submission(n))
        )
      )
      assert.deepStrictEqual(sizes(), [100, 100, 50])
    })
  )

  it.effect("go in frames of their own where their media make them long", () =>
    Effect.gen(function* () {
      const { sizes, transport } = yield* overSocket()
      const long = (n: number) => submission(n, { seedImage: "A".repeat(600_000) })
      yield* Fiber.join(yield* all(transport, [long(1), submission(2), long(3), submission(4)]))
      assert.deepStrictEqual(sizes(), [3, 1])
    })
  )

  it.effect("never share one with a task of the same UUID", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* overSocket()
      service.onWork = () => {}
      yield* all(transport, [submission(1), submission(2), submission(1)])
      yield* pass(60)
      assert.deepStrictEqual(
        service.work.map((frame) => frame.map(({ taskUUID }) => numberOf(taskUUID))),
        [[1, 2], [1]]
      )
    })
  )

  it.effect("keep their own errors", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* overSocket()
      service.onWork = (socket, { taskUUID }) =>
        socket.push(
          taskUUID === uuid(2)
            ? { errors: [failure("invalidModel", { taskUUID: uuid(2) })] }
            : { data: [acknowledgement(numberOf(taskUUID))] }
        )
      const results = yield* Fiber.join(
        yield* all(
          transport,
          numbers(3).map((n) => submission(n))
        )
      )
      assert.deepStrictEqual(outcomes(results), [1, 0, 1])
      assert.deepStrictEqual(
        results.map((result) => (Result.isSuccess(result) ? result.success.errors.map(({ code }) => code) : [])),
        [[], ["invalidModel"], []]
      )
    })
  )

  it.effect("are taken out when their caller leaves before the frame does", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* overSocket()
      const [gone, stays] = yield* Effect.forEach([1, 2], (n) =>
        Effect.forkChild(transport.exchange(submission(n)), { startImmediately: true })
      )
      yield* Fiber.interrupt(gone ?? assert.fail())
      yield* Fiber.join(stays ?? assert.fail())
      assert.deepStrictEqual(service.work, [[submission(2)]])
    })
  )

  it.effect("share a request over REST only where that is asked for, and only those that don't keep it open", () =>
    Effect.gen(function* () {
      const tasks = [...numbers(3).map((n) => submission(n)), submission(4, { deliveryMethod: "sync" })]
      const sizes = (coalesce: boolean) =>
        Effect.gen(function* () {
          const service = yield* overHttp(acknowledged, { coalesce })
          const results = yield* Fiber.join(yield* all(service.transport, tasks))
          assert.deepStrictEqual(outcomes(results), [1, 1, 1, 1])
          return service.sizes().toSorted()
        })
      assert.deepStrictEqual(yield* sizes(false), [1, 1, 1, 1])
      assert.deepStrictEqual(yield* sizes(true), [1, 3])
    })
  )

  it.effect("go one by one where the service refuses them together over REST", () =>
    Effect.gen(function* () {
      const refusing = (tasks: ReadonlyArray<WireTask>) =>
        tasks.length > 1 ? json({ errors: [failure("invalidRequest")] }, 400) : acknowledged(tasks)
      const { sizes, transport } = yield* overHttp(refusing, { coalesce: true })
      const send = Effect.flatMap(
        all(
          transport,
          numbers(3).map((n) => submission(n))
        ),
        Fiber.join
      )
      assert.deepStrictEqual(outcomes(yield* send), [1, 1, 1])
      assert.deepStrictEqual(sizes(), [3, 1, 1, 1])
      yield* send
      assert.deepStrictEqual(sizes().slice(4), [1, 1, 1])
    })
  )
})

describe("polls", () => {
  const polls = (count: number) => numbers(count).map(pollOf)

  it.effect("leave at a bounded rate, however many are due, in full frames", () =>
    Effect.gen(function* () {
      const { service, sizes, transport } = yield* overSocket({ maxPollRate: 20 })
      const fiber = yield* all(transport, polls(3000))
      yield* pass(1020)
      // A burst of ten, then one every 50 ms.
      const first = service.work.length
      assert.isAtMost(first, 31)
      assert.isAtLeast(first, 25)
      assert.isTrue(sizes().every((size) => size === 100))
      yield* pass(1000)
      assert.isTrue(outcomes(yield* Fiber.join(fiber)).every((items) => items === 1))
      assert.strictEqual(service.work.length, 30)
    })
  )

  it.effect("tell when they left", () =>
    Effect.gen(function* () {
      const { transport } = yield* overSocket()
      const fiber = yield* all(transport, polls(2))
      yield* pass(20)
      const times = (yield* Fiber.join(fiber)).map((result) => Result.isSuccess(result) && result.success.askedAt)
      assert.deepStrictEqual(times, [20, 20])
    })
  )

  it.effect("go one by one from then on where the service refuses frames of several", () =>
    Effect.gen(function* () {
      const { service, sizes, transport } = yield* overSocket()
      const answer = service.onWork
      let refused = false
      service.onWork = (socket, one) => {
        const frame = socket.sent.at(-1) ?? []
        if (frame.length === 1) return answer(socket, one)
        if (!refused) socket.push({ errors: [failure("invalidRequest")] })
        refused = true
      }
      const [one, two] = [yield* all(transport, polls(3)), yield* Effect.andThen(pass(20), all(transport, polls(3)))]
      yield* pass(20)
      assert.deepStrictEqual(outcomes(yield* Fiber.join(one)), ["connection", "connection", "connection"])
      assert.deepStrictEqual(outcomes(yield* Fiber.join(two)), [1, 1, 1])
      assert.deepStrictEqual(sizes(), [3, 1, 1, 1])
    })
  )

  it.effect("go one by one where only one task of a frame is ever answered", () =>
    Effect.gen(function* () {
      const { service, sizes, transport } = yield* overSocket({ pollReplyTimeout: "1 second" })
      const answer = service.onWork
      service.onWork = (socket, one) => {
        if (socket.sent.at(-1)?.[0]?.taskUUID === one.taskUUID) answer(socket, one)
      }
      for (let round = 0; round < 4; round++) {
        const bounded = polls(3).map((one) => Effect.result(Effect.timeout(transport.exchange(one), "2 seconds")))
        yield* Effect.forkChild(Effect.all(bounded, { concurrency: "unbounded" }))
        yield* pass(3000, 500)
      }
      assert.deepStrictEqual(sizes(), [3, 3, 3, 1, 1, 1])
    })
  )

  it.effect("keep a few requests open over REST, and fill them up meanwhile", () =>
    Effect.gen(function* () {
      const slow = (tasks: ReadonlyArray<WireTask>) =>
        Effect.andThen(
          Effect.sleep("1 second"),
          json({ data: tasks.map(({ taskUUID }) => image("a", numberOf(taskUUID))) })
        )
      const { mostOpen, sizes, transport } = yield* overHttp(slow)
      const fibers = yield* Effect.forEach(numbers(20), (n) =>
        Effect.tap(Effect.forkChild(transport.exchange(pollOf(n)), { startImmediately: true }), () => pass(40))
      )
      yield* pass(3000)
      yield* Effect.forEach(fibers, Fiber.join)
      assert.deepStrictEqual([mostOpen(), sizes()], [4, [1, 1, 1, 1, 16]])
    })
  )

  it.effect("that spoil every request they are in are soon alone, and delay nobody", () =>
    Effect.gen(function* () {
      const spoiled = (tasks: ReadonlyArray<WireTask>) =>
        tasks.some(({ taskUUID }) => taskUUID === uuid(3))
          ? json("Bad gateway", 502)
          : json({ data: tasks.map(({ taskUUID }) => image("a", numberOf(taskUUID))) })
      const { transport } = yield* overHttp(spoiled)
      const answered = new Set<number>()
      for (let round = 0; round < 4; round++) {
        const due = numbers(8).filter((n) => !answered.has(n))
        const fiber = yield* all(transport, due.map(pollOf))
        yield* pass(40)
        for (const [index, items] of outcomes(yield* Fiber.join(fiber)).entries()) {
          const n = due[index]
          if (items === 1 && n !== undefined) answered.add(n)
        }
      }
      assert.deepStrictEqual([...answered].toSorted(), [1, 2, 4, 5, 6, 7, 8])
    })
  )
})
