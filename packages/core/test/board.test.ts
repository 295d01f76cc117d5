import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Duration from "effect/Duration"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import * as Polling from "../src/Polling.ts"
import * as Registry from "../src/Registry.ts"
import * as Runware from "../src/Runware.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import { Transport } from "../src/Transport.ts"
import * as Validator from "../src/Validator.ts"
import * as WebSocketTransport from "../src/WebSocketTransport.ts"
import { directOf, type Question, type Way } from "../src/internal/direct.ts"
import * as Session from "../src/internal/session.ts"
import { image, pollOf, uuid } from "./builders.ts"
import { FakeService, settle } from "./fakeSocket.ts"

/** A session, and a service that answers each poll as `answers` says: with a result, or not at all. */
const opened = Effect.fnUntraced(function* (
  options: RunwareConfig.Options = {},
  answers: (taskUUID: string) => boolean = () => true
) {
  const service = new FakeService()
  service.onWork = (socket, { taskUUID = "" }) => {
    if (answers(taskUUID)) socket.push({ data: [{ ...image("a"), taskUUID }] })
  }
  const scope = yield* Scope.make()
  const config = yield* RunwareConfig.RunwareConfig.pipe(
    Effect.provide(RunwareConfig.layer({ apiKey: "test-key", ...options }))
  )
  const session = yield* Session.make(config, undefined).pipe(
    Effect.provide(service.layer),
    Effect.provideService(Scope.Scope, scope)
  )
  const direct = directOf(session)
  assert.isDefined(direct)
  const { ask } = direct
  return {
    service,
    close: Scope.close(scope, Exit.void),
    disconnect: session.disconnect,
    sizes: () => service.work.map((frame) => frame.length),
    ask: (question: Question) => Effect.forkChild(until(ask, question), { startImmediately: true })
  }
})

/** Asks until the question has its answer. */
const until = (ask: Way["ask"], question: Question): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const leave = ask({
      ...question,
      answered: (outcome, askedAt, now) => {
        const due = question.answered(outcome, askedAt, now)
        if (due === undefined) resume(Effect.void)
        return due
      }
    })
    return Effect.sync(leave)
  })

/** Asks for a task at `due`, then at the times that follow; what it was told is kept. */
const question = (n: number, due: number, again: ReadonlyArray<number> = []) => {
  const told: Array<{ readonly outcome: number | string; readonly askedAt: number; readonly at: number }> = []
  const later = [...again]
  let asked = 0
  const asks: Question = {
    taskUUID: pollOf(n).taskUUID,
    due,
    asked: () => void asked++,
    answered: (outcome, askedAt, at) => {
      told.push({
        outcome: Result.match(outcome, { onSuccess: ({ items }) => items.length, onFailure: ({ code }) => code }),
        askedAt,
        at
      })
      return later.shift()
    }
  }
  return { asks, told, asked: () => asked }
}

const pass = Effect.fnUntraced(function* (millis: number, step = 10) {
  yield* settle
  for (let passed = 0; passed < millis; passed += step) {
    yield* TestClock.adjust(step)
    yield* settle
  }
})

