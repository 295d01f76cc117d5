/**
 * Time to measure waits by. The clock on the wall may be set while a call waits: a pause until a time that has moved an
 * hour away would not end.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Milliseconds since some moment: only the difference of two readings says something. */
export const elapsedMillis: Effect.Effect<number> = Effect.withFiber((fiber) =>
  Effect.succeed(Number(fiber.getRef(Clock.Clock).monotonicTimeNanosUnsafe()) / 1_000_000)
)

/** The same to be read where no effect runs: by what is told of a reply. */
export const stopwatch: Effect.Effect<() => number> = Effect.withFiber((fiber) => {
  const clock = fiber.getRef(Clock.Clock)
  return Effect.succeed(() => Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000)
})
