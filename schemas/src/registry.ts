/**
 * Which model belongs to which task type, as the pinned release knows it: the registry that a client falls back to when
 * the service's live one cannot be had. The models are kept as text and decoded on first use, so that a program which
 * never asks pays for neither the time nor the objects.
 *
 * @since 0.1.0
 */
import { architectureTaskTypes, modalityTaskTypes, modelLines, operationTaskTypes } from "./generated/registry.ts"
import { version } from "./generated/version.ts"

export type { Architecture, Modality, ModelAir, ModelSlug, Operation } from "./generated/names.ts"

/**
 * One curated model.
 *
 * @since 0.1.0
 * @category models
 */
export interface RegistryModel {
  /** The one task type that the model's requests carry. */
  readonly taskType: string
  /** The slug: the model's name in documentation addresses. */
  readonly id: string
}

/**
 * A registry, in the shape of the service's own `registry.json` plus the task types of operations.
 *
 * @since 0.1.0
 * @category models
 */
export interface RegistryData {
  /** The release, as a timestamp: `20260722152433`. */
  readonly version: string
  /** Curated models by AIR. */
  readonly models: Readonly<Record<string, RegistryModel>>
  readonly architectureTaskTypes: Readonly<Record<string, string>>
  readonly modalityTaskTypes: Readonly<Record<string, string>>
  readonly operationTaskTypes: Readonly<Record<string, string>>
}

/**
 * The slug that most models have: their AIR with everything but letters and digits turned into dashes.
 *
 * @since 0.1.0
 * @category models
 */
export const slugOfAir = (air: string): string => air.replace(/[^A-Za-z0-9]+/g, "-")

/**
 * Decodes the lines of one task type: an AIR, then after a space its slug where that is not the usual one.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decodeModelLines = (taskType: string, lines: string): ReadonlyArray<readonly [string, RegistryModel]> =>
  lines.split("\n").map((line) => {
    const [air = "", id = slugOfAir(air)] = line.split(" ")
    return [air, { taskType, id }]
  })

let decoded: RegistryData | undefined

/**
 * The registry of the pinned release. The same object on every call.
 *
 * @example
 * import { bundledRegistry } from "@effect-runware/schemas/registry"
 *
 * bundledRegistry().models["runware:101@1"]?.taskType // => "imageInference"
 *
 * @since 0.1.0
 * @category constructors
 */
export const bundledRegistry = (): RegistryData =>
  (decoded ??= {
    version,
    models: Object.fromEntries(
      Object.entries(modelLines).flatMap(([taskType, lines]) => decodeModelLines(taskType, lines))
    ),
    architectureTaskTypes,
    modalityTaskTypes,
    operationTaskTypes
  })
