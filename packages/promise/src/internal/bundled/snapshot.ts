/**
 * The registry of the pinned release in the published bundle, in the place of the core's: a file of its own, which the first
 * look-up loads.
 */
import type { RegistryData } from "@effect-runware/schemas/registry"
import * as Effect from "effect/Effect"

export const snapshot: Effect.Effect<RegistryData> = Effect.promise(async () => {
  const { bundledRegistry } = await import("@effect-runware/schemas/registry")
  return bundledRegistry()
})
