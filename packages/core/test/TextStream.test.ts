import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import type { WireTask } from "../src/Protocol.ts"
import * as Registry from "../src/Registry.ts"
import * as RestTransport from "../src/RestTransport.ts"
import * as Runware from "../src/Runware.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import type { RunwareError } from "../src/RunwareError.ts"
import * as Validator from "../src/Validator.ts"
import { uuid } from "./builders.ts"

const question = { model: "google:gemini@3.5-flash", messages: [{ role: "user", content: "Why?" }], taskUUID: uuid(1) }
const about = { taskUUID: uuid(1), taskType: "textInference" }
const event = (fields: object) => `data: ${JSON.stringify({ ...about, ...fields })}\n\n`
const text = (piece: string) => event({ delta: { text: piece }, finishReason: null })
const done = "data: [DONE]\n\n"

type Answer = (task: WireTask) => Response | Error

/** A stream that writes what it is given, waits where it is told to, and knows when it was closed. */
const body = (...steps: ReadonlyArray<string | Promise<unknown>>) => {
  const state = { pulled: 0, cancelled: false }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const step = steps[state.pulled]
        state.pulled += 1
        if (step === undefined) return controller.close()
        if (typeof step === "string") return controller.enqueue(new TextEncoder().encode(step))
        await step
        return controller.enqueue(new Uint8Array())
      },
      cancel: () => {
        state.cancelled = true
      }
    },
    { highWaterMark: 0 }
  )
  return { state, response: new Response(stream, { headers: { "content-type": "text/event-stream" } }) }
}

const never = new Promise<never>(() => undefined)

/** A client of a service that answers by script; the last answer repeats. Polls are for tasks that it never heard of. */
const service = (answers: ReadonlyArray<Answer>, options: RunwareConfig.Options = {}, polls?: Answer) => {
  const sent: Array<WireTask> = []
  let answered = 0
  const http = HttpClient.make((request) => {
    const [task] = (
      request.body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(request.body.body)) : []
    ) as ReadonlyArray<WireTask>
    if (task === undefined) return Effect.die("no task")
    sent.push(task)
    const isPoll = task.taskType === "getResponse"
    const answer = isPoll
      ? (polls ?? (() => Response.json({ data: [] })))
      : answers[Math.min(answered++, answers.length - 1)]
    const given = answer?.(task) ?? new Error("no answer")
    return given instanceof Error
      ? Effect.fail(
          new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause: given }) })
        )
      : Effect.succeed(HttpClientResponse.fromWeb(request, given))
  })
  const layer = Runware.layerWith.pipe(
    Layer.provide([RestTransport.layer, Registry.layerBundled, Validator.layerNone]),
    Layer.provide([
      RunwareConfig.layer({ apiKey: "test-key-of-tests", ...options }),
      Layer.succeed(HttpClient.HttpClient, http)
    ])
  )
  return { layer, sent, types: () => sent.map(({ taskType }) => taskType) }
}

const settle = Effect.forEach(Array.from({ length: 20 }), () => Effect.promise(() => new Promise(setImmediate)))

/** Runs to the end on the test's clock, however long that takes there. */
const atLast = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.exit(effect), { startImmediately: true })
    for (let i = 0; i < 40 && fiber.pollUnsafe() === undefined; i++) {
      yield* settle
      yield* TestClock.adjust("1 minute")
    }
    return yield* yield* Fiber.join(fiber)
  })

const collected = (answers: ReadonlyArray<Answer>, options?: RunwareConfig.Options) =>
  atLast(Stream.runCollect(Runware.stream(question)).pipe(Effect.provide(service(answers, options).layer)))

const failure = (
  answers: ReadonlyArray<Answer>,
  options?: RunwareConfig.Options
): Effect.Effect<RunwareError, unknown> => Effect.flip(collected(answers, options))