describe("tasks on the board of a socket", () => {
  it.effect("are asked for together when they are due at about the same time, and again when they say", () =>
    Effect.gen(function* () {
      const { ask, service } = yield* opened({ pollWindow: 20 })
      const [one, two, three] = [question(1, 100, [500]), question(2, 115), question(3, 300)]
      const fibers = yield* Effect.forEach([one, two, three], ({ asks }) => ask(asks))
      yield* pass(600)
      yield* Fiber.awaitAll(fibers)
      assert.deepStrictEqual(
        service.work.map((frame) => frame.map(({ taskUUID }) => taskUUID)),
        [[1, 2], [3], [1]].map((frame) => frame.map((n) => pollOf(n).taskUUID))
      )
      assert.deepStrictEqual(one.told, [
        { outcome: 1, askedAt: 120, at: 120 },
        { outcome: 1, askedAt: 520, at: 520 }
      ])
      assert.deepStrictEqual([one.asked(), two.asked(), three.asked()], [2, 1, 1])
    })
  )

  it.effect("are asked for in time when they come while it sleeps for later ones", () =>
    Effect.gen(function* () {
      const { ask } = yield* opened({ pollWindow: 20 })
      const [late, early] = [question(1, 5000), question(2, 200)]
      yield* ask(late.asks)
      yield* pass(100)
      yield* ask(early.asks)
      yield* pass(200)
      assert.deepStrictEqual([late.told, early.told], [[], [{ outcome: 1, askedAt: 220, at: 220 }]])
    })
  )

  it.effect("are never twice in a frame", () =>
    Effect.gen(function* () {
      const { ask, sizes } = yield* opened()
      const both = [question(1, 0), question(1, 0)]
      const fibers = yield* Effect.forEach(both, ({ asks }) => ask(asks))
      yield* pass(100)
      yield* Fiber.awaitAll(fibers)
      assert.deepStrictEqual(
        both.map(({ told }) => told.map(({ outcome }) => outcome)),
        [[1], [1]]
      )
      assert.deepStrictEqual(sizes(), [1, 1])
    })
  )

  it.effect("leave in full frames at a bounded rate, those that are due first before others", () =>
    Effect.gen(function* () {
      const { ask, service, sizes } = yield* opened({ maxPollRate: 20, maxPollBatch: 10 })
      const all = Array.from({ length: 300 }, (_, index) => question(index + 1, 300 - index))
      const fibers = yield* Effect.forEach(all, ({ asks }) => ask(asks))
      // All are due; then a burst of ten frames, and one every 50 ms.
      yield* pass(2000)
      yield* Fiber.awaitAll(fibers)
      assert.isTrue(all.every(({ told }) => told.length === 1))
      assert.isTrue(sizes().filter((size) => size < 10).length < 15)
      assert.isAtMost(service.work.length, 45)
      assert.strictEqual(service.work[0]?.[0]?.taskUUID, pollOf(300).taskUUID)
    })
  )

  it.effect("whose reply is lost are told so, each at the deadline of its frame", () =>
    Effect.gen(function* () {
      let lost = pollOf(1).taskUUID as string
      const { ask } = yield* opened({ pollReplyTimeout: "1 second", pollWindow: 20 }, (taskUUID) => taskUUID !== lost)
      const [one, two] = [question(1, 0, [1500]), question(2, 0)]
      const fibers = yield* Effect.forEach([one, two], ({ asks }) => ask(asks))
      yield* pass(1200)
      assert.deepStrictEqual(one.told, [{ outcome: "timeout", askedAt: 20, at: 1020 }])
      assert.deepStrictEqual(two.told, [{ outcome: 1, askedAt: 20, at: 20 }])
      lost = ""
      yield* pass(400)
      yield* Fiber.awaitAll(fibers)
      assert.deepStrictEqual(one.told.at(-1), { outcome: 1, askedAt: 1520, at: 1520 })
    })
  )

  it.effect("wait for the next link when theirs breaks", () =>
    Effect.gen(function* () {
      let isSilent = true
      const { ask, service } = yield* opened({ pollWindow: 20 }, () => !isSilent)
      const one = question(1, 0, [100])
      const fiber = yield* ask(one.asks)
      yield* pass(50)
      service.socket.break()
      isSilent = false
      yield* pass(200)
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        one.told.map(({ outcome }) => outcome),
        ["connection", 1]
      )
      assert.strictEqual(service.sockets.length, 2)
    })
  )

  it.effect("are asked for no more once their caller has left", () =>
    Effect.gen(function* () {
      const { ask, service } = yield* opened({}, () => false)
      const [waiting, asked] = [question(1, 1000), question(2, 0)]
      const fibers = yield* Effect.forEach([waiting, asked], ({ asks }) => ask(asks))
      yield* pass(100)
      yield* Fiber.interruptAll(fibers)
      service.socket.push({ data: [image("a", 2)] })
      yield* pass(20_000, 1000)
      assert.deepStrictEqual([waiting.told, asked.told, service.work.length], [[], [], 1])
    })
  )

  it.effect("end when the client is disposed of, and when they come after it", () =>
    Effect.gen(function* () {
      const { ask, close } = yield* opened()
      const [before, after] = [question(1, 10_000), question(2, 0)]
      const waiting = yield* ask(before.asks)
      yield* pass(10)
      yield* close
      yield* Fiber.join(waiting)
      yield* Fiber.join(yield* ask(after.asks))
      assert.deepStrictEqual(
        [before, after].map(({ told }) => told.map(({ outcome }) => outcome)),
        [["connection"], ["connection"]]
      )
    })
  )

  it.effect("are told that the client is disconnected when they are due", () =>
    Effect.gen(function* () {
      const { ask, disconnect } = yield* opened()
      const one = question(1, 0)
      yield* disconnect
      yield* Fiber.join(yield* Effect.tap(ask(one.asks), () => pass(50)))
      assert.deepStrictEqual(
        one.told.map(({ outcome }) => outcome),
        ["connection"]
      )
    })
  )

  it.effect("harm only themselves by a cadence that throws", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.onWork = (socket, { taskType, taskUUID = "" }) => {
        const isPoll = taskType === "getResponse"
        socket.push({ data: [isPoll ? { ...image("a"), taskUUID } : { taskType, taskUUID }] })
      }
      let asked = 0
      const cadence: Polling.Cadence = {
        next: ({ task }) => {
          if (task.taskUUID === uuid(2) && asked++ > 0) throw new Error("no cadence")
          return Duration.millis(10)
        },
        learn: ({ task }) => {
          if (task.taskUUID === uuid(2)) throw new Error("nothing to learn")
        }
      }
      const layer = Runware.layerWith.pipe(
        Layer.provide([WebSocketTransport.layer, Registry.layerBundled, Validator.layerNone]),
        Layer.provide([RunwareConfig.layer({ apiKey: "test-key" }), service.layer, FetchHttpClient.layer]),
        Layer.provide(Layer.succeed(Polling.Polling, cadence))
      )
      const size = { width: 512, height: 512 }
      const run = (n: number) =>
        Runware.run({ model: "runware:101@1", positivePrompt: "a heron", ...size, taskUUID: uuid(n) })
      const fiber = yield* Effect.forEach([1, 2, 3], (n) => Effect.exit(run(n)), { concurrency: "unbounded" }).pipe(
        Effect.provide(layer),
        Effect.forkChild({ startImmediately: true })
      )
      yield* pass(200)
      const exits = yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        exits.map((exit) => (Exit.isSuccess(exit) ? exit.value.length : Cause.hasDies(exit.cause))),
        [1, true, 1]
      )
    })
  )
})

