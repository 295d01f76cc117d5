/**
 * Effects that wait, run to their end without waiting. A TestClock moves only when it is told to: these functions move it
 * until the effect is done.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { loaded } from "./internal/loaded.ts"

/**
 * How time goes by.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How far the clock moves at once; it may be this far ahead when the effect is done. Default 100 milliseconds. */
  readonly step?: Duration.Input | undefined
  /** An effect that takes longer is interrupted, and the test dies of it. Default 1 hour. */
  readonly limit?: Duration.Input | undefined
}

/**
 * Runs an effect to its end on the TestClock around it, as `it.effect` of `@effect/vitest` provides one.
 *
 * @since 0.1.0
 * @category running
 */
export const run = Effect.fnUntraced(function* <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  { limit = "1 hour", step = "100 millis" }: Options = {}
): Effect.fn.Return<A, E, R> {
  yield* loaded
  const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
  const stepMillis = Duration.toMillis(Duration.fromInputUnsafe(step))
  const limitMillis = Duration.toMillis(Duration.fromInputUnsafe(limit))
  for (let passed = 0; passed <= limitMillis; passed += stepMillis) {
    if (fiber.pollUnsafe() !== undefined) return yield* Fiber.join(fiber)
    yield* TestClock.adjust(stepMillis)
  }
  yield* Fiber.interrupt(fiber)
  return yield* Effect.die(new Error(`The effect was not done after ${Duration.format(Duration.millis(limitMillis))}.`))
})

/**
 * Runs an effect to its end on a TestClock of its own, for tests without Effect.
 *
 * @since 0.1.0
 * @category running
 */
export const runPromise = <A, E>(effect: Effect.Effect<A, E>, options?: Options): Promise<A> =>
  Effect.runPromise(Effect.provide(run(effect, options), TestClock.layer()))
