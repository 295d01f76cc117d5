/**
 * Several schemas as one that each of their values fulfils: what all require is required, what any knows is declared.
 */
import type { JsonSchema } from "@effect-runware/schemas"

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

const values = (schema: JsonSchema): ReadonlyArray<unknown> | undefined =>
  schema.const === undefined ? schema.enum : [schema.const]

const asSchema = (schema: JsonSchema | boolean | undefined): JsonSchema => (typeof schema === "object" ? schema : {})

const mergeable: ReadonlySet<string> = new Set([
  "type",
  "required",
  "properties",
  "additionalProperties",
  "description"
])

/** An object schema of which merging loses nothing that matters to a type. */
const isPlainObject = (schema: JsonSchema): boolean =>
  schema.type === "object" && Object.keys(schema).every((keyword) => mergeable.has(keyword))

const mergeObjects = (left: JsonSchema, right: JsonSchema): JsonSchema => {
  const names = new Set([...Object.keys(left.properties ?? {}), ...Object.keys(right.properties ?? {})])
  const property = (name: string): JsonSchema => {
    const [first, second] = [left.properties?.[name], right.properties?.[name]]
    return first === undefined
      ? asSchema(second)
      : second === undefined
        ? asSchema(first)
        : merge(asSchema(first), asSchema(second))
  }
  return {
    type: "object",
    required: (left.required ?? []).filter((name) => right.required?.includes(name)),
    properties: Object.fromEntries([...names].toSorted().map((name) => [name, property(name)]))
  }
}

const merge = (left: JsonSchema, right: JsonSchema): JsonSchema => {
  if (same(left, right)) return left
  if (isPlainObject(left) && isPlainObject(right)) return mergeObjects(left, right)
  const [first, second] = [values(left), values(right)]
  if (first !== undefined && second !== undefined) return { enum: [...new Set([...first, ...second])] }
  if (left.type === "array" && right.type === "array") {
    return { type: "array", items: merge(asSchema(left.items), asSchema(right.items)) }
  }
  const alternatives = [...(left.anyOf ?? [left]), ...(right.anyOf ?? [right])]
  return { anyOf: alternatives.filter((one, index) => alternatives.findIndex((other) => same(one, other)) === index) }
}

/** The schemas, and the branches of their `oneOf`, as one. */
export const mergeSchemas = (schemas: ReadonlyArray<JsonSchema>): JsonSchema => {
  const [first = {}, ...rest] = schemas.flatMap((schema) => schema.oneOf ?? [schema])
  return rest.reduce(merge, first)
}
