/**
 * Parts of `effect/internal/effect` in the published bundle. What they take from Effect is not there yet when they are
 * evaluated, only when they are called.
 */
import * as Effect from "effect/Effect"

/** Failures that are ignored are told to nobody, who asks: no logger is there. */
export const ignoreCauseLogger = () => () => Effect.succeed(undefined)

/** Marks in stack traces are for printers of causes. */
export const continuationMarksStack = true

/** No fiber has a frame of a span that it could note. */
export const fiberStackAnnotations = () => undefined

/** All runtimes that this package is for have such a clock. */
export const monotonicNowNanos = (): bigint => BigInt(Math.round(performance.now() * 1_000_000))
