import { Runware } from "@effect-runware/core"
import { make as makeError } from "@effect-runware/core/RunwareError"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { MockTransport, VirtualTime } from "../src/index.ts"

const image = { model: "runware:101@1", positivePrompt: "a poster", width: 512, height: 512 } as const
const result = { imageUUID: "1", imageURL: "https://im.example/1.png" }

describe("a mock", () => {
  it.effect("answers with its script, and keeps what it was asked", () =>
    Effect.gen(function* () {
      const [first] = yield* Runware.run(image)
      assert.strictEqual(first?.imageURL, result.imageURL)
      const [asked, ...more] = yield* (yield* MockTransport.MockTransport).requests
      assert.strictEqual(asked?.["positivePrompt"], "a poster")
      assert.deepStrictEqual(more, [])
    }).pipe(Effect.provide(MockTransport.layerRunware({ imageInference: MockTransport.results(result) })))
  )

  it.effect("gives the answers of a list in turn, polls included", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Runware.run(image)).length, 1)
      const requests = yield* (yield* MockTransport.MockTransport).requests
      assert.deepStrictEqual(
        requests.map(({ taskType }) => taskType),
        ["imageInference", "getResponse", "getResponse"]
      )
    }).pipe(
      Effect.provide(
        MockTransport.layerRunware({
          imageInference: MockTransport.acknowledged,
          getResponse: [MockTransport.running(40), MockTransport.results({ taskType: "imageInference", ...result })]
        })
      ),
      VirtualTime.run
    )
  )

  it.effect("refuses, fails and stays silent as it is told", () =>
    Effect.gen(function* () {
      const asked = (positivePrompt: string) =>
        Effect.flip(Runware.run({ ...image, positivePrompt }, { timeout: "5 seconds" }))
      assert.strictEqual((yield* asked("refuse")).rawCode, "invalidModel")
      assert.strictEqual((yield* asked("fail")).code, "auth")
      assert.strictEqual((yield* asked("something else")).rawCode, "unscripted")
      const silent = yield* asked("be silent")
      assert.deepStrictEqual([silent.code, silent.submission], ["timeout", "unknown"])
    }).pipe(
      Effect.provide(
        MockTransport.layerRunware(({ positivePrompt }) => {
          if (positivePrompt === "refuse") return MockTransport.refused("invalidModel")
          if (positivePrompt === "fail") return makeError("auth", { message: "No." })
          return positivePrompt === "be silent" ? MockTransport.silence : undefined
        })
      ),
      VirtualTime.run
    )
  )
})
