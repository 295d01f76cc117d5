/**
 * JSON Schema as TypeScript types. What has no place in a type, such as a maximum, is left to validation; what would
 * change a type and is not understood is an error, never dropped.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import { literal } from "./Text.ts"

/** A schema says something that this emitter cannot turn into a type. */
export class Inexpressible extends Error {
  override readonly name = "Inexpressible"
}

/** Keywords that restrict values and leave the type alone. */
const annotations: ReadonlySet<string> = new Set([
  "$id",
  "$schema",
  "$comment",
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "format",
  "pattern",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties"
])

const expressed: ReadonlySet<string> = new Set([
  "type",
  "const",
  "enum",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "anyOf",
  "oneOf"
])

/** What the types say beyond the schema. */
export interface EmitOptions {
  /** A sentence about the property at a path, `usage.total[].count`. */
  readonly describe: (path: string) => string | undefined
}

const identifier = /^[A-Za-z_$][\w$]*$/

/** A property name as it stands in a type. */
export const propertyName = (name: string): string => (identifier.test(name) ? name : literal(name))

const indent = (text: string): string => text.replace(/^(?=.)/gm, "  ")

const comment = (sentence: string | undefined): string => (sentence === undefined ? "" : `/** ${sentence} */\n`)

const union = (members: ReadonlyArray<string>): string => [...new Set(members)].join(" | ")

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`)

const refuseUnknown = (schema: JsonSchema, path: string): void => {
  const unknown = Object.keys(schema).filter((keyword) => !annotations.has(keyword) && !expressed.has(keyword))
  if (unknown.length > 0) throw new Inexpressible(`${path || "the schema"}: no type for ${unknown.join(", ")}`)
}

const primitives: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  null: "null"
}

/** The properties of an object type: one a line, each with its comment. */
const objectMembers = (schema: JsonSchema, path: string, options: EmitOptions): string =>
  Object.entries(schema.properties ?? {})
    .filter(([, property]) => property !== false)
    .map(([name, property]) => {
      const at = join(path, name)
      const mark = schema.required?.includes(name) ? "" : "?"
      return `${comment(options.describe(at))}readonly ${propertyName(name)}${mark}: ${typeExpression(property, at, options)}`
    })
    .join("\n")

const objectType = (schema: JsonSchema, path: string, options: EmitOptions): string => {
  const { additionalProperties } = schema
  if (schema.properties === undefined) {
    return typeof additionalProperties === "object"
      ? `Readonly<Record<string, ${typeExpression(additionalProperties, path, options)}>>`
      : "Readonly<Record<string, unknown>>"
  }
  return `{\n${indent(objectMembers(schema, path, options))}\n}`
}

const ofType = (type: string, schema: JsonSchema, path: string, options: EmitOptions): string => {
  if (type === "object") return objectType(schema, path, options)
  if (type === "array") return `ReadonlyArray<${typeExpression(schema.items ?? true, `${path}[]`, options)}>`
  const primitive = primitives[type]
  if (primitive === undefined) throw new Inexpressible(`${path || "the schema"}: type ${literal(type)} is unknown`)
  return primitive
}

/** The type of the values that a schema allows. The path names the place in errors and descriptions. */
export const typeExpression = (schema: JsonSchema | boolean, path: string, options: EmitOptions): string => {
  if (typeof schema === "boolean") return schema ? "unknown" : "never"
  refuseUnknown(schema, path)
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map(literal))
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) return union(alternatives.map((one) => typeExpression(one, path, options)))
  if (schema.type === undefined) return schema.properties === undefined ? "unknown" : objectType(schema, path, options)
  const types = typeof schema.type === "string" ? [schema.type] : schema.type
  return union(types.map((type) => ofType(type, schema, path, options)))
}

/** The body of an interface for the values of an object schema. `open` lets it have further fields, of unknown type. */
export const interfaceBody = (schema: JsonSchema, options: EmitOptions & { readonly open: boolean }): string => {
  refuseUnknown(schema, "")
  if (schema.type !== "object") throw new Inexpressible("the schema is not of an object")
  const properties = objectMembers(schema, "", options)
  const lines = [properties, options.open ? "readonly [field: string]: unknown" : ""].filter((line) => line !== "")
  return `{\n${indent(lines.join("\n"))}\n}`
}
