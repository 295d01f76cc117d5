import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"
import { TestClock } from "effect/testing"
import { dial } from "../src/internal/socket.ts"
import { layerGlobal, WebSocketConstructor } from "../src/WebSocketConstructor.ts"
import { settle } from "./fakeSocket.ts"

/** A socket as `ws` makes them, whose other side the test plays. */
class Wire extends EventTarget {
  readyState = 0
  binaryType = "nodebuffer"
  readonly said: Array<string> = []

  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event("open"))
  }
  receive(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }))
  }
  end(code: number, reason = ""): void {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason }))
  }
  fail(error: Error): void {
    this.dispatchEvent(Object.assign(new Event("error"), { error }))
  }
  send(frame: string): void {
    if (frame === "too long") throw new Error("frame too long")
    this.said.push(`send ${frame}`)
  }
  close(code: number): void {
    this.said.push(`close ${code}`)
  }
}

const options = { openTimeout: Duration.seconds(5), headers: undefined, onText: () => {} }
const over = (make: Socket.WebSocketConstructor["Service"]) => Effect.provideService(Socket.WebSocketConstructor, make)

/** An open socket, dialled in the test's scope. */
const opened = (wire: Wire, onText: (frame: string) => void = () => {}) =>
  Effect.gen(function* () {
    const dialling = yield* Effect.forkChild(
      dial("ws://service/v1", { ...options, onText }).pipe(over(() => wire as unknown as Socket.WebSocketLike)),
      { startImmediately: true }
    )
    wire.open()
    return yield* Fiber.join(dialling)
  })

describe("the WebSocket constructor", () => {
  it("is the service of Effect, whoever provides it", () => {
    assert.strictEqual(WebSocketConstructor.key, Socket.WebSocketConstructor.key)
  })

  it.effect("may be the global one, which takes no headers", () =>
    Effect.gen(function* () {
      const construct = yield* Socket.WebSocketConstructor
      assert.throws(() => construct("ws://127.0.0.1:1", { headers: { a: "b" } }), "takes no headers")
    }).pipe(Effect.provide(layerGlobal))
  )
})

describe("dialling", () => {
  it.effect("passes address and headers on", () =>
    Effect.gen(function* () {
      const wire = new Wire()
      wire.readyState = 1
      const asked = yield* Deferred.make<ReadonlyArray<unknown>>()
      yield* dial("ws://service/v1", { ...options, headers: { "user-agent": "us" } }).pipe(
        over((...given) => {
          Deferred.doneUnsafe(asked, Exit.succeed(given))
          return wire as unknown as Socket.WebSocketLike
        })
      )
      assert.deepStrictEqual(yield* Deferred.await(asked), ["ws://service/v1", { headers: { "user-agent": "us" } }])
    })
  )

  it.effect("says why there is no socket, and closes what it had", () =>
    Effect.gen(function* () {
      const refused = new Error("Unexpected server response: 401")
      const breaks = [
        { happens: (wire: Wire) => wire.fail(refused), tag: "Failed" },
        { happens: (wire: Wire) => wire.end(4001, "go away"), tag: "Closed" },
        { happens: () => {}, tag: "Unanswered" }
      ]
      for (const { happens, tag } of breaks) {
        const wire = new Wire()
        const dialling = yield* Effect.forkChild(
          Effect.scoped(dial("ws://service/v1", options)).pipe(
            over(() => wire as unknown as Socket.WebSocketLike),
            Effect.flip
          ),
          { startImmediately: true }
        )
        happens(wire)
        yield* TestClock.adjust("5 seconds")
        const broken = yield* Fiber.join(dialling)
        assert.deepStrictEqual([broken._tag, wire.said], [tag, ["close 1000"]])
      }
    })
  )

  it.effect("tells what the constructor threw", () =>
    Effect.gen(function* () {
      const cause = new TypeError("no sockets here")
      const broken = yield* dial("ws://service/v1", options).pipe(
        over(() => {
          throw cause
        }),
        Effect.flip
      )
      assert.deepStrictEqual(broken, { _tag: "Unmade", cause })
    })
  )
})

describe("a socket", () => {
  it.effect("hands over each frame as it comes, as text, and tells why there are no more", () =>
    Effect.gen(function* () {
      const wire = new Wire()
      const came: Array<string> = []
      const socket = yield* opened(wire, (frame) => came.push(frame))
      const end = yield* Effect.forkChild(Effect.flip(socket.broken), { startImmediately: true })
      wire.receive("a")
      assert.deepStrictEqual(came, ["a"])
      wire.receive(new TextEncoder().encode("ç"))
      wire.receive(new TextEncoder().encode("d").buffer)
      wire.end(1012, "restarting")
      wire.receive("late")
      assert.deepStrictEqual(came, ["a", "ç", "d"])
      const closed = { _tag: "Closed", code: 1012, reason: "restarting" } as const
      assert.deepStrictEqual(yield* Fiber.join(end), closed)
      assert.deepStrictEqual(yield* Effect.flip(socket.broken), closed)
      assert.deepStrictEqual(socket.send("late"), closed)
    })
  )

  it.effect("ends with what its listener throws", () =>
    Effect.gen(function* () {
      const wire = new Wire()
      const cause = new Error("not this")
      const socket = yield* opened(wire, () => {
        throw cause
      })
      wire.receive("a")
      assert.deepStrictEqual(yield* Effect.flip(socket.broken), { _tag: "Failed", cause })
    })
  )

  it.effect("tells what kept a frame from being sent", () =>
    Effect.gen(function* () {
      const wire = new Wire()
      const socket = yield* opened(wire)
      assert.isUndefined(socket.send("a"))
      const broken = socket.send("too long")
      assert.deepStrictEqual(broken, { _tag: "Failed", cause: new Error("frame too long") })
      assert.deepStrictEqual(wire.said, ["send a"])
    })
  )

  it.effect("is closed with its scope, and sends and tells nothing after that", () =>
    Effect.gen(function* () {
      const wire = new Wire()
      const socket = yield* Effect.scoped(
        Effect.tap(opened(wire), ({ broken }) =>
          Effect.as(Effect.forkDetach(broken, { startImmediately: true }), settle)
        )
      )
      assert.deepStrictEqual(wire.said, ["close 1000"])
      wire.receive("late")
      wire.fail(new Error("late, too"))
      const closed = { _tag: "Closed", code: 1000, reason: "" } as const
      assert.deepStrictEqual(yield* Effect.flip(socket.broken), closed)
      assert.deepStrictEqual(socket.send("more"), closed)
      assert.deepStrictEqual(wire.said, ["close 1000"])
    })
  )

  it.effect("that can't be closed is left", () =>
    Effect.gen(function* () {
      const wire = new Wire()
      wire.close = () => {
        throw new Error("not now")
      }
      yield* Effect.scoped(opened(wire))
      assert.deepStrictEqual(wire.said, [])
    })
  )

  it.effect("may come open", () =>
    Effect.gen(function* () {
      const wire = new Wire()
      wire.readyState = 1
      const layer = Layer.succeed(Socket.WebSocketConstructor, () => wire as unknown as Socket.WebSocketLike)
      const socket = yield* Effect.provide(dial("ws://service/v1", options), layer)
      assert.isUndefined(socket.send("hello"))
      assert.deepStrictEqual(wire.said, ["send hello"])
    })
  )
})
