/** The pace of a client on a clock that is set while it waits. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as Pace from "../src/internal/pace.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"

/** Gives an effect a clock whose wall time is wrong by so many milliseconds, as the function says at each reading. */
const withSkew =
  (skew: () => number) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.clockWith((clock) =>
      Effect.provideService(effect, Clock.Clock, {
        ...clock,
        currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + skew(),
        currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe() + skew())
      })
    )

describe("a client that was slowed down", () => {
  it.effect.each([3_600_000, -3_600_000])("waits as long as it was asked, though the clock jumps by %i ms", (jump) =>
    Effect.gen(function* () {
      const pacer = Pace.make(yield* RunwareConfig.make({ apiKey: "key" }))
      let skew = 0
      const waiting = yield* Effect.forkChild(
        withSkew(() => skew)(Effect.andThen(pacer.slowDown(10_000), pacer.gate)),
        { startImmediately: true }
      )
      skew = jump
      yield* TestClock.adjust("9 seconds")
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("3 seconds")
      assert.isDefined(waiting.pollUnsafe())
    })
  )
})
