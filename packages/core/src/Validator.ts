/**
 * Checks the final wire task before it is sent. Off by default; a layer brings the knowledge.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { RunwareError } from "./RunwareError.ts"
import { log } from "./RunwareLogger.ts"
import type { Task } from "./Task.ts"

/**
 * Fails with code `validation` and all `validationErrors` when the task breaks its model's rules. Whether a call is
 * checked at all is for `validate`, per call or per client, to say.
 *
 * @since 0.1.0
 * @category services
 */
export class Validator extends Context.Service<
  Validator,
  { readonly validate: (task: Task) => Effect.Effect<void, RunwareError> }
>()("@effect-runware/core/Validator") {}

/**
 * Knows no schema: lets every task pass and says so in the log.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerNone: Layer.Layer<Validator> = Layer.succeed(Validator, {
  validate: (task) =>
    log("validation", "Skipped: no schema at hand", () => ({ taskType: task.taskType, model: task["model"] }))
})
