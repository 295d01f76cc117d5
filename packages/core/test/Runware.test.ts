import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runware from "../src/Runware.ts"
import { make as makeError } from "../src/RunwareError.ts"
import type { TaskParams } from "../src/Task.ts"
import * as Validator from "../src/Validator.ts"
import { ack, output, params, running, success, uuid } from "./imageRun.ts"
import { client, failed, reply, scripted, succeeded } from "./scripted.ts"

/** Parameters that no type checks, as plain JavaScript would give them. */
const loose = (given: TaskParams): TaskParams => given

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
