/**
 * What a client leaves behind: every fiber that ran for it and every sleep it began, seen through the scheduler and the
 * clock that it is given. The clock may also be wrong, as the clocks of machines are.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"

export class Watch {
  /** Milliseconds by which the client's clock is ahead. */
  skew = 0
  sleeping = 0
  readonly #fibers = new Set<Fiber.Fiber<unknown, unknown>>()

  /** Fibers that have not ended. */
  get running(): number {
    return [...this.#fibers].filter((fiber) => fiber.pollUnsafe() === undefined).length
  }

  /** Gives an effect the watched clock and scheduler. */
  readonly over = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.withFiber((fiber) =>
      effect.pipe(
        Effect.provideService(Clock.Clock, this.#clock(fiber.getRef(Clock.Clock))),
        Effect.provideService(Scheduler.Scheduler, this.#scheduler(fiber.getRef(Scheduler.Scheduler)))
      )
    )

  #clock(clock: Clock.Clock): Clock.Clock {
    const millis = () => clock.currentTimeMillisUnsafe() + this.skew
    const nanos = () => clock.currentTimeNanosUnsafe() + BigInt(this.skew) * 1_000_000n
    return {
      ...clock,
      currentTimeMillisUnsafe: millis,
      currentTimeMillis: Effect.sync(millis),
      currentTimeNanosUnsafe: nanos,
      currentTimeNanos: Effect.sync(nanos),
      sleep: (duration) =>
        Effect.acquireUseRelease(
          Effect.sync(() => void this.sleeping++),
          () => clock.sleep(duration),
          () => Effect.sync(() => void this.sleeping--)
        )
    }
  }

  #scheduler(scheduler: Scheduler.Scheduler): Scheduler.Scheduler {
    return {
      executionMode: scheduler.executionMode,
      makeDispatcher: () => scheduler.makeDispatcher(),
      shouldYield: (fiber) => {
        this.#fibers.add(fiber)
        return scheduler.shouldYield(fiber)
      }
    }
  }
}
