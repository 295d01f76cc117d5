/**
 * The shape of the schema map: the service's own bundle of everything it accepts and answers, and of the snapshot of it
 * that this package pins.
 *
 * @since 0.1.0
 */

/**
 * A JSON Schema (draft 2019-09), with the keywords that the snapshot uses. A schema from the service may hold others.
 *
 * @since 0.1.0
 * @category models
 */
export interface JsonSchema {
  readonly $id?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | ReadonlyArray<string>
  readonly const?: unknown
  readonly enum?: ReadonlyArray<unknown>
  readonly default?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: JsonSchema | boolean
  readonly required?: ReadonlyArray<string>
  readonly properties?: Readonly<Record<string, JsonSchema | boolean>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly dependentRequired?: Readonly<Record<string, ReadonlyArray<string>>>
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly oneOf?: ReadonlyArray<JsonSchema>
  readonly not?: JsonSchema
  readonly if?: JsonSchema
  readonly then?: JsonSchema
  readonly else?: JsonSchema
  readonly [keyword: string]: unknown
}

/**
 * What one thing accepts and answers. Either may be unknown.
 *
 * @since 0.1.0
 * @category models
 */
export interface SchemaPair {
  readonly requestSchema: JsonSchema | null
  readonly responseSchema: JsonSchema | null
}

/**
 * A curated model.
 *
 * @since 0.1.0
 * @category models
 */
export interface InferenceEntry extends SchemaPair {
  readonly slug: string
  readonly air: string
  /** Where the parameters of the model are not known: the modality or operation whose schema stands in for them. */
  readonly fallback?: string
}

/**
 * A utility task, such as `modelSearch`.
 *
 * @since 0.1.0
 * @category models
 */
export interface UtilityEntry extends SchemaPair {
  readonly taskType: string
}

/**
 * The schema map.
 *
 * @since 0.1.0
 * @category models
 */
export interface SchemaMap {
  /** The release, as a timestamp: `20260722152433`. */
  readonly version: string
  readonly architectures: Readonly<Record<string, SchemaPair>>
  readonly modalities: Readonly<Record<string, SchemaPair>>
  readonly operations: Readonly<Record<string, SchemaPair>>
  readonly utilities: ReadonlyArray<UtilityEntry>
  readonly errors: JsonSchema
  readonly inference: ReadonlyArray<InferenceEntry>
}

/**
 * A request with the verdict that a validator must reach on it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExampleRequest {
  readonly name: string
  readonly taskType: string
  /** `model:`, `architecture:`, `modality:`, `operation:` or `utility:`, and a key of the schema map. */
  readonly target: string
  readonly valid: boolean
  readonly why: string
  readonly request: Readonly<Record<string, unknown>>
}
