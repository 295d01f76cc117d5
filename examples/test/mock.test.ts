/**
 * Tests of a program that uses the client, without a network and without waiting: `MockTransport` answers by script and keeps
 * what it was asked, and minutes pass on the TestClock. Run them with `npx -y pnpm@12 test --project examples`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Runware } from "@effect-runware/core"
import { MockTransport, SimulatedService, VirtualTime } from "@effect-runware/testing"
import { Clock, Effect } from "effect"

/** What is tested: the poster of a film, without the title's words where the service refuses them. */
const poster = Effect.fn("poster")(function* (title: string) {
  const draw = (positivePrompt: string) =>
    Runware.run({ model: "runware:101@1", positivePrompt, width: 512, height: 768 })
  const [image] = yield* draw(`a poster of the film ${title}`).pipe(
    Effect.catchReason("RunwareError", "Safety", () => draw("a poster of a film"))
  )
  return image?.imageURL
})

const drawn = MockTransport.results({ imageURL: "https://im.example/poster.png" })

describe("poster", () => {
  it.effect("asks for the title, and gives the image's address", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* poster("Fog"), "https://im.example/poster.png")

      const { requests } = yield* MockTransport.MockTransport
      assert.deepStrictEqual(
        (yield* requests).map((task) => [task["positivePrompt"], task["width"], task["height"]]),
        [["a poster of the film Fog", 512, 768]]
      )
    }).pipe(Effect.provide(MockTransport.layerRunware({ imageInference: drawn })))
  )

  it.effect("leaves the title out where it is refused", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* poster("Gore"), "https://im.example/poster.png")

      const { requests } = yield* MockTransport.MockTransport
      assert.deepStrictEqual(
        (yield* requests).map((task) => task["positivePrompt"]),
        ["a poster of the film Gore", "a poster of a film"]
      )
    }).pipe(
      Effect.provide(
        MockTransport.layerRunware({ imageInference: [MockTransport.refused("contentPolicyViolation"), drawn] })
      )
    )
  )

  it.effect("waits two minutes for a slow image, in no time", () => {
    const getResponse = Effect.map(Clock.currentTimeMillis, (now) =>
      now < 120_000
        ? { items: [{ status: "processing" }] }
        : { items: [{ status: "success", imageURL: "https://late" }] }
    )
    return Effect.gen(function* () {
      assert.strictEqual(yield* poster("Fog"), "https://late")
      assert.isAtLeast(yield* Clock.currentTimeMillis, 120_000)
    }).pipe(
      Effect.provide(MockTransport.layerRunware({ imageInference: MockTransport.acknowledged, getResponse })),
      VirtualTime.run
    )
  })

  it.effect("is bought once, although the service's answer is lost", () =>
    Effect.gen(function* () {
      const service = yield* SimulatedService.SimulatedService
      yield* service.inject({ _tag: "Reset", when: "after" }, { step: "submit" })
      assert.isString(yield* poster("Fog"))
      assert.strictEqual((yield* service.purchases).length, 1)
    }).pipe(Effect.provide(SimulatedService.layerRunware()), VirtualTime.run)
  )
})
