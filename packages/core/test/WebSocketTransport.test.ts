import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import type { Task, TaskUUID } from "../src/Task.ts"
import { type ConnectionStatus, Transport } from "../src/Transport.ts"
import * as WebSocketTransport from "../src/WebSocketTransport.ts"
import { FakeService, settle } from "./fakeSocket.ts"

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}` as TaskUUID
const image = (n: number, fields: object = {}): Task => ({
  taskType: "imageInference",
  taskUUID: uuid(n),
  model: "runware:101@1",
  deliveryMethod: "async",
  ...fields
})
const ack = (n: number) => ({ taskType: "imageInference", taskUUID: uuid(n) })
const done = (n: number, id: string) => ({ ...ack(n), imageUUID: id, imageURL: `https://im.example/${id}.png` })

const build = (service: Pick<FakeService, "layer">, options: RunwareConfig.Options = {}) =>
  Effect.map(
    Layer.build(
      WebSocketTransport.layer.pipe(
        Layer.provide([RunwareConfig.layer({ apiKey: "test-key", ...options }), service.layer, FetchHttpClient.layer])
      )
    ),
    (context) => Transport.use((transport) => Effect.succeed(transport)).pipe(Effect.provide(context))
  ).pipe(Effect.flatten)

const acknowledging = () => {
  const service = new FakeService()
  service.onWork = (socket, task) => socket.push({ data: [{ taskType: task.taskType, taskUUID: task.taskUUID }] })
  return service
}

const start = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.tap(Effect.forkChild(effect, { startImmediately: true }), () => settle)

describe("connecting", () => {
  it.effect("fails at once where the socket is none, and lives on where it does what no socket may", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const none = { ...service, layer: Layer.succeed(Socket.WebSocketConstructor, () => ({}) as never) }
      const error = yield* Effect.flip((yield* build(none)).exchange(image(1)))
      assert.deepStrictEqual([error.code, error.rawCode, error.submission], ["connection", "noWebSocketImpl", "none"])
      const transport = yield* build(service)
      yield* transport.connect
      service.onWork = (socket) => socket.emit("message", { data: Object.create(null) })
      const broken = yield* Effect.flip(transport.exchange(image(1)))
      assert.deepStrictEqual([broken.code, broken.submission], ["connection", "unknown"])
      service.onWork = (socket, task) => socket.push({ data: [{ taskType: task.taskType, taskUUID: task.taskUUID }] })
      assert.deepStrictEqual((yield* transport.exchange(image(2))).items, [ack(2)])
    })
  )

  it.effect("dials with the first exchange, authenticates first, and sends work only then", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const transport = yield* build(service)
      assert.strictEqual(service.sockets.length, 0)
      assert.strictEqual(yield* transport.status, "idle")
      const reply = yield* Fiber.join(yield* start(transport.exchange(image(1))))
      assert.deepStrictEqual(reply, { items: [ack(1)], errors: [] })
      assert.deepStrictEqual(service.socket.sent, [[{ taskType: "authentication", apiKey: "test-key" }], [image(1)]])
      assert.strictEqual(service.socket.url, "wss://ws-api.runware.ai/v1")
      assert.strictEqual(yield* transport.status, "ready")
    })
  )

  it.effect("shares one dial among all that connect at once (W11)", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const transport = yield* build(service)
      const all = Effect.all(
        [transport.connect, transport.connect, transport.exchange(image(1)), transport.exchange(image(2))],
        { concurrency: "unbounded" }
      )
      yield* Fiber.join(yield* start(all))
      assert.strictEqual(service.sockets.length, 1)
    })
  )

  it.effect("holds work back until the authentication is answered (W14)", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      let admit = () => {}
      const authenticate = service.onAuthenticate
      service.onAuthenticate = (socket, task) => {
        admit = () => authenticate(socket, task)
      }
      const transport = yield* build(service)
      const fiber = yield* start(transport.exchange(image(1)))
      assert.strictEqual(yield* transport.status, "authenticating")
      assert.deepStrictEqual(service.work, [])
      admit()
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(service.work, [[image(1)]])
    })
  )

  it.effect("takes a refused key as final: code auth, one socket, no second dial (W9, W10)", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.onAuthenticate = (socket) => {
        socket.push({
          errors: [{ code: "invalidApiKey", message: "The key is not valid.", taskType: "authentication" }]
        })
      }
      const transport = yield* build(service)
      const error = yield* Effect.flip(transport.exchange(image(1)))
      assert.strictEqual(error.code, "auth")
      assert.strictEqual(error.rawCode, "invalidApiKey")
      assert.strictEqual(error.submission, "none")
      assert.strictEqual(error.taskUUID, uuid(1))
      assert.include(error.message, "The key is not valid.")
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* Effect.flip(transport.exchange(image(2)))).code, "auth")
      assert.strictEqual(service.sockets.length, 1)
      assert.strictEqual(service.socket.closedWith, 1000)
      assert.strictEqual(yield* transport.status, "closed")
    })
  )

  it.effect("takes an authentication without a session as failed", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.onAuthenticate = (socket) => socket.push({ data: [{ taskType: "authentication" }] })
      const transport = yield* build(service)
      const error = yield* Effect.flip(transport.connect)
      assert.deepStrictEqual([error.code, error.rawCode], ["auth", "authFailed"])
    })
  )

  it.effect("gives up on a silent authentication after authTimeout", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.onAuthenticate = () => {}
      const transport = yield* build(service, { authTimeout: "15 seconds" })
      const fiber = yield* start(Effect.flip(transport.connect))
      yield* TestClock.adjust("15 seconds")
      const error = yield* Fiber.join(fiber)
      assert.deepStrictEqual([error.code, error.rawCode], ["auth", "authTimeout"])
    })
  )

  it.effect("fails when the first dial fails, leaves no redial behind, and dials anew for the next call", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      service.onDial = (socket) => socket.fail("connect ECONNREFUSED 127.0.0.1:1")
      const transport = yield* build(service)
      const error = yield* Effect.flip(transport.exchange(image(1)))
      assert.deepStrictEqual([error.code, error.rawCode, error.submission], ["connection", "connectionFailed", "none"])
      assert.include(error.message, "ECONNREFUSED")
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(service.sockets.length, 1)
      service.onDial = (socket) => socket.open()
      yield* transport.exchange(image(1))
      assert.strictEqual(service.sockets.length, 2)
    })
  )

  it.effect("says what to do where the runtime has no WebSocket", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.sockets.push = () => {
        throw new TypeError("globalThis.WebSocket is not a constructor")
      }
      const transport = yield* build(service)
      const error = yield* Effect.flip(transport.connect)
      assert.deepStrictEqual([error.code, error.rawCode], ["connection", "noWebSocketImpl"])
      assert.include(error.message, "@effect-runware/node")
    })
  )
})

