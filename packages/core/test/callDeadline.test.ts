/**
 * The end of a whole call over a socket, wherever it finds the call: most of it waits in no fiber of its own.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { TestClock } from "effect/testing"
import * as Registry from "../src/Registry.ts"
import * as Runware from "../src/Runware.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import type { RunwareError } from "../src/RunwareError.ts"
import * as Validator from "../src/Validator.ts"
import * as WebSocketTransport from "../src/WebSocketTransport.ts"
import { FakeService, type FakeSocket, settle } from "./fakeSocket.ts"
import { ack, output, params, running, success, uuid } from "./imageRun.ts"

const task = { ...params, taskUUID: uuid }

const overSocket = (service: FakeService, options: RunwareConfig.Options = {}) =>
  Runware.layerWith.pipe(
    Layer.provide([WebSocketTransport.layer, Registry.layerBundled, Validator.layerNone]),
    Layer.provide([RunwareConfig.layer({ apiKey: "test-key", ...options }), service.layer, FetchHttpClient.layer])
  )

/** Lets seconds pass in small steps, so that the far end can answer in between, and one step more for what is due at their end. */
const pass = (seconds: number) =>
  Effect.forEach(
    Array.from({ length: seconds * 10 + 1 }),
    () => Effect.andThen(TestClock.adjust("100 millis"), settle),
    {
      discard: true
    }
  )

/** What the service does with the task, and with each poll. */
interface Far {
  readonly onTask?: (socket: FakeSocket) => void
  readonly onPoll?: (socket: FakeSocket) => void
}

const acknowledge = (socket: FakeSocket) => socket.push({ data: [ack] })
const isRunning = (socket: FakeSocket) => socket.push({ data: [running] })

/** A service on whose socket nothing waits yet, and a client that is connected to it. */
const connected = Effect.fnUntraced(function* ({ onPoll, onTask }: Far, options: RunwareConfig.Options = {}) {
  const service = new FakeService()
  service.onWork = (socket, { taskType }) => (taskType === "getResponse" ? onPoll?.(socket) : onTask?.(socket))
  const runware = yield* Effect.provide(
    Runware.Runware,
    yield* Layer.build(overSocket(service, options)).pipe(Effect.map(Layer.succeedContext))
  )
  yield* Effect.forkChild(runware.connect, { startImmediately: true })
  yield* settle
  const counts = () => {
    const types = service.work.flat().map(({ taskType }) => taskType)
    return {
      sent: types.filter((type) => type !== "getResponse").length,
      asked: types.some((type) => type === "getResponse")
    }
  }
  return { runware, service, counts, frames: () => service.work.length }
})

const said = (result: Result.Result<unknown, RunwareError>) =>
  Result.match(result, {
    onSuccess: (value) => value,
    onFailure: ({ attempts, code, elapsed, message, submission }) => ({
      attempts,
      code,
      elapsed: Math.round(elapsed ?? 0),
      says: message.split(".")[0],
      submission
    })
  })

const late = (submission: string, attempts = 1) => ({
  attempts,
  code: "timeout",
  elapsed: 2000,
  says: "Waited 2s for the whole call (option `timeout`)",
  submission
})

describe("a call with two seconds", () => {
  const cases: ReadonlyArray<readonly [string, Far, ReturnType<typeof late>, { sent: number; asked: boolean }]> = [
    ["is not acknowledged", {}, late("unknown"), { sent: 1, asked: false }],
    ["runs on", { onTask: acknowledge, onPoll: isRunning }, late("accepted"), { sent: 1, asked: true }],
    ["is not told of", { onTask: acknowledge }, late("accepted"), { sent: 1, asked: true }],
    [
      "was refused for the moment",
      {
        onTask: (socket) =>
          socket.push({
            errors: [{ code: "rateLimitExceeded", message: "Slowly.", taskUUID: ack.taskUUID, retryAfter: 9 }]
          })
      },
      late("rejected"),
      { sent: 1, asked: false }
    ]
  ]

  it.effect.each(cases)(
    "ends in time when its task %s, and nothing is done for it after that",
    ([, far, error, done]) =>
      Effect.gen(function* () {
        const { counts, frames, runware } = yield* connected(far)
        const fiber = yield* Effect.forkChild(Effect.result(runware.run(task, { timeout: "2 seconds" })), {
          startImmediately: true
        })
        yield* pass(2)
        assert.deepStrictEqual(said(yield* Fiber.join(fiber)), error)
        const before = frames()
        yield* pass(30)
        assert.deepStrictEqual(counts(), done)
        assert.strictEqual(frames(), before)
      }).pipe(Effect.scoped)
  )

  it.effect("ends in time where no link comes", () =>
    Effect.gen(function* () {
      const { counts, runware, service } = yield* connected({})
      service.onDial = () => {}
      service.socket.break()
      yield* settle
      const fiber = yield* Effect.forkChild(Effect.result(runware.run(task, { timeout: "2 seconds" })), {
        startImmediately: true
      })
      yield* pass(2)
      assert.deepStrictEqual(said(yield* Fiber.join(fiber)), late("none"))
      assert.deepStrictEqual(counts(), { sent: 0, asked: false })
    }).pipe(Effect.scoped)
  )

  it.effect("has its result when that comes at the last moment", () =>
    Effect.gen(function* () {
      let isDone = false
      const { runware } = yield* connected({
        onTask: acknowledge,
        onPoll: (socket) => socket.push({ data: [isDone ? success("a") : running] })
      })
      const fiber = yield* Effect.forkChild(Effect.result(runware.run(task, { timeout: "2 seconds" })), {
        startImmediately: true
      })
      yield* pass(1)
      isDone = true
      yield* pass(1)
      assert.deepStrictEqual(said(yield* Fiber.join(fiber)), [output("a")])
    }).pipe(Effect.scoped)
  )

  it.effect("still knows the deadline of its results, and of its acknowledgement", () =>
    Effect.gen(function* () {
      const options = { pollTimeout: "1 second", ackTimeout: "1 second", maxRetries: 0 } as const
      for (const [far, option, submission] of [
        [{ onTask: acknowledge, onPoll: isRunning }, "pollTimeout", "accepted"],
        [{}, "ackTimeout", "unknown"]
      ] as const) {
        const { runware } = yield* connected(far, options)
        const fiber = yield* Effect.forkChild(Effect.flip(runware.run(task, { timeout: "2 seconds" })), {
          startImmediately: true
        })
        yield* pass(1)
        const error = yield* Fiber.join(fiber)
        assert.deepStrictEqual([error.code, error.submission], ["timeout", submission])
        assert.include(error.message, `(option \`${option}\`)`)
      }
    }).pipe(Effect.scoped)
  )
})
