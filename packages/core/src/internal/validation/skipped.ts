import type * as Effect from "effect/Effect"
import { log } from "../../RunwareLogger.ts"
import type { Task } from "../../Task.ts"

/** The log entry of a task that could not be checked. */
export const skipped = ({ model, taskType }: Task, why: string): Effect.Effect<void> =>
  log("validation", "Skipped", () => ({ taskType, model, why }))
