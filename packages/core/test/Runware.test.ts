import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { fromJson } from "../src/Envelope.ts"
import type { WireError, WireItem } from "../src/Protocol.ts"
import * as Runware from "../src/Runware.ts"
import { make as makeError, type RunwareError } from "../src/RunwareError.ts"
import type { Item, Task, TaskEvent, TaskParams } from "../src/Task.ts"
import { Transport } from "../src/Transport.ts"
import * as Validator from "../src/Validator.ts"
import { uuid as uuidOf } from "./builders.ts"
import { client, failed, lost, reply, scripted, settled, succeeded } from "./scripted.ts"

const uuid = uuidOf(1)
const params = { model: "runware:101@1", positivePrompt: "a lighthouse in fog", width: 768, height: 512 } as const
/** Parameters that no type checks, as plain JavaScript would give them. */
const loose = (given: TaskParams): TaskParams => given
const ack: Item = { taskType: "imageInference", taskUUID: uuid }
const output = (id: string) => ({
  taskType: "imageInference" as const,
  taskUUID: uuid,
  imageUUID: id,
  imageURL: `https://im.example/${id}.png`
})
const success = (id: string): WireItem => ({ ...output(id), status: "success" })
const running: WireItem = { ...ack, status: "processing" }

describe("run", () => {
  it.effect("submits asynchronously, polls to the end, and gives the results without their lifecycle", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([running]), reply([]), reply([success("a")])])
      const standard = client(transport, { pollDelay: "1 second" })
      const results = yield* succeeded(Runware.run(params).pipe(Effect.provide(standard)))
      assert.deepStrictEqual(results, [output("a")])
      assert.deepStrictEqual(transport.sent, [
        { at: 0, task: { ...params, taskType: "imageInference", taskUUID: uuid, deliveryMethod: "async" } },
        { at: 1000, task: { taskType: "getResponse", taskUUID: uuid } },
        { at: 1500, task: { taskType: "getResponse", taskUUID: uuid } },
        { at: 2250, task: { taskType: "getResponse", taskUUID: uuid } }
      ] as never)
    })
  )

  it.effect("gives the same items by sync delivery, without a poll", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([output("a"), output("b")])])
      const results = yield* succeeded(
        Runware.run({ ...params, deliveryMethod: "sync", numberResults: 2 }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(results, [output("a"), output("b")])
      assert.deepStrictEqual(transport.taskTypes(), ["imageInference"])
    })
  )

  it.effect("resolves a slug and keeps the caller's taskUUID", () =>
    Effect.gen(function* () {
      const own = "7b1c9d20-5e4f-4a3b-8c2d-000000000001"
      const transport = scripted([reply([{ ...output("a"), taskUUID: own }])])
      yield* succeeded(
        Runware.run({ ...params, model: "bfl-flux-1-dev", taskUUID: own, deliveryMethod: "sync" }).pipe(
          Effect.provide(client(transport))
        )
      )
      assert.deepStrictEqual(
        [transport.sent[0]?.task.model, transport.sent[0]?.task.taskUUID, transport.sent[0]?.task.taskType],
        ["runware:101@1", own, "imageInference"] as never
      )
    })
  )

  it.effect("waits for every generation, whatever the number of placeholders, and loses none", () =>
    Effect.gen(function* () {
      const transport = scripted(
        [reply([ack])],
        [
          reply([running]),
          reply([success("a"), running, running]),
          reply([success("a"), success("b"), running]),
          reply([success("a"), success("b"), success("c")])
        ]
      )
      const results = yield* succeeded(
        Runware.run({ ...params, numberResults: 3 }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(results, [output("a"), output("b"), output("c")])
    })
  )

  it.effect("gives a utility's answer as it is, with no delivery method", () =>
    Effect.gen(function* () {
      const answer = { taskType: "modelSearch", taskUUID: uuid, totalResults: 0, results: [] }
      const transport = scripted([reply([answer])])
      const results = yield* succeeded(
        Runware.run({ taskType: "modelSearch", search: "flux" }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(results, [answer] as never)
      assert.deepStrictEqual(transport.sent[0]?.task, { taskType: "modelSearch", search: "flux", taskUUID: uuid })
    })
  )
})

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

describe("submit and attach", () => {
  it.effect("give a handle that survives JSON, and the results to whoever holds it", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([success("a"), running]), reply([success("a"), success("b")])])
      const runtime = client(transport)
      const handle = yield* succeeded(
        Runware.submit({ ...params, numberResults: 2, deliveryMethod: "sync" }).pipe(Effect.provide(runtime))
      )
      assert.deepStrictEqual(handle, {
        taskUUID: uuid,
        taskType: "imageInference",
        model: "runware:101@1",
        numberResults: 2,
        submittedAt: "1970-01-01T00:00:00.000Z"
      })
      assert.strictEqual(transport.sent[0]?.task["deliveryMethod"], "async")
      const stored: typeof handle = JSON.parse(JSON.stringify(handle))
      const results = yield* succeeded(Runware.attach(stored).pipe(Effect.provide(runtime)))
      assert.deepStrictEqual(results, [output("a"), output("b")])
    })
  )

  it.effect("ask at once, and by the UUID alone end when nothing is running", () =>
    Effect.gen(function* () {
      const transport = scripted([], [reply([success("a"), success("b")])])
      const results = yield* succeeded(Runware.attach(uuid).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual([results, transport.sent.map(({ at }) => at)], [[output("a"), output("b")], [0]])
    })
  )

  it.effect("refuse a handle that says nonsense, and a task that leaves nothing to come back for", () =>
    Effect.gen(function* () {
      const runtime = client(scripted([]))
      for (const numberResults of [0, 1.5, Number.NaN, "2"]) {
        const handle = { taskUUID: uuid, taskType: "imageInference", numberResults, submittedAt: "" } as never
        const error = yield* failed(Runware.attach(handle).pipe(Effect.provide(runtime)))
        assert.deepStrictEqual([error.code, error.parameter], ["validation", "numberResults"])
      }
      const error = yield* failed(Runware.submit(loose({ taskType: "modelSearch" })).pipe(Effect.provide(runtime)))
      assert.deepStrictEqual([error.code, error.parameter], ["validation", "taskType"])
    })
  )

  it.effect("refuse what is no handle", () =>
    Effect.gen(function* () {
      const transport = scripted([])
      for (const wrong of ["not-a-uuid", "", {}, null, 7, []]) {
        const error = yield* failed(Runware.attach(wrong as string).pipe(Effect.provide(client(transport))))
        assert.deepStrictEqual([error.code, error.parameter], ["validation", "taskUUID"])
      }
      assert.deepStrictEqual(transport.sent, [])
    })
  )
})

