import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { fromJson } from "../src/Envelope.ts"
import type { WireError } from "../src/Protocol.ts"
import * as Runware from "../src/Runware.ts"
import { make as makeError } from "../src/RunwareError.ts"
import type { TaskParams } from "../src/Task.ts"
import { ack, output, params, running, success, uuid } from "./imageRun.ts"
import { client, failed, lost, reply, scripted, settled, succeeded } from "./scripted.ts"

/** Parameters that no type checks, as plain JavaScript would give them. */
const loose = (given: TaskParams): TaskParams => given

describe("polling", () => {
  it.effect("goes on through lost polls, rate limits and gateway pages (W2, W3)", () =>
    Effect.gen(function* () {
      const page = Effect.fail(makeError("serverError", { message: "HTTP 503", rawCode: "httpError", statusCode: 503 }))
      const transport = scripted(
        [reply([ack])],
        [
          lost("unknown"),
          page,
          reply([], [{ code: "rateLimitExceeded", message: "Slower.", taskUUID: uuid }]),
          Effect.never,
          reply([success("a")])
        ]
      )
      assert.deepStrictEqual(yield* succeeded(Runware.run(params).pipe(Effect.provide(client(transport)))), [
        output("a")
      ])
    })
  )

  it.effect("believes that a task is unknown only after the grace time", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([], [{ code: "taskNotFound", message: "?", taskUUID: uuid }])])
      const error = yield* failed(Runware.run(params).pipe(Effect.provide(client(transport))))
      assert.strictEqual(error.code, "notFound")
      assert.isAtLeast(transport.sent.at(-1)?.at ?? 0, 30_000)
      assert.isBelow(transport.sent.at(-1)?.at ?? 0, 50_000)
    })
  )

  it.effect("believes a failure of the service that goes on for the grace time", () =>
    Effect.gen(function* () {
      const broken = reply([], [{ code: "internalServerError", message: "Oops.", taskUUID: uuid }])
      const transport = scripted([reply([ack])], [broken])
      const { result } = yield* settled(Runware.run(params).pipe(Effect.provide(client(transport))))
      const error = Result.isFailure(result) ? result.failure : assert.fail("should fail")
      assert.deepStrictEqual([error.code, error.submission], ["serverError", "accepted"])
      assert.isTrue(error.elapsed !== undefined && error.elapsed >= 30_000 && error.elapsed <= 60_000)
    })
  )

  it.effect("fails with what did succeed when one generation of several failed (W20)", () =>
    Effect.gen(function* () {
      const failure: WireError = {
        code: "timeoutProvider",
        status: "error",
        message: "Upstream gave no answer.",
        taskUUID: uuid
      }
      const transport = scripted(
        [reply([ack])],
        [reply([success("a"), running]), reply([success("a"), success("b")], [failure])]
      )
      const error = yield* failed(Runware.run({ ...params, numberResults: 3 }).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(
        [error.code, error.rawCode, error.submission, error.results],
        ["timeout", "timeoutProvider", "accepted", [output("a"), output("b")]]
      )
    })
  )

  it.effect("gives the results in the order of their generations, whichever came first", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([running, success("b")]), reply([success("a"), success("b")])])
      const results = yield* succeeded(
        Runware.run({ ...params, numberResults: 2 }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(results, [output("a"), output("b")])
    })
  )

  it.effect("fetches what a sync reply lacks when one generation failed in it", () =>
    Effect.gen(function* () {
      const failure: WireError = { code: "providerTimeout", status: "error", message: "Late.", taskUUID: uuid }
      const transport = scripted(
        [reply([output("a")], [failure])],
        [reply([success("a"), running], [failure]), reply([success("a"), success("c")], [failure])]
      )
      const error = yield* failed(
        Runware.run({ ...params, numberResults: 3, deliveryMethod: "sync" }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual([error.code, error.results], ["timeout", [output("a"), output("c")]])
    })
  )

  it.effect("ends with a timeout that says the task goes on", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([running])])
      const { result } = yield* settled(
        Runware.run(params, { timeout: "90 seconds" }).pipe(Effect.provide(client(transport)))
      )
      const error = Result.isFailure(result) ? result.failure : assert.fail("should fail")
      assert.deepStrictEqual(
        [error.code, error.submission, error.elapsed, error.taskUUID],
        ["timeout", "accepted", 90_000, uuid]
      )
    })
  )

  it.effect("bounds the whole call though the submission hangs (W34)", () =>
    Effect.gen(function* () {
      const transport = scripted([Effect.never], [Effect.never])
      const error = yield* failed(
        Runware.run({ ...params, deliveryMethod: "sync" }, { timeout: "1 minute" }).pipe(
          Effect.provide(client(transport))
        )
      )
      assert.deepStrictEqual([error.code, error.submission, error.elapsed], ["timeout", "unknown", 60_000])
    })
  )
})

describe("modelUpload (W22)", () => {
  it.effect("waits until the model is ready, and tells what comes before", () =>
    Effect.gen(function* () {
      const step = (status: string, fields: object = {}) =>
        Effect.succeed(
          fromJson({
            data: [{ taskType: "modelUpload", taskUUID: uuid, status, message: `It is ${status}.`, ...fields }]
          })
        )
      const transport = scripted(
        [step("validated")],
        [step("downloaded"), step("stored"), step("ready", { air: "demo:9001@1" })]
      )
      const upload = loose({ taskType: "modelUpload", category: "lora", name: "Ink" })
      const results = yield* succeeded(Runware.run(upload).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(results, [
        { taskType: "modelUpload", taskUUID: uuid, status: "ready", message: "It is ready.", air: "demo:9001@1" }
      ])
      const failing = scripted([step("validated")], [step("failed")])
      const error = yield* failed(Runware.run(upload).pipe(Effect.provide(client(failing))))
      assert.deepStrictEqual([error.submission, error.message.includes("It is failed.")], ["accepted", true])
    })
  )
})
