/**
 * How the client waits between attempts: exponential or linear growth, jitter also at the cap, and the service's own
 * `Retry-After` as a floor with a ceiling.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { Settings } from "./RunwareConfig.ts"
import type { RunwareError } from "./RunwareError.ts"

/**
 * The shape of a backoff.
 *
 * @since 0.1.0
 * @category models
 */
export interface Backoff {
  /** Wait before the first retry. */
  readonly base: Duration.Input
  /** The longest wait, before jitter. */
  readonly cap: Duration.Input
}

/**
 * Waits of `base`, 2·`base`, 4·`base` … up to `cap`, each scaled by chance to 50–100 %.
 *
 * @since 0.1.0
 * @category schedules
 */
export const exponential = (backoff: Backoff): Schedule.Schedule<number> =>
  growing(backoff, (attempt) => 2 ** (attempt - 1))

/**
 * Waits of `base`, 2·`base`, 3·`base` … up to `cap`, each scaled by chance to 50–100 %.
 *
 * @since 0.1.0
 * @category schedules
 */
export const linear = (backoff: Backoff): Schedule.Schedule<number> => growing(backoff, (attempt) => attempt)

/**
 * Makes the wait that the service asked for a floor, bounded by `max`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withRetryAfter: {
  (max: Duration.Input): <Output>(self: Schedule.Schedule<Output>) => Schedule.Schedule<Output, RunwareError>
  <Output>(self: Schedule.Schedule<Output>, max: Duration.Input): Schedule.Schedule<Output, RunwareError>
} = dual(2, <Output>(self: Schedule.Schedule<Output>, max: Duration.Input): Schedule.Schedule<Output, RunwareError> =>
  self.pipe(
    Schedule.setInputType<RunwareError>(),
    Schedule.modifyDelay(({ duration, input }) =>
      Effect.succeed(
        Duration.max(duration, Duration.min(Duration.millis(input.retryAfter ?? 0), Duration.fromInputUnsafe(max)))
      )
    )
  )
)

/**
 * The retry schedule of a client's settings.
 *
 * @since 0.1.0
 * @category schedules
 */
export const fromSettings = (
  settings: Pick<Settings, Growth | "maxRetries" | "maxRetryAfter">
): Schedule.Schedule<number, RunwareError> => {
  const limited = growthOf(settings).pipe(Schedule.upTo({ times: settings.maxRetries }))
  return withRetryAfter(limited, settings.maxRetryAfter)
}

/**
 * The same without a limit, for a service that asks to come back later: deadlines end it.
 *
 * @since 0.1.0
 * @category schedules
 */
export const patient = (settings: Pick<Settings, Growth | "maxRetryAfter">): Schedule.Schedule<number, RunwareError> =>
  withRetryAfter(growthOf(settings), settings.maxRetryAfter)

/**
 * Milliseconds before attempt number `attempt` (1 is the first retry), for a chance `random` in [0, 1).
 *
 * @since 0.1.0
 * @category decisions
 */
export const delay = (base: number, cap: number, growth: number, random: number): number =>
  Math.min(cap, base * growth) * (0.5 + random / 2)

type Growth = "maxRetryDelay" | "retryDelay" | "retryStrategy"

const growthOf = ({ maxRetryDelay, retryDelay, retryStrategy }: Pick<Settings, Growth>): Schedule.Schedule<number> =>
  (retryStrategy === "linear" ? linear : exponential)({ base: retryDelay, cap: maxRetryDelay })

const growing = ({ base, cap }: Backoff, growth: (attempt: number) => number): Schedule.Schedule<number> => {
  const [first, longest] = [base, cap].map((input) => Duration.toMillis(Duration.fromInputUnsafe(input))) as [
    number,
    number
  ]
  return Schedule.modifyDelay(Schedule.forever, ({ attempt }) =>
    Effect.map(Random.next, (random) => Duration.millis(delay(first, longest, growth(attempt), random)))
  )
}
