/**
 * When to ask for a task's results. The cadence is a pure function of the poll's number, and replaceable.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type { Settings } from "./RunwareConfig.ts"
import type { Task } from "./Task.ts"

/**
 * The wait before poll number `poll` (0 is the first after the acknowledgement) of `task`.
 *
 * @since 0.1.0
 * @category models
 */
export type Cadence = (poll: number, task: Task) => Duration.Duration

/**
 * A cadence of your own, in place of {@link standard}.
 *
 * @since 0.1.0
 * @category references
 */
export const Polling: Context.Reference<Cadence | undefined> = Context.Reference<Cadence | undefined>(
  "@effect-runware/core/Polling",
  { defaultValue: () => undefined }
)

/**
 * `pollDelay`, then `pollInterval` growing by `pollFactor` up to `maxPollInterval`. With the defaults a task is asked for
 * 1.0, 1.5, 2.25, 3.4, 5.1, 7.6, 11.4, 17.1, 25.6 s after its acknowledgement, then every 10 s, as the official SDKs do.
 *
 * @since 0.1.0
 * @category constructors
 */
export const standard =
  (settings: Pick<Settings, "pollDelay" | "pollInterval" | "pollFactor" | "maxPollInterval">): Cadence =>
  (poll) =>
    poll === 0
      ? settings.pollDelay
      : Duration.min(
          settings.maxPollInterval,
          Duration.millis(Duration.toMillis(settings.pollInterval) * settings.pollFactor ** (poll - 1))
        )
