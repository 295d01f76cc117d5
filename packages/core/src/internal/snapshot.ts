/**
 * The registry of the pinned release, as an effect: a bundle may put one in this place that loads it when it is first asked
 * for, as that of the Promise client does.
 */
import { bundledRegistry, type RegistryData } from "@effect-runware/schemas/registry"
import * as Effect from "effect/Effect"

export const snapshot: Effect.Effect<RegistryData> = /* @__PURE__ */ Effect.sync(bundledRegistry)
