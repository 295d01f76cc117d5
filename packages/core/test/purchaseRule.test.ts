import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Runware from "../src/Runware.ts"
import type { Task } from "../src/Task.ts"
import { ack, output, params, running, success, uuid } from "./imageRun.ts"
import { client, failed, lost, reply, scripted, settled, succeeded } from "./scripted.ts"

describe("the purchase rule", () => {
  const resent = (task: Task) => task.taskType === "imageInference"

  it.effect("asks before it sends again, and sends nothing when the service has the task", () =>
    Effect.gen(function* () {
      const transport = scripted([lost("unknown")], [reply([running]), reply([success("a")])])
      const results = yield* succeeded(Runware.run(params).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(results, [output("a")])
      assert.deepStrictEqual(transport.taskTypes(), ["imageInference", "getResponse", "getResponse"])
    })
  )

  it.effect("sends the same task again when the service does not know it", () =>
    Effect.gen(function* () {
      const transport = scripted([lost("unknown"), reply([ack])], [reply([]), reply([success("a")])])
      yield* succeeded(Runware.run(params).pipe(Effect.provide(client(transport))))
      const sends = transport.sent.map(({ task }) => task).filter(resent)
      assert.strictEqual(sends.length, 2)
      assert.deepStrictEqual(sends[0], sends[1])
    })
  )

  it.effect("reads a conflict on a resend as proof that the first send arrived (W31)", () =>
    Effect.gen(function* () {
      const conflict = reply([], [{ code: "conflictTaskUUID", message: "Taken.", taskUUID: uuid }], { statusCode: 400 })
      const transport = scripted([lost("unknown"), conflict], [reply([]), reply([success("a")])])
      assert.deepStrictEqual(yield* succeeded(Runware.run(params).pipe(Effect.provide(client(transport)))), [
        output("a")
      ])
    })
  )

  it.effect("asks again where the service fails at the question, and takes that for no failure of the task", () =>
    Effect.gen(function* () {
      const broken = reply([], [{ code: "internalServerError", message: "Oops.", taskUUID: uuid }])
      const transport = scripted([lost("unknown")], [broken, reply([running]), broken, reply([success("a")])])
      const results = yield* succeeded(Runware.run(params).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(results, [output("a")])
      assert.deepStrictEqual(transport.taskTypes(), ["imageInference", ...Array(4).fill("getResponse")])
    })
  )

  it.effect("takes a conflict on the first send for what it is", () =>
    Effect.gen(function* () {
      const conflict = reply([], [{ code: "conflictTaskUUID", message: "Taken.", taskUUID: uuid }], { statusCode: 400 })
      const transport = scripted([conflict])
      const error = yield* failed(Runware.run({ ...params, taskUUID: uuid }).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(
        [error.code, error.rawCode, error.submission],
        ["validation", "conflictTaskUUID", "rejected"]
      )
    })
  )

  it.effect("fetches a sync result whose connection died instead of buying another (W33)", () =>
    Effect.gen(function* () {
      const transport = scripted([lost("unknown")], [reply([running]), reply([success("a")])])
      const results = yield* succeeded(
        Runware.run({ ...params, deliveryMethod: "sync" }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(results, [output("a")])
      assert.strictEqual(transport.sent.filter(({ task }) => resent(task)).length, 1)
    })
  )

  it.effect("never resends a definite refusal", () =>
    Effect.gen(function* () {
      const transport = scripted([
        reply([], [{ code: "missingPositivePrompt", message: "No prompt.", parameter: "positivePrompt" }])
      ])
      const error = yield* failed(Runware.run(params).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(
        [error.code, error.parameter, error.submission, error.attempts, error.taskUUID, error.taskType, error.model],
        ["validation", "positivePrompt", "rejected", 1, uuid, "imageInference", "runware:101@1"]
      )
      assert.strictEqual(transport.sent.length, 1)
    })
  )
})

describe("attachOnConflict", () => {
  const own = { ...params, taskUUID: uuid }
  const conflict = reply([], [{ code: "conflictTaskUUID", message: "Taken.", taskUUID: uuid }], { statusCode: 400 })

  it.effect("waits for the task that is already there", () =>
    Effect.gen(function* () {
      const transport = scripted([conflict], [reply([success("a")])])
      const results = yield* succeeded(
        Runware.run(own, { attachOnConflict: true }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(results, [output("a")])
    })
  )

  it.effect("is off by default", () =>
    Effect.gen(function* () {
      const error = yield* failed(Runware.run(own).pipe(Effect.provide(client(scripted([conflict])))))
      assert.strictEqual(error.rawCode, "conflictTaskUUID")
      assert.include(error.message, "attachOnConflict")
    })
  )
})

describe("retries", () => {
  const limited = (retryAfter?: number) =>
    reply([], [{ code: "rateLimitExceeded", message: "Full." }], {
      statusCode: 429,
      ...(retryAfter ? { retryAfter } : {})
    })

  it.effect("honour Retry-After as a floor, and bound it", () =>
    Effect.gen(function* () {
      const transport = scripted([limited(20_000), limited(3_600_000), reply([output("a")])])
      yield* succeeded(
        Runware.run({ ...params, deliveryMethod: "sync" }).pipe(
          Effect.provide(client(transport, { maxRetryAfter: "1 minute" }))
        )
      )
      assert.deepStrictEqual(
        transport.sent.map(({ at }) => at),
        [0, 20_000, 80_000]
      )
    })
  )

  it.effect("end after maxRetries, with what is known on the error", () =>
    Effect.gen(function* () {
      const transport = scripted([lost("none")])
      const { result, took } = yield* settled(
        Runware.run(params).pipe(Effect.provide(client(transport, { maxRetries: 2, retryStrategy: "linear" })))
      )
      const error = Result.isFailure(result) ? result.failure : assert.fail("should fail")
      assert.deepStrictEqual([error.code, error.submission, error.attempts], ["connection", "none", 3])
      assert.strictEqual(transport.sent.length, 3)
      assert.isTrue(error.elapsed !== undefined && error.elapsed >= 1500 && error.elapsed <= 3000)
      assert.isDefined(took)
    })
  )

  it.effect("stop at once when the client is disconnected", () =>
    Effect.gen(function* () {
      const transport = scripted([lost("unknown", "disconnected")])
      const error = yield* failed(Runware.run(params).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual([error.rawCode, transport.sent.length], ["disconnected", 1])
    })
  )
})
