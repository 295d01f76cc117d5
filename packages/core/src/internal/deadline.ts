/**
 * The end of patience: every wait has a bound, and the error names the option that set it.
 */
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { type Alarms, alarmsOf } from "./alarm.ts"

/** What waited for too long, and what for. */
export const overdue = (...[duration, what, option]: Bound): RunwareError =>
  makeError("timeout", { message: `Waited ${Duration.format(duration)} for ${what} (option \`${option}\`).` })

/** How long a wait may take, for what, and by which option. */
export type Bound = readonly [duration: Duration.Duration, what: string, option: string]

/** The end of a wait, in milliseconds of the clock of alarms, and what set it. */
export interface Deadline {
  readonly at: number
  readonly bound: Bound
}

/** The deadline of a wait that begins now. */
export const deadlineIn = (alarms: Alarms, bound: Bound): Deadline => ({
  at: alarms.now() + Duration.toMillis(bound[0]),
  bound
})

/**
 * Fails with code `timeout` when an effect takes too long: that is run in a fiber of its own, which is interrupted then, and
 * whose end is waited for.
 */
export const within =
  (...bound: Bound) =>
  <A, R>(effect: Effect.Effect<A, RunwareError, R>): Effect.Effect<A, RunwareError, R> =>
    Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => before(deadlineIn(alarmsOf(fiber), bound))(effect))

/** The same for a wait that may have begun before. */
export const before =
  (deadline: Deadline) =>
  <A, R>(effect: Effect.Effect<A, RunwareError, R>): Effect.Effect<A, RunwareError, R> =>
    Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
      const alarms = alarmsOf(fiber)
      const millis = deadline.at - alarms.now()
      if (millis === Infinity) return effect
      if (millis <= 0) return Effect.fail(overdue(...deadline.bound))
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
          resume(isLate && Exit.hasInterrupts(exit) ? Effect.fail(overdue(...deadline.bound)) : exit)
        })
        return Fiber.interrupt(own)
      })
    })