describe("a stream", () => {
  it.effect("sends one task of delivery stream, and gives the chunks as they came", () =>
    Effect.gen(function* () {
      const { layer, sent } = service([() => body(text("a"), ": ping\n\n", text("b") + done).response])
      const chunks = yield* Stream.runCollect(Runware.stream(question)).pipe(Effect.provide(layer))
      assert.deepStrictEqual(chunks, [
        { ...about, delta: { text: "a" }, finishReason: null },
        { ...about, delta: { text: "b" }, finishReason: null }
      ])
      assert.deepStrictEqual(sent, [{ ...question, taskType: "textInference", deliveryMethod: "stream" }])
    })
  )

  it.effect("W42: an end without [DONE] is a connection error that carries what came", () =>
    Effect.gen(function* () {
      const reasoning = event({ delta: { reasoningContent: "hm" } })
      const error = yield* failure([() => body(reasoning, text("a"), text("b")).response])
      assert.strictEqual(error.code, "connection")
      assert.strictEqual(error.submission, "accepted")
      assert.strictEqual(error.attempts, 1)
      assert.deepStrictEqual(error.results, [{ ...about, text: "ab", reasoningContent: "hm" }])
    })
  )

  it.effect("W43: errors under both keys end it, typed, with what came", () =>
    Effect.gen(function* () {
      for (const fields of [
        { errors: [{ code: "providerUnavailable", message: "Gone." }] },
        { error: { code: "providerUnavailable", message: "Gone." } }
      ]) {
        const error = yield* failure([() => body(text("a"), event(fields), done).response])
        assert.deepInclude(error, { code: "provider", rawCode: "providerUnavailable", submission: "accepted" })
        assert.deepStrictEqual(error.results, [{ ...about, text: "a" }])
      }
    })
  )

  it.effect("W45: its time limit is a timeout that carries what came, and closes the request", () =>
    Effect.gen(function* () {
      const { response, state } = body(text("a"), never)
      const error = yield* failure([() => response], { timeout: "30 seconds" })
      assert.strictEqual(error.code, "timeout")
      assert.include(error.message, "the whole call")
      assert.deepStrictEqual(error.results, [{ ...about, text: "a" }])
      assert.isTrue(state.cancelled)
    })
  )

  it.effect("W46: an error before it has status, task and model, and is not sent again", () =>
    Effect.gen(function* () {
      const refusal = { error: { code: "invalidModel", message: "No." }, taskUUID: uuid(1) }
      const { layer, types } = service([() => Response.json(refusal, { status: 400 })])
      const error = yield* atLast(Effect.flip(Stream.runCollect(Runware.stream(question))).pipe(Effect.provide(layer)))
      assert.deepInclude(error, {
        code: "validation",
        rawCode: "invalidModel",
        statusCode: 400,
        submission: "rejected",
        taskType: "textInference",
        taskUUID: uuid(1),
        model: question.model
      })
      assert.deepStrictEqual(types(), ["textInference"])
    })
  )

  it.effect("W46: 429 and 503 before it are retried, the latter only after asking, under one UUID", () =>
    Effect.gen(function* () {
      const limit = () => Response.json({ errors: [{ code: "rateLimitExceeded", message: "Later." }] }, { status: 429 })
      const down = () => new Response("<h1>Down</h1>", { status: 503, headers: { "content-type": "text/html" } })
      const { layer, sent, types } = service([limit, down, () => body(text("a"), done).response])
      const chunks = yield* atLast(Stream.runCollect(Runware.stream(question)).pipe(Effect.provide(layer)))
      assert.strictEqual(chunks.length, 1)
      assert.deepStrictEqual(types(), ["textInference", "textInference", "getResponse", "textInference"])
      assert.deepStrictEqual([...new Set(sent.map(({ taskUUID }) => taskUUID))], [uuid(1)])
    })
  )

  it.effect("is never sent again once a byte has come", () =>
    Effect.gen(function* () {
      const { layer, types } = service([() => body(": ping\n\n").response])
      const error = yield* atLast(Effect.flip(Stream.runCollect(Runware.stream(question))).pipe(Effect.provide(layer)))
      assert.deepInclude(error, { code: "connection", submission: "accepted", attempts: 1 })
      assert.isUndefined(error.results)
      assert.deepStrictEqual(types(), ["textInference"])
    })
  )

  it.effect("whose first send arrived is fetched as a whole, since it can't be streamed any more", () =>
    Effect.gen(function* () {
      const { layer } = service([() => new Error("read ECONNRESET")], {}, () =>
        Response.json({ data: [{ ...about, status: "success", text: "all of it", finishReason: "stop" }] })
      )
      const chunks = yield* atLast(Stream.runCollect(Runware.stream(question)).pipe(Effect.provide(layer)))
      assert.deepStrictEqual(chunks, [{ ...about, finishReason: "stop", delta: { text: "all of it" } }])
    })
  )

  it.effect("of a service that doesn't stream is the whole in one chunk", () =>
    Effect.gen(function* () {
      const chunks = yield* collected([() => Response.json({ data: [{ ...about, text: "all", cost: 0.1 }] })])
      assert.deepStrictEqual(chunks, [{ ...about, cost: 0.1, delta: { text: "all" } }])
    })
  )

  it.effect("W47: silence ends it, signs of life don't", () =>
    Effect.gen(function* () {
      const wait = Promise.resolve()
      const alive = yield* collected([() => body(text("a"), wait, ": ping\n\n", text("b") + done).response])
      assert.strictEqual(alive.length, 2)
      const error = yield* failure([() => body(text("a"), never).response], { streamIdleTimeout: "20 seconds" })
      assert.strictEqual(error.code, "timeout")
      assert.include(error.message, "streamIdleTimeout")
    })
  )

  it.effect("doesn't repeat the key that a service repeats", () =>
    Effect.gen(function* () {
      const error = yield* failure([
        () => body(event({ errors: [{ code: "x", message: "Bad key test-key-of-tests" }] })).response
      ])
      assert.notInclude(JSON.stringify(error), "test-key-of-tests")
    })
  )

  it.effect("that ends early closes its request", () =>
    Effect.gen(function* () {
      const { response, state } = body(text("a"), text("b"), never)
      const { layer } = service([() => response])
      yield* Stream.runDrain(Stream.take(Runware.stream(question), 1)).pipe(Effect.provide(layer))
      assert.isTrue(state.cancelled)
    })
  )

  it.effect("W45: interrupted, it closes its request and tells the observer `aborted`, with what came", () =>
    Effect.gen(function* () {
      const { response, state } = body(text("a"), never)
      const told: Array<RunwareError> = []
      const observed = service([() => response]).layer.pipe(
        Layer.provide(Layer.succeed(Runware.InterruptObserver, (error) => void told.push(error)))
      )
      const fiber = yield* Effect.forkChild(Stream.runDrain(Runware.stream(question)).pipe(Effect.provide(observed)))
      yield* settle
      yield* Fiber.interrupt(fiber)
      assert.isTrue(state.cancelled)
      assert.deepStrictEqual(
        told.map(({ code, results, submission }) => ({ code, results, submission })),
        [{ code: "aborted", results: [{ ...about, text: "a" }], submission: "accepted" }]
      )
    })
  )
})

