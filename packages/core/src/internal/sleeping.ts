/**
 * One who sleeps by a clock and is woken, unless that is called off. The Promise client, which has no other clock than the real one,
 * has a timer of its runtime in this one's place.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** Wakes after so many milliseconds; gives the way to call it off. */
export const wakeAfter = (clock: Clock.Clock, millis: number, wake: () => void): (() => void) => {
  const fiber = Effect.runFork(clock.sleep(Duration.millis(millis)))
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) wake()
  })
  return () => fiber.interruptUnsafe()
}