describe("events", () => {
  it.effect("tell acceptance, progress, items and the end, in order", () =>
    Effect.gen(function* () {
      const transport = scripted(
        [reply([ack])],
        [
          reply([{ ...running, progress: 40 }]),
          reply([{ ...running, progress: 40 }]),
          reply([success("a"), running]),
          reply([success("a"), success("b")])
        ]
      )
      const events = yield* succeeded(
        Stream.runCollect(Runware.events({ ...params, numberResults: 2 })).pipe(Effect.provide(client(transport)))
      )
      const handle = {
        taskUUID: uuid,
        taskType: "imageInference",
        model: "runware:101@1",
        numberResults: 2,
        submittedAt: "1970-01-01T00:00:00.000Z"
      }
      assert.deepStrictEqual(
        events as ReadonlyArray<TaskEvent>,
        [
          { _tag: "Accepted", handle },
          { _tag: "Progress", taskUUID: uuid, progress: { completed: 0, expected: 2, percent: 40 } },
          { _tag: "Progress", taskUUID: uuid, progress: { completed: 1, expected: 2 } },
          { _tag: "Item", taskUUID: uuid, index: 0, item: output("a") },
          { _tag: "Progress", taskUUID: uuid, progress: { completed: 2, expected: 2 } },
          { _tag: "Item", taskUUID: uuid, index: 1, item: output("b") },
          { _tag: "Done", taskUUID: uuid, results: [output("a"), output("b")] }
        ] as never
      )
    })
  )

  it.effect("fail with the call's error", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([], [{ code: "invalidApiKey", message: "No." }], { statusCode: 401 })])
      const error = yield* failed(Stream.runDrain(Runware.events(params)).pipe(Effect.provide(client(transport))))
      assert.strictEqual(error.code, "auth")
    })
  )

  it.effect("stop polling when the reader stops", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([running])])
      const first = yield* succeeded(
        Runware.events(params).pipe(Stream.take(1), Stream.runCollect, Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(
        first.map(({ _tag }) => _tag),
        ["Accepted"]
      )
      assert.isAtMost(transport.sent.length, 2)
    })
  )
})