describe("frames", () => {
  const ready = Effect.fnUntraced(function* (options: RunwareConfig.Options = {}) {
    const service = new FakeService()
    const transport = yield* build(service, options)
    yield* transport.connect
    return { service, transport }
  })

  it.effect("routes by taskUUID, whatever the order and grouping", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* ready()
      const sync = { deliveryMethod: "sync", numberResults: 2 }
      const one = yield* start(transport.exchange(image(1, sync)))
      const two = yield* start(transport.exchange(image(2, sync)))
      service.socket.push({ data: [done(2, "b1"), done(1, "a1")] })
      service.socket.push({ data: [done(2, "b2")] })
      service.socket.push({ data: [done(1, "a2")] })
      assert.deepStrictEqual((yield* Fiber.join(one)).items, [done(1, "a1"), done(1, "a2")])
      assert.deepStrictEqual((yield* Fiber.join(two)).items, [done(2, "b1"), done(2, "b2")])
    })
  )

  it.effect("takes an empty errors array beside data for no error (W6), and both when both are there (W7)", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* ready()
      const clean = yield* start(transport.exchange(image(1)))
      service.socket.push({ data: [ack(1)], errors: [] })
      assert.deepStrictEqual(yield* Fiber.join(clean), { items: [ack(1)], errors: [] })
      const mixed = yield* start(transport.exchange(image(2)))
      const error = { code: "providerTimeout", message: "Upstream gave no answer.", taskUUID: uuid(2), status: "error" }
      service.socket.push({ data: [done(2, "x")], errors: [error] })
      const reply = yield* Fiber.join(mixed)
      assert.deepStrictEqual(reply.items, [done(2, "x")])
      assert.strictEqual(reply.errors[0]?.code, "providerTimeout")
    })
  )

  it.effect("keeps an error of a finished task away from the others (W8)", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* ready()
      const healthy = yield* start(transport.exchange(image(1)))
      service.socket.push({ errors: [{ code: "inferenceError", message: "Too late.", taskUUID: uuid(99) }] })
      service.socket.push({ data: [ack(1)] })
      assert.deepStrictEqual(yield* Fiber.join(healthy), { items: [ack(1)], errors: [] })
    })
  )

  it.effect("takes an empty frame as the answer to the oldest poll (W5)", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* ready()
      const poll = yield* start(transport.exchange({ taskType: "getResponse", taskUUID: uuid(1) }))
      yield* TestClock.adjust(20)
      yield* settle
      service.socket.push({ data: [] })
      assert.deepStrictEqual(yield* Fiber.join(poll), { items: [], errors: [], askedAt: 20 })
    })
  )

  it.effect("drops what is not JSON and goes on", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* ready()
      const fiber = yield* start(transport.exchange(image(1)))
      service.socket.push("<html>Bad gateway</html>")
      service.socket.push({ data: [ack(1)] })
      assert.deepStrictEqual((yield* Fiber.join(fiber)).items, [ack(1)])
    })
  )

  it.effect("sends many tasks in one frame, each with its own outcome", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* ready()
      const fiber = yield* start(transport.exchangeMany([image(1), image(2)]))
      service.socket.push({ data: [ack(2)], errors: [{ code: "invalidModel", message: "No.", taskUUID: uuid(1) }] })
      const replies = yield* Fiber.join(fiber)
      assert.deepStrictEqual(service.work, [[image(1), image(2)]])
      assert.deepStrictEqual(
        [uuid(1), uuid(2)].map((id) => {
          const result = replies.get(id)
          return result?._tag === "Success" ? [result.success.items.length, result.success.errors.length] : result
        }),
        [
          [0, 1],
          [1, 0]
        ]
      )
    })
  )

  it.effect("forgets an exchange that was interrupted", () =>
    Effect.gen(function* () {
      const { service, transport } = yield* ready()
      const gone = yield* start(transport.exchange(image(1)))
      yield* Fiber.interrupt(gone)
      const stays = yield* start(transport.exchange(image(2)))
      service.socket.push({ errors: [{ code: "x", message: "To whom?", taskType: "imageInference" }] })
      assert.strictEqual((yield* Fiber.join(stays)).errors[0]?.code, "x")
    })
  )
})

