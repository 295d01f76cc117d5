/**
 * Checks the final wire task against the request schema of its model before it is sent: parameters that the model doesn't
 * know, values out of range, rules across parameters. `validate: true`, per client or per call, asks for it; until the
 * first such call neither a schema nor an engine is loaded.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Http from "./internal/http.ts"
import { skipped } from "./internal/validation/skipped.ts"
import { RunwareConfig } from "./RunwareConfig.ts"
import type { RunwareError } from "./RunwareError.ts"
import type { Task } from "./Task.ts"

/**
 * The validator service.
 *
 * @since 0.1.0
 * @category services
 */
export class Validator extends Context.Service<
  Validator,
  {
    /**
     * Fails with code `validation` and all `validationErrors` at once when the task breaks rules. `family` is the
     * architecture, modality or operation of a community model, whose own schema nobody knows. A task without any known
     * schema passes, and the log says so.
     */
    readonly validate: (task: Task, family?: string) => Effect.Effect<void, RunwareError>
    /** Forgets every schema, so that the next check asks again. */
    readonly clear: Effect.Effect<void>
  }
>()("@effect-runware/core/Validator") {}

/**
 * The JSON Schema engines: `ajv` compiles schemas to functions, `cfworker` also works where `new Function` is refused.
 * Their verdicts and messages are the same.
 *
 * @since 0.1.0
 * @category models
 */
export type EngineName = "ajv" | "cfworker"

/**
 * Which engine the layers of this module load. By default `auto`: ajv, or cfworker where the runtime refuses ajv. Asking
 * the runtime is itself reported by pages that watch their content security policy: name `cfworker` there.
 *
 * ```ts
 * Validator.layerBundled.pipe(Layer.provide(Layer.succeed(Validator.Engine, "cfworker")))
 * ```
 *
 * @since 0.1.0
 * @category services
 */
export const Engine: Context.Reference<EngineName | "auto"> = /* @__PURE__ */ Context.Reference<EngineName | "auto">(
  "@effect-runware/core/Validator/Engine",
  { defaultValue: () => "auto" }
)

// The marks let a bundler drop the layers that a program doesn't use, and with them what they would load.

/**
 * Knows no schema: lets every task pass, and the log says so. It adds nothing to a bundle.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerNone: Layer.Layer<Validator> = /* @__PURE__ */ Layer.sync(Validator, () => ({
  validate: (task: Task) => skipped(task, "no schema is known"),
  clear: Effect.void
}))

/**
 * Knows the request schemas of the pinned release, and uses no network. A model that is newer, or of the community, is
 * checked by its architecture, modality or operation, which say less.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerBundled: Layer.Layer<Validator> = /* @__PURE__ */ Layer.effect(
  Validator,
  /* @__PURE__ */ Effect.map(Engine, (engine) =>
    onFirstUse(Effect.map(implementations(), ({ bundled }) => bundled(engine)))
  )
)

/**
 * Asks the service for the schema of each model, and keeps the answer for as long as it says (five minutes where it
 * doesn't), also that there is none; a failure is not kept. Calls that need the same schema wait for one request,
 * `registryTimeout` at most. Where the service has no answer, and for utilities, the bundled schemas serve.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRemote: Layer.Layer<Validator, never, RunwareConfig | HttpClient.HttpClient> =
  /* @__PURE__ */ Layer.effect(
    Validator,
    /* @__PURE__ */ Effect.gen(function* () {
      const settings = yield* RunwareConfig
      const http = yield* Http.client(settings)
      const engine = yield* Engine
      return onFirstUse(Effect.flatMap(implementations(), ({ remote }) => remote(settings, http, engine)))
    })
  )

const implementations = () => Effect.tryPromise(() => import("./internal/validation/validators.ts"))

/** A validator that is loaded by the first task that it shall check. */
const onFirstUse = (load: Effect.Effect<Validator["Service"], Error>): Validator["Service"] => {
  let loaded: Validator["Service"] | undefined
  // Two first calls may load at once; one of them is then kept for both.
  const get = Effect.suspend(() =>
    loaded === undefined ? Effect.map(load, (made) => (loaded ??= made)) : Effect.succeed(loaded)
  )
  return {
    validate: (task, family) =>
      Effect.matchEffect(get, {
        onFailure: ({ message }) => skipped(task, message),
        onSuccess: (validator) => validator.validate(task, family)
      }),
    clear: Effect.suspend(() => loaded?.clear ?? Effect.void)
  }
}