describe("wrong input", () => {
  const cases: ReadonlyArray<readonly [name: string, params: unknown, parameter: string, hint: string]> = [
    ["numberResults 0", { ...params, numberResults: 0 }, "numberResults", "1 or more, got 0"],
    ["numberResults 1.5", { ...params, numberResults: 1.5 }, "numberResults", "whole number"],
    ["a string for params", "a cat", "params", '"a cat"'],
    ["null for params", null, "params", "null"],
    ["a model that is no string", { model: 101 }, "model", "101"],
    ["an empty model", { model: " " }, "model", "non-empty"],
    ["neither model nor taskType", { positivePrompt: "x" }, "taskType", "`model`"],
    ["an unknown delivery method", { ...params, deliveryMethod: "stream" }, "deliveryMethod", "sync"],
    ["a taskUUID that is none", { ...params, taskUUID: "abc" }, "taskUUID", "version 4"],
    [
      "a taskUUID of version 1",
      { ...params, taskUUID: "d9428888-122b-11e1-b85c-61cd3cbb3210" },
      "taskUUID",
      "version 4"
    ]
  ]
  for (const [name, wrong, parameter, hint] of cases) {
    it.effect(`${name}: a validation error that names ${parameter}, and nothing is sent`, () =>
      Effect.gen(function* () {
        const transport = scripted([])
        const error = yield* failed(Runware.run(wrong as never).pipe(Effect.provide(client(transport))))
        assert.deepStrictEqual([error.code, error.parameter, error.submission], ["validation", parameter, "none"])
        assert.include(error.message, hint)
        assert.deepStrictEqual(transport.sent, [])
      })
    )
  }

  it.effect("an unknown model: notFound, with the ways out", () =>
    Effect.gen(function* () {
      const transport = scripted([])
      const error = yield* failed(
        Runware.run(loose({ model: "bfl-flux-1-dv", positivePrompt: "x" })).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual([error.code, error.rawCode, error.parameter], ["notFound", "unknownModel", "model"])
      for (const hint of ["taskType", "refreshRegistry", "bfl-flux-1-dev"]) assert.include(error.message, hint)
    })
  )

  it.effect("an unknown call option: the nearest name", () =>
    Effect.gen(function* () {
      const error = yield* failed(
        Runware.run(params, { timout: 5 } as never).pipe(Effect.provide(client(scripted([]))))
      )
      assert.deepStrictEqual([error.code, error.parameter], ["validation", "timout"])
      assert.include(error.message, "timeout")
    })
  )
})

describe("validation", () => {
  const strict = Layer.succeed(Validator.Validator, {
    validate: (task) =>
      Effect.fail(makeError("validation", { message: `No ${Object.keys(task).length}`, parameter: "steps" })),
    clear: Effect.void
  })

  it.effect("sees the final wire task, and keeps a wrong one from being sent", () =>
    Effect.gen(function* () {
      const transport = scripted([])
      const error = yield* failed(
        Runware.run(params, { validate: true }).pipe(Effect.provide(client(transport, {}, strict)))
      )
      assert.deepStrictEqual([error.code, error.parameter, transport.sent.length], ["validation", "steps", 0])
      assert.include(error.message, "No 7")
    })
  )

  it.effect("is the call's choice over the client's", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([output("a")])])
      const run = Runware.run({ ...params, deliveryMethod: "sync" }, { validate: false })
      yield* succeeded(run.pipe(Effect.provide(client(transport, { validate: true }, strict))))
      assert.strictEqual(transport.sent.length, 1)
    })
  )
})

