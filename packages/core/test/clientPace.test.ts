import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runware from "../src/Runware.ts"
import { output, params, success } from "./imageRun.ts"
import { client, failed, lost, reply, scripted, succeeded } from "./scripted.ts"

describe("the client's pace", () => {
  const limited = (retryAfter: number) =>
    reply([], [{ code: "rateLimitExceeded", message: "Full." }], { statusCode: 429, retryAfter })
  const sync = { ...params, deliveryMethod: "sync" } as const

  it.effect("a rate limit slows the call down, however often, and costs no retry", () =>
    Effect.gen(function* () {
      const transport = scripted([...Array.from({ length: 8 }, () => limited(60_000)), reply([output("a")])])
      const results = yield* succeeded(
        Runware.run(sync).pipe(Effect.provide(client(transport, { maxRetries: 1, retryBudget: 0 })))
      )
      assert.deepStrictEqual([results.length, transport.sent.length], [1, 9])
    })
  )

  it.effect("a rate limit of one call holds the others back", () =>
    Effect.gen(function* () {
      const transport = scripted([limited(30_000), reply([output("a")])])
      const second = Effect.delay(Runware.run(sync), "1 second")
      yield* succeeded(
        Effect.all([Runware.run(sync), second], { concurrency: "unbounded" }).pipe(Effect.provide(client(transport)))
      )
      const [first, ...later] = transport.sent.map(({ at }) => at)
      assert.strictEqual(first, 0)
      assert.strictEqual(later.length, 2)
      assert.isTrue(later.every((at) => at >= 30_000 && at <= 33_000))
    })
  )

  it.effect("a request that is too large for the limit is not repeated", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([], [{ code: "inferenceRateLimitRequestTooLarge", message: "Too large." }])])
      const error = yield* failed(Runware.run(params).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual([error.code, error.submission, transport.sent.length], ["rateLimit", "rejected", 1])
    })
  )

  it.effect("retries stop when their budget is used up, for all calls of the client", () =>
    Effect.gen(function* () {
      const transport = scripted(
        [reply([], [{ code: "serviceUnavailable", message: "Down." }], { statusCode: 503 })],
        [reply([])]
      )
      const calls = Effect.all(
        Array.from({ length: 10 }, () => Effect.flip(Runware.run(params))),
        { concurrency: "unbounded" }
      )
      const errors = yield* succeeded(calls.pipe(Effect.provide(client(transport, { maxRetries: 3, retryBudget: 12 }))))
      assert.isTrue(errors.every(({ code }) => code === "serverError"))
      const submissions = transport.taskTypes().filter((taskType) => taskType === "imageInference")
      assert.strictEqual(submissions.length, 10 + 12)
    })
  )

  it.effect("a link that breaks with all its tasks costs no retry of the budget", () =>
    Effect.gen(function* () {
      const transport = scripted([lost("none"), lost("none"), reply([output("a")])])
      const results = yield* succeeded(Runware.run(sync).pipe(Effect.provide(client(transport, { retryBudget: 0 }))))
      assert.strictEqual(results.length, 1)
    })
  )

  it.effect("no more than maxConcurrency tasks are in flight, first come, first served", () =>
    Effect.gen(function* () {
      const transport = scripted([Effect.delay(reply([output("a")]), "10 seconds")])
      const calls = Effect.all(
        [1, 2, 3, 4, 5].map((seed) => Runware.run({ ...sync, seed })),
        { concurrency: "unbounded" }
      )
      yield* succeeded(calls.pipe(Effect.provide(client(transport, { maxConcurrency: 2 }))))
      assert.deepStrictEqual(
        transport.sent.map(({ at, task }) => [at, task["seed"]]),
        [
          [0, 1],
          [0, 2],
          [10_000, 3],
          [10_000, 4],
          [20_000, 5]
        ]
      )
    })
  )

  it.effect("a call that waits for its turn is bounded too, and has sent nothing", () =>
    Effect.gen(function* () {
      const transport = scripted([Effect.never], [Effect.never])
      const calls = Effect.all([Effect.flip(Runware.run(sync)), Effect.flip(Runware.run(sync, { timeout: 5000 }))], {
        concurrency: "unbounded"
      })
      const [, waiting] = yield* succeeded(calls.pipe(Effect.provide(client(transport, { maxConcurrency: 1 }))))
      assert.deepStrictEqual([waiting.code, waiting.submission, waiting.elapsed], ["timeout", "none", 5000])
    })
  )

  it.effect("a sync exchange without an end becomes a poll after requestTimeout", () =>
    Effect.gen(function* () {
      const transport = scripted([Effect.never], [reply([success("a")])])
      assert.deepStrictEqual(yield* succeeded(Runware.run(sync).pipe(Effect.provide(client(transport)))), [output("a")])
      assert.deepStrictEqual(transport.taskTypes(), ["imageInference", "getResponse"])
    })
  )
})
