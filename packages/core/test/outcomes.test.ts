import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type { WireError } from "../src/Protocol.ts"
import * as Runware from "../src/Runware.ts"
import type { RunwareError } from "../src/RunwareError.ts"
import type { TaskEvent, TaskParams } from "../src/Task.ts"
import { Transport } from "../src/Transport.ts"
import { uuid as uuidOf } from "./builders.ts"
import { ack, output, params, success, uuid } from "./imageRun.ts"
import { client, failed, lost, reply, scripted, succeeded } from "./scripted.ts"

/** Parameters that no type checks, as plain JavaScript would give them. */
const loose = (given: TaskParams): TaskParams => given

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
