/**
 * What redacts log entries, as a reader of them waits for it: the core has it here. In the published bundle the core's own
 * `lateRedaction` is in the place of this and of what redacts.
 */
import * as Effect from "effect/Effect"

export const ready: Effect.Effect<void> = Effect.void
