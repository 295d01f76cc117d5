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

/** How long one exchange may take, for what, and by which option. */
export type Bound = readonly [duration: Duration.Duration, what: string, option: string]

/** The end of a wait, in milliseconds of the clock of alarms, and what is said of it when it has come. */
export interface Deadline {
  readonly at: number
  readonly error: () => RunwareError
}

/** The deadline of a wait that begins now. */
export const deadlineIn = (
  fiber: Fiber.Fiber<unknown, unknown>,
  duration: Duration.Duration,
  what: string,
  option: string
): Deadline => ({
  at: alarmsOf(fiber).now() + Duration.toMillis(duration),
  error: () => overdue(duration, what, option)
})

/**
 * Fails with code `timeout` when an effect takes too long: that is run in a fiber of its own, which is interrupted then, and
 * whose end is waited for.
 */
export const within =
  (duration: Duration.Duration, what: string, option: string) =>
  <A, R>(effect: Effect.Effect<A, RunwareError, R>): Effect.Effect<A, RunwareError, R> =>
    Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) =>
      before(deadlineIn(fiber, duration, what, option))(effect)
    )

/** The same for a wait that may have begun before. */
export const before =
  (deadline: Deadline) =>
  <A, R>(effect: Effect.Effect<A, RunwareError, R>): Effect.Effect<A, RunwareError, R> =>
    Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
      const alarms = alarmsOf(fiber)
      const millis = deadline.at - alarms.now()
      if (millis === Infinity) return effect
      if (millis <= 0) return Effect.fail(deadline.error())
      return Effect.callback<A, RunwareError, R>((resume) => {
        // The fiber's own context has what the effect asks for.
        const own = Effect.runForkWith(fiber.context as Context.Context<R>)(effect)
        const exit = own.pollUnsafe()
        if (exit !== undefined) {
          resume(exit)
          return
        }
        let isLate = false
        const alarm = alarms.after(millis, () => {
          isLate = true
          own.interruptUnsafe(fiber.id)
        })
        own.addObserver((exit) => {
          alarm.cancel()
          resume(isLate && Exit.hasInterrupts(exit) ? Effect.fail(deadline.error()) : exit)
        })
        return Fiber.interrupt(own)
      })
    })

/** Waits for what is told, and leaves when that takes too long: all in the fiber that waits. */
export const told = <A>(
  deadline: Deadline,
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
      const alarms = alarmsOf(fiber)
      alarm = alarms.after(deadline.at - alarms.now(), () => {
        leave()
        resume(Effect.fail(deadline.error()))
      })
      return Effect.sync(() => {
        alarm?.cancel()
        leave()
      })
    })
  )