describe("partial", () => {
  const failure: WireError = { code: "providerTimeout", status: "error", message: "Late.", taskUUID: uuid }

  it.effect("gives the outcome of each generation, and fails for none of them", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([success("a"), success("c")], [failure])])
      const outcomes = yield* succeeded(
        Runware.run({ ...params, numberResults: 3 }, { partial: true }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(
        outcomes.map((one) =>
          Result.isSuccess(one) ? one.success.imageUUID : [one.failure.code, one.failure.submission]
        ),
        ["a", "c", ["timeout", "accepted"]]
      )
    })
  )

  it.effect("gives the one failure of a sync task, too", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([], [failure])])
      const outcomes = yield* succeeded(
        Runware.run({ ...params, deliveryMethod: "sync" }, { partial: true }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(
        outcomes.map((one) => Result.isFailure(one) && one.failure.code),
        ["timeout"]
      )
    })
  )

  it.effect("fails where the key is refused on the way: that is no generation's failure", () =>
    Effect.gen(function* () {
      const refused = reply([], [{ code: "invalidApiKey", message: "Revoked." }], { statusCode: 401 })
      const error = yield* failed(
        Runware.run(params, { partial: true }).pipe(Effect.provide(client(scripted([reply([ack])], [refused]))))
      )
      assert.deepStrictEqual([error.code, error.submission], ["auth", "accepted"])
    })
  )

  it.effect("tells its events on the way", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const onEvent = ({ _tag }: TaskEvent) => Effect.sync(() => void told.push(_tag))
      const transport = scripted([reply([ack])], [reply([success("a")], [failure])])
      yield* succeeded(
        Runware.run({ ...params, numberResults: 2 }, { partial: true, onEvent }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(told, ["Accepted", "Progress", "Item", "Failed", "Done"])
    })
  )

  it.effect("refuses an onEvent that is no function before anything is sent, for one task and for several", () =>
    Effect.gen(function* () {
      for (const onEvent of [null, "log", { log: true }, 5]) {
        const transport = scripted([reply([ack])])
        // As plain JavaScript may.
        const options = { onEvent: onEvent as never }
        for (const run of [
          Runware.run(params, options),
          Runware.run([params, params], options),
          Runware.runAs("sdxl", params, options)
        ]) {
          const error = yield* failed(
            Effect.provide(run as Effect.Effect<unknown, RunwareError, Runware.Runware>, client(transport))
          )
          assert.deepInclude(error, { code: "validation", parameter: "onEvent", submission: "none" })
          assert.include(error.message, "onEvent must be a function, got ")
        }
        assert.deepStrictEqual(transport.sent, [])
      }
    })
  )

  it.effect("still fails where the task as a whole does", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([], [{ code: "invalidModel", message: "No.", taskUUID: uuid }])])
      const error = yield* failed(Runware.run(params, { partial: true }).pipe(Effect.provide(client(transport))))
      assert.strictEqual(error.code, "validation")
    })
  )
})

