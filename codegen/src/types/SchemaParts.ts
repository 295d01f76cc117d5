/**
 * What a schema's keywords hold. A schema may come from anywhere: what has the wrong shape is passed over here, and told
 * where the schema is translated.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import type * as Keywords from "./Keywords.ts"

/** Whether a value is an object of JSON. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Whether a value may be a schema. */
export const isSchema = (value: unknown): value is JsonSchema | boolean => typeof value === "boolean" || isObject(value)

/** The schemas in a list. */
export const schemas = (value: unknown): ReadonlyArray<JsonSchema | boolean> =>
  Array.isArray(value) ? value.filter(isSchema) : []

/** The schemas by name. */
export const schemaMap = (value: unknown): ReadonlyArray<readonly [string, JsonSchema | boolean]> =>
  isObject(value)
    ? Object.entries(value).filter((entry): entry is [string, JsonSchema | boolean] => isSchema(entry[1]))
    : []

/** The schemas that a keyword's value holds. */
export const schemasIn = (shape: Keywords.Shape, value: unknown): ReadonlyArray<JsonSchema | boolean> => {
  if (shape === "a schema") return isSchema(value) ? [value] : []
  return Array.isArray(value) ? schemas(value) : schemaMap(value).map(([, schema]) => schema)
}

/** The strings in a list. */
export const strings = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : []
