/**
 * Text streams over real sockets: from the service through fetch to every reader, and what becomes of them when the way is
 * bad.
 */
import { assert, describe, it } from "@effect/vitest"
import { Runware } from "@effect-runware/core"
import type { StreamSwitches } from "@effect-runware/emulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { startService, transports } from "./service.ts"

const ask = (content: string) =>
  ({
    model: "alibaba:qwen@3.5-27b",
    messages: [{ role: "user", content }],
    includeUsage: true,
    includeCost: true
  }) as const

const question = ask("Naïve: 🌈 e\u0301?")

const whole = Effect.flatMap(Runware.textStream(question), ({ result }) => result).pipe(Effect.scoped)

describe.each(transports)("a text stream of a client over %s", (transport) => {
  it.live("gives pieces that add up to the whole, its usage and its cost, and is billed once", () =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 0.05 })
      const program = Effect.gen(function* () {
        const { reasoning, result, text } = yield* Runware.textStream(question)
        const [texts, thoughts, end] = yield* Effect.all(
          [Stream.runCollect(text), Stream.runCollect(reasoning), result],
          { concurrency: 3 }
        )
        assert.isAbove(texts.length, 10)
        assert.strictEqual(texts.join(""), end.text)
        assert.strictEqual(thoughts.join(""), end.reasoningContent)
        assert.include(end.reasoningContent, "Naïve: 🌈 e\u0301?")
        assert.strictEqual(end.finishReason, "stop")
        assert.isAbove(end.usage?.totalTokens ?? 0, 10)
        return end
      }).pipe(Effect.scoped)
      const { cost } = yield* service.use(program, { transport })
      const stats = yield* service.stats
      assert.deepInclude(stats, { tasksAccepted: 1, tasksBilled: 1 })
      assert.strictEqual(stats.amountBilled, cost)
    })
  )

  it.live("bears all that the grammar allows, byte by byte", () =>
    Effect.gen(function* () {
      const service = yield* startService()
      const badly: ReadonlyArray<Partial<StreamSwitches>> = [
        { streamPieces: "bytes" },
        { streamLines: "crlf", streamPieces: "bytes", streamNoise: true },
        { streamLines: "cr", streamChunks: "wrapped" }
      ]
      for (const switches of badly) {
        yield* service.configure(switches)
        const { reasoningContent, text } = yield* service.use(whole, { transport })
        assert.include(reasoningContent, "“Naïve: 🌈 e\u0301?”")
        assert.match(text, /\.$/)
      }
    })
  )

  it.live.each([
    ["ends without a word", { streamEnd: "noDone" }, "connection"],
    ["is cut", { streamEnd: "cut" }, "connection"],
    ["falls silent", { streamEnd: "stall" }, "timeout"]
  ] as const)("that %s fails with the part that came, and is not sent again", ([, stream, code]) =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 0.05 })
      yield* service.respondNext({ stream })
      const error = yield* Effect.flip(service.use(whole, { transport, streamIdleTimeout: "300 millis" }))
      assert.deepInclude(error, { code, submission: "accepted", attempts: 1 })
      assert.isString(error.results?.[0]?.["reasoningContent"])
      assert.strictEqual((yield* service.stats).tasksAccepted, 1)
    })
  )

  it.live("that fails in the middle says why, under either key", () =>
    Effect.gen(function* () {
      const service = yield* startService()
      for (const streamErrors of ["errors", "error"] as const) {
        yield* service.configure({ streamErrors })
        const failing = Stream.runCollect(Runware.stream(ask("[[fail:providerUnavailable]]")))
        const error = yield* Effect.flip(service.use(failing, { transport }))
        assert.deepInclude(error, { code: "provider", rawCode: "providerUnavailable", submission: "accepted" })
        assert.isString(error.results?.[0]?.["text"])
      }
    })
  )

  it.live("is sent again while it has not begun, and bought once", () =>
    Effect.gen(function* () {
      const service = yield* startService()
      yield* service.respondNext({ status: 503, body: "<h1>Service Unavailable</h1>" })
      yield* service.respondNext({
        status: 429,
        body: { error: { code: "rateLimitExceeded", message: "Later." } },
        match: ({ tasks }) => tasks.some(({ deliveryMethod }) => deliveryMethod === "stream")
      })
      assert.isNotEmpty((yield* service.use(whole, { transport })).text)
      assert.strictEqual((yield* service.stats).tasksAccepted, 1)
    })
  )

  it.live("whose acceptance was lost is fetched as a whole, and bought once", () =>
    Effect.gen(function* () {
      const service = yield* startService()
      yield* service.respondNext({ failure: "reset", processed: true })
      assert.isNotEmpty((yield* service.use(whole, { transport })).text)
      assert.strictEqual((yield* service.stats).tasksAccepted, 1)
    })
  )

  it.live("that is refused has the service's words", () =>
    Effect.gen(function* () {
      const service = yield* startService({ balance: 0 })
      const error = yield* Effect.flip(service.use(Stream.runDrain(Runware.stream(question)), { transport }))
      assert.deepInclude(error, {
        code: "quota",
        rawCode: "insufficientCredits",
        statusCode: 402,
        submission: "rejected",
        model: question.model
      })
    })
  )

  it.live("that is given up closes its connection at once", () =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 1 })
      let closed: number | undefined
      const watched: typeof fetch = async (input, init) => {
        init?.signal?.addEventListener("abort", () => {
          closed ??= performance.now()
        })
        return fetch(input, init)
      }
      const first = yield* Latch.make()
      const reading = Stream.runForEach(Runware.stream(question), () => first.open).pipe(
        Effect.provide(
          Runware.layerFetch({ apiKey: service.apiKey, baseUrl: service.url, transport }).pipe(
            Layer.provide(Layer.succeed(FetchHttpClient.Fetch, watched))
          )
        )
      )
      const fiber = yield* Effect.forkChild(reading)
      yield* first.await
      const started = performance.now()
      yield* Fiber.interrupt(fiber)
      assert.isBelow((closed ?? Infinity) - started, 50)
      assert.isBelow(performance.now() - started, 50)
    })
  )
})
