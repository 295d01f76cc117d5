import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { TestClock } from "effect/testing"
import { retry } from "../src/internal/bundled/effect/internal/schedule.ts"
import * as Bundled from "../src/internal/bundled/effect/Schedule.ts"

interface Failed {
  readonly attempt: number
  readonly mayPass: boolean
}

type Schedules = Pick<typeof Schedule, "forever" | "modifyDelay" | "upTo" | "setInputType">
type Policy =
  | Schedule.Schedule<unknown, Failed>
  | { readonly schedule: Schedule.Schedule<unknown, Failed>; readonly while: (error: Failed) => boolean }
type Retry = (self: Effect.Effect<number, Failed>, policy: Policy) => Effect.Effect<number, Failed>

// Each is used in the same ways here; that the types differ inside is what this test is for.
const implementations: ReadonlyArray<readonly [Schedules, Retry]> = [
  [Schedule, (self, policy) => ("while" in policy ? Effect.retry(self, policy) : Effect.retry(self, policy))],
  [Bundled as unknown as Schedules, retry as unknown as Retry]
]

/** When each attempt began, and how it ended, for a task whose attempt number `success` is the first that succeeds. */
const attempts = (success: number, policy: (schedules: Schedules) => Policy, mayPass = (_attempt: number) => true) =>
  Effect.forEach(implementations, ([schedules, retry]) =>
    Effect.gen(function* () {
      const begun = yield* Clock.currentTimeMillis
      const times: Array<number> = []
      const task = Effect.gen(function* () {
        const attempt = times.push((yield* Clock.currentTimeMillis) - begun)
        return attempt < success ? yield* Effect.fail<Failed>({ attempt, mayPass: mayPass(attempt) }) : attempt
      })
      const fiber = yield* Effect.forkChild(Effect.exit(retry(task, policy(schedules))), { startImmediately: true })
      yield* TestClock.adjust("1 hour")
      return { times, exit: yield* Fiber.join(fiber) }
    })
  )

const growing = ({ forever, modifyDelay }: Schedules) =>
  modifyDelay(forever, ({ attempt, duration }) =>
    Effect.succeed(Duration.millis(Duration.toMillis(duration) + attempt * 100))
  )

describe("the schedules of the bundle", () => {
  it.effect("wait and give up when Effect's do", () =>
    Effect.gen(function* () {
      const [effect, bundled] = yield* attempts(5, (all) => growing(all).pipe(all.upTo({ times: 3 })))
      expect(bundled).toEqual(effect)
      expect(bundled).toEqual({ times: [0, 100, 300, 600], exit: Exit.fail({ attempt: 4, mayPass: true }) })
    })
  )

  it.effect("end with the first success", () =>
    Effect.gen(function* () {
      const [effect, bundled] = yield* attempts(3, growing)
      expect(bundled).toEqual(effect)
      expect(bundled).toEqual({ times: [0, 100, 300], exit: Exit.succeed(3) })
    })
  )

  it.effect("know of each wait what failed", () =>
    Effect.gen(function* () {
      const [effect, bundled] = yield* attempts(4, ({ modifyDelay, setInputType, ...all }) =>
        growing({ modifyDelay, setInputType, ...all }).pipe(
          setInputType<Failed>(),
          modifyDelay(({ duration, input }) => Effect.succeed(input.attempt === 2 ? Duration.seconds(9) : duration))
        )
      )
      expect(bundled).toEqual(effect)
      expect(bundled?.times).toEqual([0, 100, 9100, 9400])
    })
  )

  it.effect("are not asked where a condition ends it", () =>
    Effect.gen(function* () {
      const policy = (all: Schedules) => ({ schedule: growing(all), while: (error: Failed) => error.mayPass })
      const [effect, bundled] = yield* attempts(9, policy, (attempt) => attempt < 2)
      expect(bundled).toEqual(effect)
      expect(bundled).toEqual({ times: [0, 100], exit: Exit.fail({ attempt: 2, mayPass: false }) })
    })
  )
})
