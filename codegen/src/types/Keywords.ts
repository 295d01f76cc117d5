/**
 * What a schema's keywords mean for a type: some are the type, some only narrow the values, some hold other schemas. A
 * keyword that is in none of these lists is reported.
 */

/** The value that a keyword must have, in words. */
export type Shape =
  | "anything"
  | "a string"
  | "a number"
  | "a boolean"
  | "a word or a list of words"
  | "a list"
  | "a list of strings"
  | "a schema"
  | "a list of schemas"
  | "a schema or a list of schemas"
  | "schemas by name"
  | "an object"

const shared = (shape: Shape, keywords: ReadonlyArray<string>): Readonly<Record<string, Shape>> =>
  Object.fromEntries(keywords.map((keyword) => [keyword, shape]))

/** Every keyword that is understood. Those that are no part of a type are limits on values, or annotations. */
export const shapes: Readonly<Record<string, Shape>> = {
  ...shared("anything", ["const", "default", "$vocabulary"]),
  ...shared("a string", [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$comment",
    "$ref",
    "$recursiveRef",
    "$dynamicRef",
    "title",
    "description",
    "contentEncoding",
    "contentMediaType",
    "format",
    "pattern"
  ]),
  ...shared("a boolean", ["$recursiveAnchor", "deprecated", "readOnly", "writeOnly", "nullable", "uniqueItems"]),
  ...shared("a number", [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties"
  ]),
  ...shared("a word or a list of words", ["type"]),
  ...shared("a list", ["enum", "examples"]),
  ...shared("a list of strings", ["required"]),
  ...shared("a schema", [
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "contentSchema",
    "not",
    "if",
    "then",
    "else"
  ]),
  ...shared("a list of schemas", ["allOf", "anyOf", "oneOf", "prefixItems"]),
  ...shared("a schema or a list of schemas", ["items"]),
  ...shared("schemas by name", ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"]),
  ...shared("an object", ["dependentRequired", "dependencies"])
}

/** Rules that no type says without becoming unreadable. The validator checks them. */
export const rules: ReadonlyArray<string> = [
  "not",
  "contains",
  "propertyNames",
  "dependencies",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedItems"
]

/** Keywords whose schemas are no part of the type, and still may be wrong. */
export const unread: ReadonlyArray<string> = [
  "not",
  "contains",
  "propertyNames",
  "dependencies",
  "dependentSchemas",
  "unevaluatedItems",
  "if",
  "contentSchema",
  "$defs",
  "definitions"
]

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value)

const isSchema = (value: unknown): boolean => typeof value === "boolean" || isObject(value)

const isListOf = (value: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(is)

const isString = (value: unknown): boolean => typeof value === "string"

/** Whether a keyword's value has the shape. */
export const fits = (shape: Shape, value: unknown): boolean => {
  switch (shape) {
    case "anything":
      return true
    case "a string":
      return isString(value)
    case "a number":
      return typeof value === "number"
    case "a boolean":
      return typeof value === "boolean"
    case "a word or a list of words":
      return isString(value) || isListOf(value, isString)
    case "a list":
      return Array.isArray(value)
    case "a list of strings":
      return isListOf(value, isString)
    case "a schema":
      return isSchema(value)
    case "a list of schemas":
      return isListOf(value, isSchema)
    case "a schema or a list of schemas":
      return isSchema(value) || isListOf(value, isSchema)
    case "schemas by name":
      return isObject(value) && isListOf(Object.values(value ?? {}), isSchema)
    case "an object":
      return isObject(value)
  }
}