describe("what can't be streamed is refused before anything is sent", () => {
  it.effect.each([
    ["several texts", { ...question, numberResults: 3 }, "numberResults", "use `run`"],
    ["an image", { model: "runware:101@1", positivePrompt: "a" }, "taskType", "use `run`"],
    ["a UUID that is none", { ...question, taskUUID: "x" }, "taskUUID", "version 4"],
    ["an unknown slug", { ...question, model: "nothing-such" }, "model", "nothing-such"]
  ] as const)("%s", ([, params, parameter, words]) =>
    Effect.gen(function* () {
      const { layer, sent } = service([() => body(done).response])
      // As a plain JavaScript caller could.
      const asked = params as unknown as Parameters<typeof Runware.stream>[0]
      const error = yield* Effect.flip(Stream.runDrain(Runware.stream(asked))).pipe(Effect.provide(layer))
      assert.deepInclude(error, { parameter, submission: "none" })
      assert.include(error.message, words)
      assert.deepStrictEqual(sent, [])
    })
  )

  it.effect("W49: the caller's UUID, a slug and an unknown AIR are taken as `run` takes them", () =>
    Effect.gen(function* () {
      const { layer, sent } = service([() => body(done).response])
      const stream = (model: string) => Stream.runDrain(Runware.stream({ ...question, model }))
      yield* Effect.andThen(stream("google-gemini-3-5-flash"), stream("someone:chat@1")).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        sent.map(({ model, taskType, taskUUID }) => [model, taskType, taskUUID]),
        [
          ["google:gemini@3.5-flash", "textInference", uuid(1)],
          ["someone:chat@1", "textInference", uuid(1)]
        ]
      )
    })
  )
})

