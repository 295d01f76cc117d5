/**
 * The facts that a snapshot is assembled from, as they lie in a folder: what releases and documentation say, each with
 * its source, before anything is decided about which counts.
 */
import type { ExampleRequest, JsonSchema } from "@effect-runware/schemas"
import type { RegistryData } from "@effect-runware/schemas/registry"
import { readFileSync } from "node:fs"
import { join } from "node:path"

/** What is known about one model. `params` is null where no release types it, and `fallback` says what stands in. */
export interface ModelFacts {
  readonly air: string
  readonly slug: string
  readonly taskType: string
  readonly current: boolean
  readonly params: Readonly<Record<string, JsonSchema>> | null
  readonly required: ReadonlyArray<string> | null
  readonly additionalProperties: boolean | null
  readonly result: JsonSchema | null
  /** `modality:` or `operation:` and a key. */
  readonly fallback?: string
}

/** An architecture, modality or operation: one schema for every model of it. */
export interface FamilyFacts {
  readonly taskType: string
  readonly current: boolean
  readonly params: JsonSchema
  readonly additionalProperties: boolean
}

/** A utility task. */
export interface UtilityFacts {
  readonly params: JsonSchema
  readonly result: JsonSchema
}

/** What one or more sources say about the values of one parameter. */
export interface Limit {
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly enum?: ReadonlyArray<unknown>
  readonly default?: unknown
  readonly format?: string
  /** Only old documentation says so. */
  readonly stale?: boolean
}

/** Limits by the path of the parameter: `a.b[].c`. */
export type Limits = Readonly<Record<string, Limit>>

type Paths = ReadonlyArray<string>
type Consts = Readonly<Record<string, unknown>>

/** A width and a height. */
export type Dimensions = readonly [width: number, height: number]

/** A rule across parameters. Paths in it are written `a.b`. */
export type Rule =
  | { readonly kind: "together"; readonly params: Paths }
  | { readonly kind: "exclusive"; readonly groups: ReadonlyArray<Paths> }
  | { readonly kind: "exactlyOne"; readonly groups: ReadonlyArray<Paths> }
  | { readonly kind: "atLeastOne"; readonly groups: ReadonlyArray<Paths> }
  | { readonly kind: "requiresWhenPresent"; readonly present: Paths; readonly requires: Paths }
  | { readonly kind: "requiresOneOfWhenPresent"; readonly present: Paths; readonly requires: Paths }
  | { readonly kind: "requiresWhenAbsent"; readonly absent: Paths; readonly requires: Paths }
  | { readonly kind: "constWhenPresent"; readonly param: string; readonly present: Paths; readonly value: unknown }
  | { readonly kind: "maximumWhenPresent"; readonly param: string; readonly present: Paths; readonly value: number }
  | {
      readonly kind: "enumWhenDimensions"
      readonly param: string
      readonly dimensions: ReadonlyArray<Dimensions>
      readonly enum: ReadonlyArray<unknown>
    }
  | {
      readonly kind: "enumWhenConst"
      readonly param: string
      readonly when: Consts
      readonly enum: ReadonlyArray<unknown>
    }
  | { readonly kind: "forbiddenWhenConst"; readonly params: Paths; readonly when: Consts }

/** The bounds of a bitrate at one output format and sample rate. */
export interface TableRow {
  readonly outputFormat: string
  readonly sampleRate: number
  readonly channels?: number
  readonly minimum: number
  readonly maximum: number
}

/** Everything that is limited about one model, architecture or task type. */
export interface LimitFacts {
  readonly params: Limits
  readonly rules?: ReadonlyArray<Rule>
  readonly dimensions?: ReadonlyArray<Dimensions>
  /** Only old documentation has the list. */
  readonly dimensionsStale?: boolean
  /** The list was cut off where it was read. */
  readonly dimensionsPartial?: boolean
  /** Paths of nested objects that take no unknown properties. */
  readonly closed?: Paths
  /** What nested objects require, by path. */
  readonly nestedRequired?: Readonly<Record<string, Paths>>
  /** Bounds of bitrates, by path. */
  readonly tables?: Readonly<Record<string, ReadonlyArray<TableRow>>>
}

/** All facts. */
export interface Facts {
  readonly models: ReadonlyArray<ModelFacts>
  readonly architectures: Readonly<Record<string, FamilyFacts>>
  readonly modalities: Readonly<Record<string, FamilyFacts>>
  readonly operations: Readonly<Record<string, FamilyFacts>>
  readonly utilities: Readonly<Record<string, UtilityFacts>>
  /** By task type; `$errors` is the error object. */
  readonly results: Readonly<Record<string, JsonSchema>>
  readonly registry: RegistryData
  readonly limits: {
    readonly models: Readonly<Record<string, LimitFacts>>
    readonly architectures: Readonly<Record<string, LimitFacts>>
    readonly taskTypes: Readonly<Record<string, LimitFacts>>
    readonly platform: LimitFacts
  }
  readonly examples: ReadonlyArray<ExampleRequest>
}

/** Reads every file of the folder. The files are trusted to have the shapes above; a missing one throws. */
export const readFacts = (folder: string): Facts => {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"))
  return {
    models: read("models"),
    architectures: read("architectures"),
    modalities: read("modalities"),
    operations: read("operations"),
    utilities: read("utilities"),
    results: read("results"),
    registry: read("registry"),
    limits: read("limits"),
    examples: read("examples")
  }
}
