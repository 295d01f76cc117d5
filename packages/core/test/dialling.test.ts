import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import { Transport } from "../src/Transport.ts"
import * as WebSocketTransport from "../src/WebSocketTransport.ts"
import { task, uuid } from "./builders.ts"
import { FakeService, settle } from "./fakeSocket.ts"
import { metrics, tracer } from "./observers.ts"

const build = (service: FakeService, options: RunwareConfig.Options = {}) =>
  Effect.map(
    Layer.build(
      WebSocketTransport.layer.pipe(
        Layer.provide([RunwareConfig.layer({ apiKey: "test-key", ...options }), service.layer, FetchHttpClient.layer])
      )
    ),
    (context) => Context.get(context, Transport)
  )

const acknowledging = () => {
  const service = new FakeService()
  service.onWork = (socket, { taskType, taskUUID }) => socket.push({ data: [{ taskType, taskUUID }] })
  return service
}

const host = { "server.address": "ws-api.runware.ai" }
const first = { ...host, "runware.session.resumed": false }
const again = (attempt: number) => ({
  ...host,
  "runware.session.resumed": true,
  "runware.reconnect.attempt": attempt
})
const unreachable = { "error.type": "connection", "runware.error.raw_code": "connectionFailed" }

describe("a session", () => {
  it.effect("has the span of a dial under the call that waits for it, over as soon as the link is ready", () =>
    Effect.gen(function* () {
      const { provide, seen } = tracer()
      // A layer may be built in a span of its own, which is no parent of what comes later.
      const transport = yield* provide(Effect.withSpan(build(acknowledging()), "building"))
      yield* provide(Effect.withSpan(transport.exchange(task()), "call"))
      assert.deepStrictEqual(seen().slice(2), [
        { name: "Runware.connect", parent: "call", ended: "ok", attributes: first },
        { name: "Runware.authenticate", parent: "Runware.connect", ended: "ok", attributes: {} }
      ])
    })
  )

  it.effect("has a span of its own for each dial after a break, and counts it by its outcome", () =>
    Effect.gen(function* () {
      const { provide, seen } = tracer()
      const counted = metrics()
      const service = acknowledging()
      const transport = yield* build(service)
      const exchange = counted.provide(provide(transport.exchange(task())))
      yield* exchange
      let dials = 0
      service.onDial = (socket) => (++dials === 1 ? socket.fail("ECONNREFUSED") : socket.open())
      service.socket.break()
      yield* settle
      yield* TestClock.adjust("2 seconds")
      yield* settle
      assert.strictEqual(yield* transport.status, "ready")
      assert.deepStrictEqual(seen().slice(2), [
        {
          name: "Runware.reconnect",
          parent: undefined,
          ended: "failed",
          attributes: { ...again(1), ...unreachable }
        },
        { name: "Runware.reconnect", parent: undefined, ended: "ok", attributes: again(2) },
        { name: "Runware.authenticate", parent: "Runware.reconnect", ended: "ok", attributes: {} }
      ])
      assert.deepStrictEqual(yield* counted.read, {
        "runware.reconnects{connection}": 1,
        "runware.reconnects{success}": 1
      })
    })
  )

  it.effect("says in its spans that the key was refused, or that the dial was given up", () =>
    Effect.gen(function* () {
      const { provide, seen } = tracer()
      const counted = metrics()
      const service = acknowledging()
      service.onAuthenticate = (socket) =>
        socket.push({ errors: [{ code: "invalidApiKey", taskType: "authentication" }] })
      const transport = yield* build(service)
      yield* provide(Effect.exit(counted.provide(transport.connect)))
      const refused = { "error.type": "auth", "runware.error.raw_code": "invalidApiKey" }
      assert.deepStrictEqual(seen(), [
        { name: "Runware.connect", parent: undefined, ended: "failed", attributes: { ...first, ...refused } },
        { name: "Runware.authenticate", parent: "Runware.connect", ended: "failed", attributes: refused }
      ])
      service.onAuthenticate = () => {}
      yield* Effect.forkChild(provide(transport.connect), { startImmediately: true })
      yield* settle
      yield* transport.disconnect
      assert.deepStrictEqual(
        seen()
          .slice(2)
          .map(({ attributes, ended }) => [ended, attributes["error.type"]]),
        [
          ["interrupted", "aborted"],
          ["interrupted", "aborted"]
        ]
      )
      // A first dial is no reconnection.
      assert.deepStrictEqual(yield* counted.read, {})
    })
  )

  it.effect("keeps the key out of its spans", () =>
    Effect.gen(function* () {
      const { provide, spans } = tracer()
      const transport = yield* build(acknowledging())
      yield* provide(transport.exchange(task({ taskUUID: uuid(2) })))
      const told = spans.map(({ attributes, events, name }) => [name, [...attributes], events])
      assert.strictEqual(told.length, 2)
      assert.notInclude(JSON.stringify(told), "test-key")
    })
  )
})