describe("polls", () => {
  const poll = (n: number): Task => ({ taskType: "getResponse", taskUUID: uuid(n) })

  it.effect("that fall due together share one frame, and none waits for another (W21)", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      const transport = yield* build(service)
      yield* transport.connect
      const fibers = yield* Effect.forEach([1, 2, 3], (n) => start(transport.exchange(poll(n))))
      yield* TestClock.adjust("20 millis")
      yield* settle
      assert.deepStrictEqual(service.work, [[poll(1), poll(2), poll(3)]])
      service.socket.push({ data: [done(2, "b")] })
      const [one, two] = fibers
      assert.deepStrictEqual((yield* Fiber.join(two ?? assert.fail())).items, [done(2, "b")])
      assert.isUndefined(one?.pollUnsafe())
    })
  )

  it.effect("that were given up are not sent", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      const transport = yield* build(service)
      yield* transport.connect
      const gone = yield* start(transport.exchange(poll(1)))
      yield* start(transport.exchange(poll(2)))
      yield* Fiber.interrupt(gone)
      yield* TestClock.adjust("20 millis")
      yield* settle
      assert.deepStrictEqual(service.work, [[poll(2)]])
    })
  )

  it.effect("beyond maxPollBatch make another frame", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      const transport = yield* build(service, { maxPollBatch: 2 })
      yield* transport.connect
      yield* Effect.forEach([1, 2, 3], (n) => start(transport.exchange(poll(n))))
      yield* TestClock.adjust("20 millis")
      yield* settle
      assert.deepStrictEqual(
        service.work.map((frame) => frame.length),
        [2, 1]
      )
    })
  )
})