describe("a shared stream", () => {
  const closing = event({ delta: {}, finishReason: "stop" }) + event({ usage: { totalTokens: 3 }, cost: 0.5 }) + done

  it.effect("W49: one request, and every reader gets everything, late ones too", () =>
    Effect.gen(function* () {
      const { layer, sent } = service([
        () => body(event({ delta: { reasoningContent: "hm" } }), text("a"), text("b"), closing).response
      ])
      yield* Effect.gen(function* () {
        const handle = yield* Runware.textStream(question)
        assert.strictEqual(handle.taskUUID, uuid(1))
        assert.strictEqual(sent.length, 0)
        const both = yield* Effect.all([Stream.runCollect(handle.text), Stream.runCollect(handle.chunks)], {
          concurrency: 2
        })
        assert.deepStrictEqual([both[0], both[1].length], [["a", "b"], 5])
        assert.deepStrictEqual(yield* Stream.runCollect(handle.reasoning), ["hm"])
        assert.deepStrictEqual(yield* handle.result, {
          ...about,
          text: "ab",
          reasoningContent: "hm",
          finishReason: "stop",
          usage: { totalTokens: 3 },
          cost: 0.5
        })
        assert.strictEqual(sent.length, 1)
      }).pipe(Effect.scoped, Effect.provide(layer))
    })
  )

  it.effect("reads the socket no faster than its fastest reader reads", () =>
    Effect.gen(function* () {
      const { response, state } = body(text("a"), text("b"), text("c"), done)
      const { layer } = service([() => response])
      yield* Effect.gen(function* () {
        const { chunks } = yield* Runware.textStream(question, { replay: false })
        const pull = yield* Stream.toPull(chunks)
        yield* pull
        yield* settle
        assert.strictEqual(state.pulled, 1)
        yield* pull
        yield* settle
        assert.strictEqual(state.pulled, 2)
      }).pipe(Effect.scoped, Effect.provide(layer))
    })
  )

  it.effect("a slow reader stalls nobody, and fails alone when it is too far behind", () =>
    Effect.gen(function* () {
      const pieces = Array.from({ length: 6 }, (_, index) => text(String(index)))
      const { layer } = service([() => body(...pieces, done).response], { streamBuffer: 3 })
      yield* Effect.gen(function* () {
        const { chunks, result, text: texts } = yield* Runware.textStream(question)
        const slow = yield* Stream.toPull(chunks)
        yield* slow
        assert.deepStrictEqual(yield* Stream.runCollect(texts), ["0", "1", "2", "3", "4", "5"])
        const behind = yield* Effect.flip(slow)
        const late = yield* Effect.flip(Stream.runCollect(texts))
        for (const error of [behind, late]) assert.propertyVal(error, "rawCode", "streamBufferExceeded")
        assert.strictEqual((yield* result).text, "012345")
      }).pipe(Effect.scoped, Effect.provide(layer))
    })
  )

  it.effect("keeps nothing for late readers when nothing is to be replayed", () =>
    Effect.gen(function* () {
      const { layer } = service([() => body(text("a"), text("b"), text("c"), done).response])
      yield* Effect.gen(function* () {
        const { chunks, text: texts } = yield* Runware.textStream(question, { replay: false })
        const first = yield* Stream.toPull(chunks)
        yield* first
        const late = yield* Effect.forkChild(Stream.runCollect(texts), { startImmediately: true })
        assert.deepStrictEqual(yield* Fiber.join(late), ["b", "c"])
        assert.strictEqual((yield* first).length, 1)
      }).pipe(Effect.scoped, Effect.provide(layer))
    })
  )

  it.effect("closes its request with the last reader, and is `aborted` for whoever comes then", () =>
    Effect.gen(function* () {
      const { response, state } = body(text("a"), never)
      const { layer } = service([() => response])
      yield* Effect.gen(function* () {
        const { result, text: texts } = yield* Runware.textStream(question)
        const stayed = yield* Effect.forkChild(Stream.runDrain(texts), { startImmediately: true })
        yield* Stream.runDrain(Stream.take(texts, 1))
        assert.isFalse(state.cancelled)
        yield* Fiber.interrupt(stayed)
        assert.isTrue(state.cancelled)
        const error = yield* Effect.flip(result)
        assert.deepInclude(error, { code: "aborted", submission: "accepted" })
        assert.deepStrictEqual(error.results, [{ ...about, text: "a" }])
      }).pipe(Effect.scoped, Effect.provide(layer))
    })
  )

  it.effect("settles every reader with `aborted` when its scope ends", () =>
    Effect.gen(function* () {
      const { response, state } = body(text("a"), never)
      const { layer } = service([() => response])
      const scope = yield* Scope.make()
      const handle = yield* Runware.textStream(question).pipe(Scope.provide(scope), Effect.provide(layer))
      const readers = yield* Effect.forEach(
        [Stream.runDrain(handle.text), Stream.runDrain(handle.chunks), handle.result],
        (one) => Effect.forkChild(Effect.flip(Effect.asVoid(one)), { startImmediately: true })
      )
      yield* settle
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(state.cancelled)
      for (const reader of readers) assert.strictEqual((yield* Fiber.join(reader)).code, "aborted")
      assert.strictEqual((yield* Effect.flip(handle.result)).code, "aborted")
    })
  )

  it.effect("fails all its readers with one error", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const open = Effect.runPromise(Deferred.await(gate))
      const { layer } = service([() => body(text("a"), open).response])
      yield* Effect.gen(function* () {
        const { result, text: texts } = yield* Runware.textStream(question)
        const readers = yield* Effect.forEach([Stream.runDrain(texts), Effect.asVoid(result)], (one) =>
          Effect.forkChild(Effect.flip(one), { startImmediately: true })
        )
        yield* settle
        yield* Deferred.succeed(gate, undefined)
        const errors = yield* Effect.forEach(readers, Fiber.join)
        assert.deepStrictEqual(
          errors.map(({ code, results }) => [code, results]),
          [
            ["connection", [{ ...about, text: "a" }]],
            ["connection", [{ ...about, text: "a" }]]
          ]
        )
        assert.strictEqual((yield* Effect.flip(result)).code, "connection")
      }).pipe(Effect.scoped, Effect.provide(layer))
    })
  )

  it.effect("counts among the tasks in flight", () =>
    Effect.gen(function* () {
      const { layer, sent } = service([() => body(never).response], { maxConcurrency: 1 })
      yield* Effect.gen(function* () {
        yield* Effect.forkChild(Stream.runDrain(Runware.stream(question)), { startImmediately: true })
        yield* Effect.forkChild(Stream.runDrain(Runware.stream({ ...question, taskUUID: uuid(2) })), {
          startImmediately: true
        })
        yield* settle
        assert.strictEqual(sent.length, 1)
      }).pipe(Effect.provide(layer))
    })
  )
})