describe("a batch (W25)", () => {
  it.effect("sends one request, and gives each task its own outcome, in order", () =>
    Effect.gen(function* () {
      const batches: Array<ReadonlyArray<string>> = []
      const transport = scripted(
        [reply([output("a")]), reply([], [{ code: "invalidModel", message: "No." }])],
        [reply([success("b")])]
      )
      const counted = Layer.effect(
        Transport,
        Effect.map(Transport, (service) => ({
          ...service,
          exchangeMany: (tasks: Parameters<typeof service.exchangeMany>[0]) =>
            Effect.suspend(() => {
              batches.push(tasks.map(({ taskType }) => taskType))
              return service.exchangeMany(tasks)
            })
        }))
      ).pipe(Layer.provide(transport.layer))
      const sync = { ...params, deliveryMethod: "sync" } as const
      const outcomes = yield* succeeded(
        Runware.run([loose(sync), loose({ model: "nope" }), loose({ ...sync, taskUUID: uuidOf(2) })]).pipe(
          Effect.provide(client({ layer: counted }))
        )
      )
      assert.deepStrictEqual(batches, [["imageInference", "imageInference"]])
      assert.deepStrictEqual(
        outcomes.map((one) =>
          Result.isSuccess(one) ? one.success.length : [one.failure.code, one.failure.submission]
        ),
        [1, ["notFound", "none"], ["validation", "rejected"]]
      )
    })
  )

  it.effect("takes a conflict over a UUID of its own for the proof that the request arrived twice", () =>
    Effect.gen(function* () {
      const conflict = reply([], [{ code: "conflictTaskUUID", message: "Taken.", taskUUID: uuid }], { statusCode: 400 })
      const transport = scripted([conflict], [reply([success("a")])])
      const outcomes = yield* succeeded(Runware.run([params]).pipe(Effect.provide(client(transport))))
      assert.isTrue(outcomes.every(Result.isSuccess))
    })
  )

  it.effect("asks after each of its tasks when the request was lost", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([success("a")])])
      const broken = Layer.effect(
        Transport,
        Effect.map(Transport, (service) => ({
          ...service,
          exchangeMany: () => Effect.andThen(lost("unknown"), Effect.never)
        }))
      ).pipe(Layer.provide(transport.layer))
      const outcomes = yield* succeeded(
        Runware.run([params, { ...params, taskUUID: uuidOf(2) }]).pipe(Effect.provide(client({ layer: broken })))
      )
      assert.isTrue(outcomes.every(Result.isSuccess))
      assert.deepStrictEqual(new Set(transport.taskTypes()), new Set(["getResponse"]))
    })
  )

  it.effect("sends its request once, also when a task whose turn comes later has waited in vain", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([success("a")]), reply([success("b")])])
      let batches = 0
      const silent = Layer.effect(
        Transport,
        Effect.map(Transport, (service) => ({
          ...service,
          exchangeMany: () =>
            Effect.andThen(
              Effect.sync(() => void batches++),
              Effect.never
            )
        }))
      ).pipe(Layer.provide(transport.layer))
      const outcomes = yield* succeeded(
        Runware.run([params, { ...params, taskUUID: uuidOf(2) }]).pipe(
          Effect.provide(client({ layer: silent }, { maxConcurrency: 1 }))
        )
      )
      assert.isTrue(outcomes.every(Result.isSuccess))
      assert.strictEqual(batches, 1)
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

describe("what an error knows", () => {
  it.effect("the page of its model, where the service names none", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([], [{ code: "invalidSteps", message: "No.", parameter: "steps" }])])
      const error = yield* failed(Runware.run(params).pipe(Effect.provide(client(transport))))
      assert.strictEqual(error.documentation, "https://runware.ai/docs/models/bfl-flux-1-dev#request-steps")
    })
  )

  it.effect("a call that is interrupted has its error told to the observer, with what became of the purchase", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = []
      const observer = Layer.succeed(Runware.InterruptObserver, (error) => {
        told.push([error.code, error.submission, error.taskUUID, error.results, error.elapsed])
      })
      const transport = scripted([reply([ack])], [reply([success("a"), running])])
      const accepted = Runware.run({ ...params, numberResults: 2 }).pipe(Effect.timeoutOption("5 seconds"))
      const waiting = Runware.run(params).pipe(Effect.timeoutOption("2 seconds"))
      const runtime = Layer.provide(client(transport, { maxConcurrency: 1 }), observer)
      yield* succeeded(Effect.all([accepted, waiting], { concurrency: "unbounded" }).pipe(Effect.provide(runtime)))
      assert.deepStrictEqual(told, [
        ["aborted", "none", undefined, undefined, 2000],
        ["aborted", "accepted", uuid, [output("a")], 5000]
      ])
    })
  )
})