describe("staying alive", () => {
  it.effect("pings every heartbeatInterval and lives on with a pong", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const transport = yield* build(service)
      yield* transport.connect
      for (let i = 0; i < 10; i++) {
        yield* TestClock.adjust("10 seconds")
        yield* settle
      }
      assert.strictEqual(service.sockets.length, 1)
      const pings = service.socket.sent.filter(([task]) => task?.taskType === "ping")
      assert.deepStrictEqual(pings, [[{ taskType: "ping", ping: true }], [{ taskType: "ping", ping: true }]])
    })
  )

  it.effect("takes a socket without a pong for dead, within pongTimeout", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      service.onPing = () => {}
      const transport = yield* build(service)
      yield* transport.connect
      yield* TestClock.adjust("39 seconds")
      yield* settle
      assert.strictEqual(service.sockets.length, 1)
      yield* TestClock.adjust("1 second")
      yield* settle
      assert.strictEqual(service.sockets.length, 2)
      assert.strictEqual(service.sockets[0]?.closedWith, 1000)
    })
  )

  it.effect("tells open exchanges at once when the link breaks, and resumes the session on the next socket", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      const transport = yield* build(service)
      yield* transport.connect
      const fiber = yield* start(Effect.flip(transport.exchange(image(1))))
      service.socket.break()
      const error = yield* Fiber.join(fiber)
      assert.deepStrictEqual([error.code, error.submission, error.taskUUID], ["connection", "unknown", uuid(1)])
      yield* settle
      assert.strictEqual(service.sockets.length, 2)
      assert.deepStrictEqual(service.socket.sent[0], [
        { taskType: "authentication", apiKey: "test-key", connectionSessionUUID: "session-1" }
      ])
    })
  )

  it.effect("makes new exchanges wait for the reconnection instead of failing them (W2)", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const transport = yield* build(service)
      yield* transport.connect
      service.onDial = () => {}
      service.socket.break()
      yield* settle
      const fiber = yield* start(transport.exchange(image(1)))
      assert.strictEqual(yield* transport.status, "reconnecting")
      service.onDial = (socket) => socket.open()
      service.socket.open()
      assert.deepStrictEqual((yield* Fiber.join(fiber)).items, [ack(1)])
    })
  )

  it.effect("waits longer after each failed reconnection, and gives up after maxReconnectAttempts", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const transport = yield* build(service, { maxReconnectAttempts: 3 })
      yield* transport.connect
      service.onDial = (socket) => socket.fail("connect ECONNREFUSED")
      service.socket.break()
      yield* settle
      const fiber = yield* start(Effect.flip(transport.exchange(image(1))))
      const dials: Array<number> = []
      for (let second = 0; second < 12; second++) {
        dials.push(service.sockets.length - 1)
        yield* TestClock.adjust("1 second")
        yield* settle
      }
      const error = yield* Fiber.join(fiber)
      assert.deepStrictEqual([error.code, error.rawCode], ["connection", "reconnectionFailed"])
      assert.strictEqual(service.sockets.length, 4)
      assert.deepStrictEqual(
        dials,
        dials.toSorted((a, b) => a - b)
      )
      assert.strictEqual(yield* transport.status, "closed")
    })
  )

  it.effect("quotes why the service closed, without the key", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const transport = yield* build(service)
      yield* transport.connect
      service.onWork = (socket) => socket.break(4001, "test-key is used elsewhere")
      const error = yield* Effect.flip(transport.exchange(image(1)))
      assert.include(error.message, "4001, <redacted> is used elsewhere")
      assert.notInclude(error.message, "test-key")
    })
  )

  it.effect("tells its status as it changes", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const transport = yield* build(service)
      const seen: Array<ConnectionStatus> = []
      yield* start(Stream.runForEach(transport.statusChanges, (status) => Effect.sync(() => seen.push(status))))
      yield* transport.connect
      yield* settle
      service.socket.break()
      yield* settle
      yield* transport.disconnect
      yield* settle
      assert.deepStrictEqual(
        seen.filter((status, index) => status !== seen[index - 1]),
        ["idle", "connecting", "authenticating", "ready", "reconnecting", "authenticating", "ready", "closed"]
      )
    })
  )
})

describe("disconnecting", () => {
  it.effect("settles what waits, closes with 1000, and stays closed until connect (W13, W16)", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      const transport = yield* build(service)
      yield* transport.connect
      const fiber = yield* start(Effect.flip(transport.exchange(image(1))))
      yield* transport.disconnect
      const error = yield* Fiber.join(fiber)
      assert.deepStrictEqual([error.code, error.rawCode, error.submission], ["connection", "disconnected", "unknown"])
      assert.strictEqual(service.socket.closedWith, 1000)
      const later = yield* Effect.flip(transport.exchange(image(2)))
      assert.deepStrictEqual([later.rawCode, later.submission], ["disconnected", "none"])
      yield* transport.connect
      assert.strictEqual(yield* transport.status, "ready")
    })
  )

  it.effect("closes its socket with its scope", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const scope = yield* Scope.make()
      const transport = yield* Scope.provide(build(service), scope)
      yield* transport.connect
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(service.socket.closedWith, 1000)
    })
  )

  it.effect("cannot be connected again once its scope is closed, and says so", () =>
    Effect.gen(function* () {
      const service = acknowledging()
      const scope = yield* Scope.make()
      const transport = yield* Scope.provide(build(service), scope)
      yield* Scope.close(scope, Exit.void)
      const errors = [yield* Effect.flip(transport.connect), yield* Effect.flip(transport.exchange(image(1)))]
      assert.deepStrictEqual(
        errors.map(({ rawCode }) => rawCode),
        ["disconnected", "disconnected"]
      )
      assert.deepStrictEqual(service.sockets, [])
    })
  )

  it.effect("gives up a dial that is under way", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.onDial = () => {}
      const transport = yield* build(service)
      const fiber = yield* start(Effect.flip(transport.exchange(image(1))))
      yield* transport.disconnect
      assert.strictEqual((yield* Fiber.join(fiber)).rawCode, "disconnected")
      assert.strictEqual(service.socket.closedWith, 1000)
    })
  )
})
