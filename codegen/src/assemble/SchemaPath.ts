/**
 * Parameter paths, `a.b[].c`: reading them, and reaching into a schema along one.
 */
import type { JsonSchema } from "@effect-runware/schemas"

/** A property by name, or the items of an array. */
export type Step = { readonly property: string } | "items"

/** The steps of a path: `lora[].weight` is a property, its items, a property. */
export const parsePath = (path: string): ReadonlyArray<Step> =>
  path
    .split(".")
    .flatMap((part): ReadonlyArray<Step> =>
      part.endsWith("[]") ? [{ property: part.slice(0, -2) }, "items"] : [{ property: part }]
    )

/**
 * What to do where a nested property on the way is not declared: `"add"` declares it, unless the object is closed,
 * `"skip"` leaves the schema as it is. The top level never gains a property: what a request takes there is known.
 */
export type Undeclared = "add" | "skip"

const isSchema = (schema: JsonSchema | boolean | undefined): schema is JsonSchema => typeof schema === "object"

/** A new property is of the kind that the next step needs. */
const blank = (next: Step | undefined): JsonSchema =>
  next === undefined ? {} : { type: next === "items" ? "array" : "object" }

const updateNested = (
  schema: JsonSchema,
  [step, ...rest]: ReadonlyArray<Step>,
  undeclared: Undeclared,
  update: (schema: JsonSchema) => JsonSchema
): JsonSchema => {
  if (step === undefined) return update(schema)
  const branch = schema.oneOf?.findIndex((candidate) => candidate.type === "object" || candidate.type === "array") ?? -1
  if (schema.oneOf !== undefined && branch >= 0) {
    return {
      ...schema,
      oneOf: schema.oneOf.map((candidate, index) =>
        index === branch ? updateNested(candidate, [step, ...rest], undeclared, update) : candidate
      )
    }
  }
  if (step === "items") {
    if (isSchema(schema.items)) return { ...schema, items: updateNested(schema.items, rest, undeclared, update) }
    if (undeclared === "skip" || schema.type !== "array") return schema
    return { ...schema, items: updateNested(blank(rest[0]), rest, undeclared, update) }
  }
  const declared = schema.properties?.[step.property]
  const mayAdd = undeclared === "add" && schema.additionalProperties !== false && schema.type === "object"
  if (!isSchema(declared) && !mayAdd) return schema
  return {
    ...schema,
    properties: {
      ...schema.properties,
      [step.property]: updateNested(isSchema(declared) ? declared : blank(rest[0]), rest, undeclared, update)
    }
  }
}

/** The schema with the part at the path updated. A path whose first property is not declared changes nothing. */
export const updateAt = (
  schema: JsonSchema,
  path: string,
  undeclared: Undeclared,
  update: (schema: JsonSchema) => JsonSchema
): JsonSchema => {
  const steps = parsePath(path)
  const [first] = steps
  if (first === undefined || first === "items" || !isSchema(schema.properties?.[first.property])) return schema
  return updateNested(schema, steps, undeclared, update)
}

/** A schema that holds where the value at the path, if there is one, fulfils `value`. */
export const valueAt = (path: string, value: JsonSchema | boolean): JsonSchema => {
  const [head = "", ...rest] = path.split(".")
  return { properties: { [head]: rest.length === 0 ? value : valueAt(rest.join("."), value) } }
}

/** A schema that holds where there is a value at the path, and it fulfils `value` if that is given. */
export const presentAt = (path: string, value?: JsonSchema): JsonSchema => {
  const [head = "", ...rest] = path.split(".")
  const nested = rest.length === 0 ? value : presentAt(rest.join("."), value)
  return { required: [head], ...(nested === undefined ? {} : { properties: { [head]: nested } }) }
}