describe("a transport that somebody decorates", () => {
  it.effect("sees every submission and every poll over a socket, each with its reply", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      const polls = new Map<string, number>()
      service.onWork = (socket, { taskType, taskUUID = "" }) => {
        if (taskType !== "getResponse") return socket.push({ data: [{ taskType, taskUUID }] })
        const poll = (polls.get(taskUUID) ?? 0) + 1
        polls.set(taskUUID, poll)
        const running = { taskType: "imageInference", taskUUID, status: "processing" }
        socket.push({ data: [poll < 3 ? running : { ...image("a"), taskUUID }] })
      }
      const seen: Array<readonly [taskType: string, taskUUID: string, items: number]> = []
      const decorated = Layer.effect(
        Transport,
        Effect.map(Transport, (usual): Transport["Service"] => ({
          ...usual,
          exchange: (task) =>
            Effect.tap(usual.exchange(task), ({ items }) =>
              Effect.sync(() => void seen.push([task.taskType, task.taskUUID, items.length]))
            )
        }))
      )
      const cadence: Polling.Cadence = { next: () => Duration.millis(100) }
      const layer = Runware.layerWith.pipe(
        Layer.provide([
          decorated.pipe(Layer.provide(WebSocketTransport.layer)),
          Registry.layerBundled,
          Validator.layerNone
        ]),
        Layer.provide([RunwareConfig.layer({ apiKey: "test-key" }), service.layer, FetchHttpClient.layer]),
        Layer.provide(Layer.succeed(Polling.Polling, cadence))
      )
      const size = { width: 512, height: 512 }
      const run = (n: number) =>
        Runware.run({ model: "runware:101@1", positivePrompt: "a heron", ...size, taskUUID: uuid(n) })
      const fiber = yield* Effect.forEach([1, 2], run, { concurrency: "unbounded" }).pipe(
        Effect.provide(layer),
        Effect.forkChild({ startImmediately: true })
      )
      yield* pass(1000)
      assert.deepStrictEqual(
        (yield* Fiber.join(fiber)).map((results) => results.length),
        [1, 1]
      )
      for (const n of [1, 2]) {
        assert.deepStrictEqual(
          seen.filter(([, taskUUID]) => taskUUID === uuid(n)).map(([taskType, , items]) => [taskType, items]),
          [["imageInference", 1], ...Array.from({ length: 3 }, () => ["getResponse", 1])]
        )
      }
      assert.strictEqual(service.work.flat().length, seen.length)
    })
  )
})
