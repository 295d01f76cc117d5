/**
 * How fast a client may go: a budget that keeps retries from becoming a storm, a pause that the service's "too much"
 * puts on all calls, and a cap on tasks in flight. The state and its rules are pure; the shell below reads the clock.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Semaphore from "effect/Semaphore"
import type { Settings } from "../RunwareConfig.ts"
import { elapsedMillis } from "./elapsed.ts"
import { inFlight } from "./telemetry.ts"

/** Where a client stands. */
export interface Pace {
  /** Retries that are left. */
  readonly tokens: number
  /** Before this time (ms) nothing is submitted. */
  readonly pausedUntil: number
}

/** What a success gives back to the budget: five of them pay for one retry. */
const refund = 0.2

export const full = (budget: number): Pace => ({ tokens: budget, pausedUntil: 0 })

/** Takes a retry out of the budget; `undefined` when none is left. */
export const spend = (pace: Pace): Pace | undefined =>
  pace.tokens < 1 ? undefined : { ...pace, tokens: pace.tokens - 1 }

/** Puts back what a success earns, up to the whole budget. */
export const earn = (pace: Pace, budget: number): Pace => ({ ...pace, tokens: Math.min(budget, pace.tokens + refund) })

/** Holds all submissions back until `time`; the latest wish counts. */
export const pauseUntil = (pace: Pace, time: number): Pace => ({
  ...pace,
  pausedUntil: Math.max(pace.pausedUntil, time)
})

/** Milliseconds to wait now, spread by chance over another tenth so that not all go at once. */
export const waitOf = (pace: Pace, now: number, random: number): number =>
  pace.pausedUntil <= now ? 0 : (pace.pausedUntil - now) * (1 + random / 10)

/**
 * When the next of many may go, at a rate of so many a second: at once for a short burst, then one after the other. `free`
 * is what the last one left behind; 0 at first.
 */
export const admit = (free: number, now: number, rate: number): { readonly wait: number; readonly free: number } => {
  const gap = 1000 / rate
  const wait = Math.max(0, free - burst * gap - now)
  return { wait, free: Math.max(free, now + wait) + gap }
}

/** How many may go at once, when none went for a while. */
const burst = 10

/** The pace of one client. */
export interface Pacer {
  /** Waits for a place among the tasks in flight, first come, first served. */
  readonly inFlight: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Whether the client may be slowed down. */
  readonly isPaused: () => boolean
  /** Waits as long as the client is slowed down. */
  readonly gate: Effect.Effect<void>
  /** The service asked for less, for `retryAfter` milliseconds if it said so. */
  readonly slowDown: (retryAfter: number | undefined) => Effect.Effect<void>
  /** Whether the budget has a retry left; takes it. */
  readonly mayRetry: Effect.Effect<boolean>
  readonly succeeded: () => void
}

export const make = (settings: Settings): Pacer => {
  let pace = full(settings.retryBudget)
  const semaphore = Number.isFinite(settings.maxConcurrency)
    ? Semaphore.makeUnsafe(Math.max(1, settings.maxConcurrency))
    : undefined
  const longest = Duration.toMillis(settings.maxRetryAfter)
  return {
    inFlight: (effect) => (semaphore === undefined ? inFlight(effect) : semaphore.withPermit(inFlight(effect))),
    isPaused: () => pace.pausedUntil > 0,
    gate: Effect.suspend(() => (pace.pausedUntil === 0 ? Effect.void : paused(() => pace))),
    slowDown: (retryAfter) =>
      retryAfter === undefined
        ? Effect.void
        : Effect.map(elapsedMillis, (now) => {
            pace = pauseUntil(pace, now + Math.min(longest, retryAfter))
          }),
    mayRetry: Effect.sync(() => {
      const next = spend(pace)
      pace = next ?? pace
      return next !== undefined
    }),
    succeeded: () => {
      pace = earn(pace, settings.retryBudget)
    }
  }
}

/** Waits the pause out, and what has been added to it meanwhile. */
const paused = Effect.fnUntraced(function* (pace: () => Pace) {
  while (true) {
    const wait = waitOf(pace(), yield* elapsedMillis, yield* Random.next)
    if (wait === 0) return
    // Whole milliseconds: what is left of a fraction could be too short for any clock, and be waited for again.
    yield* Effect.sleep(Duration.millis(Math.ceil(wait)))
  }
})
