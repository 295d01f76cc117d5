import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Polling, standard } from "../src/Polling.ts"
import { behaviours } from "../src/RunwareConfig.ts"
import { task } from "./builders.ts"

const settings = {
  pollDelay: behaviours.pollDelay.fallback,
  pollInterval: behaviours.pollInterval.fallback,
  pollFactor: behaviours.pollFactor.fallback,
  maxPollInterval: behaviours.maxPollInterval.fallback
}

const gaps = (cadence: ReturnType<typeof standard>, polls: number) =>
  Array.from({ length: polls }, (_, poll) => Duration.toMillis(cadence(poll, task())))

describe("the standard cadence", () => {
  it("asks when the official clients do", () => {
    let now = 0
    const schedule = gaps(standard(settings), 12).map((gap) => (now += gap))
    expect(schedule.map((at) => Math.round(at / 100) / 10)).toEqual([
      1, 1.5, 2.3, 3.4, 5.1, 7.6, 11.4, 17.1, 25.6, 35.6, 45.6, 55.6
    ])
  })

  it("waits the delay before the first poll, however long it is", () => {
    const slow = { ...settings, pollDelay: Duration.minutes(1) }
    expect(gaps(standard(slow), 3)).toEqual([60_000, 500, 750])
  })

  it("keeps its gap where the factor is 1", () => {
    expect(gaps(standard({ ...settings, pollFactor: 1 }), 4)).toEqual([1000, 500, 500, 500])
  })

  const Millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))

  it.prop(
    "has gaps that never shrink and never pass the longest, for as long as a task may take",
    { interval: Millis, longest: Millis, factor: Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: 10 })) },
    ({ factor, interval, longest }) => {
      const cadence = standard({
        pollDelay: Duration.zero,
        pollInterval: Duration.millis(interval),
        pollFactor: factor,
        maxPollInterval: Duration.millis(longest)
      })
      for (const poll of [1, 2, 5, 20, 1000, 100_000]) {
        const [gap, next] = [cadence(poll, task()), cadence(poll + 1, task())].map(Duration.toMillis)
        expect(gap).toBeLessThanOrEqual(longest)
        expect(gap).toBeGreaterThanOrEqual(Math.min(interval, longest))
        expect(next).toBeGreaterThanOrEqual(gap ?? NaN)
      }
      return true
    }
  )

  it.effect("is in use unless another is provided", () =>
    Effect.gen(function* () {
      expect(yield* Polling).toBe(undefined)
      const hasty = () => Duration.millis(1)
      expect(yield* Effect.provideService(Polling, Polling, hasty)).toBe(hasty)
    })
  )
})
