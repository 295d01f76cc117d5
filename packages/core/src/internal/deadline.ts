/**
 * The end of patience: every wait has a bound, and the error names the option that set it.
 */
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Result from "effect/Result"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { type Alarm, alarmsOf } from "./alarm.ts"

/** What waited for too long, and what for. */
export const overdue = (duration: Duration.Duration, what: string, option: string): RunwareError =>
  makeError("timeout", { message: `Waited ${Duration.format(duration)} for ${what} (option \`${option}\`).` })

/**
 * Fails with code `timeout` when an effect takes too long: that is run in a fiber of its own, which is interrupted then, and
 * whose end is waited for.
 */
export const within =
  (duration: Duration.Duration, what: string, option: string) =>
  <A, R>(effect: Effect.Effect<A, RunwareError, R>): Effect.Effect<A, RunwareError, R> =>
    Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
      const millis = Duration.toMillis(duration)
      if (millis === Infinity) return effect
      if (millis <= 0) return Effect.fail(overdue(duration, what, option))
      return Effect.callback<A, RunwareError, R>((resume) => {
        // The fiber's own context has what the effect asks for.
        const own = Effect.runForkWith(fiber.context as Context.Context<R>)(effect)
        const exit = own.pollUnsafe()
        if (exit !== undefined) {
          resume(exit)
          return
        }
        let isLate = false
        const alarm = alarmsOf(fiber).after(millis, () => {
          isLate = true
          own.interruptUnsafe(fiber.id)
        })
        own.addObserver((exit) => {
          alarm.cancel()
          resume(isLate && Exit.hasInterrupts(exit) ? Effect.fail(overdue(duration, what, option)) : exit)
        })
        return Fiber.interrupt(own)
      })
    })

/** Waits for what is told, and leaves when that takes too long: all in the fiber that waits. */
export const told = <A>(
  duration: Duration.Duration,
  what: string,
  option: string,
  begin: (tell: (outcome: Result.Result<A, RunwareError>) => void) => () => void
): Effect.Effect<A, RunwareError> =>
  Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) =>
    Effect.callback((resume) => {
      let alarm: Alarm | undefined
      let isTold = false
      const leave = begin((outcome) => {
        isTold = true
        alarm?.cancel()
        resume(Effect.fromResult(outcome))
      })
      if (isTold) return undefined
      alarm = alarmsOf(fiber).after(Duration.toMillis(duration), () => {
        leave()
        resume(Effect.fail(overdue(duration, what, option)))
      })
      return Effect.sync(() => {
        alarm?.cancel()
        leave()
      })
    })
  )
