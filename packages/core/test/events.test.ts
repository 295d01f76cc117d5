import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Runware from "../src/Runware.ts"
import type { TaskEvent } from "../src/Task.ts"
import { ack, output, params, running, success, uuid } from "./imageRun.ts"
import { client, failed, reply, scripted, succeeded } from "./scripted.ts"

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
