import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import type * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as Retry from "../src/Retry.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../src/RunwareError.ts"

const busy = (retryAfter?: number) => makeError("rateLimit", { message: "Busy.", retryAfter })

/** The waits before each retry of what fails with `errors`, one after the other, then succeeds. */
const waits = (schedule: Schedule.Schedule<unknown, RunwareError>, errors: ReadonlyArray<RunwareError>) =>
  Effect.gen(function* () {
    const at: Array<number> = []
    const fiber = yield* Effect.gen(function* () {
      at.push(yield* Clock.currentTimeMillis)
      const error = errors[at.length - 1]
      if (error !== undefined) return yield* error
    }).pipe(Effect.retry(schedule), Effect.exit, Effect.forkChild)
    yield* TestClock.adjust("10 days")
    yield* Fiber.join(fiber)
    return at.slice(1).map((time, index) => time - (at[index] ?? 0))
  })

const times = (count: number, error = busy()) => Array.from({ length: count }, () => error)
const backoff = { base: "1 second", cap: "10 seconds" } as const

/** Chance that always comes out at its highest: waits without jitter, but for a rounding. */
const unlucky = Effect.provideService(Random.Random, {
  nextDoubleUnsafe: () => 1 - Number.EPSILON / 2,
  nextIntUnsafe: () => 0
})

describe("waits", () => {
  it.effect("double up to the cap", () =>
    Effect.gen(function* () {
      const all = yield* unlucky(waits(Retry.exponential(backoff), times(6)))
      expect(all.map(Math.round)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000])
    })
  )

  it.effect("grow by the same step up to the cap", () =>
    Effect.gen(function* () {
      const all = yield* unlucky(waits(Retry.linear({ ...backoff, cap: 3500 }), times(5)))
      expect(all.map(Math.round)).toEqual([1000, 2000, 3000, 3500, 3500])
    })
  )

  it.effect("differ by chance, at the cap too", () =>
    Effect.gen(function* () {
      const all = yield* waits(Retry.exponential({ base: "10 seconds", cap: "10 seconds" }), times(20))
      expect(new Set(all).size).toBeGreaterThan(10)
      for (const wait of all) {
        expect(wait).toBeGreaterThanOrEqual(5000)
        expect(wait).toBeLessThanOrEqual(10_000)
      }
    })
  )

  it.effect("may be none", () =>
    Effect.gen(function* () {
      expect(yield* waits(Retry.exponential({ base: 0, cap: 0 }), times(3))).toEqual([0, 0, 0])
    })
  )

  const Millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1e9 }))
  const Chance = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
  const Attempt = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 60 }))

  it.prop(
    "lie between half and all of their growth, and never above the cap",
    { base: Millis, cap: Millis, attempt: Attempt, random: Chance },
    ({ attempt, base, cap, random }) => {
      for (const growth of [attempt, 2 ** (attempt - 1)]) {
        const whole = Math.min(cap, base * growth)
        const wait = Retry.delay(base, cap, growth, random)
        expect(wait).toBeGreaterThanOrEqual(whole / 2)
        expect(wait).toBeLessThanOrEqual(whole)
      }
      return true
    }
  )
})

describe("Retry-After", () => {
  const schedule = Retry.withRetryAfter(Retry.exponential({ base: "1 second", cap: "1 second" }), "20 seconds")

  it.effect("is a floor with a ceiling, and leaves longer waits alone", () =>
    Effect.gen(function* () {
      const errors = [busy(5000), busy(60_000), busy(1), busy()]
      expect((yield* unlucky(waits(schedule, errors))).map(Math.round)).toEqual([5000, 20_000, 1000, 1000])
    })
  )

  it.effect.prop(
    "holds for any wait that is asked for",
    { asked: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 })) },
    ({ asked }) =>
      Effect.gen(function* () {
        const [wait = NaN] = yield* waits(schedule, [busy(asked)])
        expect(wait).toBeGreaterThanOrEqual(Math.min(asked, 20_000))
        expect(wait).toBeLessThanOrEqual(Math.max(1000, Math.min(asked, 20_000)))
      })
  )
})

describe("the schedule of the settings", () => {
  const settingsOf = (options: RunwareConfig.Options) => RunwareConfig.make({ apiKey: "rw_key", ...options })

  it.effect("retries as often as asked, grows as asked, and honours Retry-After within its bound", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf({ maxRetries: 4, retryStrategy: "linear", maxRetryAfter: "30 seconds" })
      const errors = [busy(), busy(9000), busy(90_000), busy(), busy(), busy()]
      expect((yield* unlucky(waits(Retry.fromSettings(settings), errors))).map(Math.round)).toEqual([
        1000, 9000, 30_000, 4000
      ])
    })
  )

  it.effect("is exponential and of three retries by default", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf({})
      expect((yield* unlucky(waits(Retry.fromSettings(settings), times(9)))).map(Math.round)).toEqual([
        1000, 2000, 4000
      ])
    })
  )

  it.effect("may have no retries, and keeps the cap", () =>
    Effect.gen(function* () {
      expect(yield* waits(Retry.fromSettings(yield* settingsOf({ maxRetries: 0 })), times(2))).toEqual([])
      const settings = yield* settingsOf({ maxRetries: 9, maxRetryDelay: Duration.seconds(3) })
      for (const wait of yield* waits(Retry.fromSettings(settings), times(9))) expect(wait).toBeLessThanOrEqual(3000)
    })
  )
})
