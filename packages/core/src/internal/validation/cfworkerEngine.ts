/**
 * The engine for runtimes that refuse `new Function`: workers, and pages with a strict content security policy.
 * `@cfworker/json-schema` reads the schema while it checks. It is also the smaller one.
 */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema"
import { isJsonObject, type JsonObject } from "../json.ts"
import type { Compile, Finding } from "./finding.ts"
import { namesOfFragment, resolved } from "./schemaPlace.ts"

/** Reads a schema, formats off as in the other engine. */
export const compile: Compile = (schema) => {
  // The engine leaves marks in the schema, so it gets a copy. Its type lists the keywords that it knows.
  const validator = new Validator(withoutFormats(schema) as Schema, "2019-09", false)
  return (task) => {
    const { errors } = validator.validate(withoutNoise(task))
    return errors.flatMap((error, index) => finding(schema, error, errors[index - 1]))
  }
}

/**
 * A task whose decimals have no more digits than they can be relied on for: this engine divides exactly, and 0.1 + 0.2
 * would be no multiple of 0.1.
 */
const withoutNoise = (value: unknown): unknown => {
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(15))
  if (Array.isArray(value)) return value.map(withoutNoise)
  return isJsonObject(value) ? mapped(value, withoutNoise) : value
}

const mapped = (table: JsonObject, change: (value: unknown) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]))

/** Keywords that only say that something further inside is wrong; that is reported after them. */
const wrappers: ReadonlySet<string> = new Set([
  "$ref",
  "$recursiveRef",
  "additionalItems",
  "additionalProperties",
  "allOf",
  "dependencies",
  "dependentSchemas",
  "if",
  "items",
  "patternProperties",
  "prefixItems",
  "properties",
  "unevaluatedItems",
  "unevaluatedProperties"
])

/** `before` is the keyword around a refusal: the refusal itself comes without its place in the schema. */
const finding = (schema: unknown, error: OutputUnit, before: OutputUnit | undefined): ReadonlyArray<Finding> => {
  const { instanceLocation, keyword, keywordLocation } = error
  if (wrappers.has(keyword)) return []
  const path = namesOfFragment(instanceLocation)
  if (keyword !== "false") {
    const parent = namesOfFragment(keywordLocation).slice(0, -1)
    return [{ path, keyword, location: [...resolved(schema, parent), keyword] }]
  }
  const around = resolved(schema, namesOfFragment(before?.keywordLocation ?? "#"))
  switch (before?.keyword) {
    case "additionalProperties":
    case "unevaluatedProperties":
      return [{ path, keyword: before.keyword, location: around }]
    case "additionalItems":
    case "unevaluatedItems":
      return [{ path: path.slice(0, -1), keyword: before.keyword, location: around }]
    case "properties":
      return [{ path, keyword: "false", location: [...around, ...path.slice(-1)] }]
    default:
      return [{ path, keyword: "false", location: around }]
  }
}

const maps: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependentSchemas",
  "patternProperties",
  "properties"
])
const values: ReadonlySet<string> = new Set(["const", "default", "enum", "examples"])

/** A copy of a schema in which nothing has a `format`; a parameter of that name stays. */
const withoutFormats = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withoutFormats)
  if (!isJsonObject(schema)) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => keyword !== "format")
      .map(([keyword, value]) => {
        if (values.has(keyword)) return [keyword, value]
        return [
          keyword,
          maps.has(keyword) && isJsonObject(value) ? mapped(value, withoutFormats) : withoutFormats(value)
        ]
      })
  )
}
