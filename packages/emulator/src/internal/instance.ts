/** A value that a JSON Schema describes, as small as the schema lets it be. */
import { isRecord } from "./json.ts"

/** Words for the place at a path, such as `author.name`. */
type Words = (place: string) => string

/** Schemas that refer to themselves end here. */
const deepest = 12

/** An instance of a schema. Keywords beyond structure, bounds and choices are not followed. */
export const instanceOf = (schema: unknown, words: Words): unknown => {
  const within = (part: unknown, place: string, depth: number): unknown => {
    const found = resolved(part, schema)
    if (!isRecord(found) || depth > deepest) return null
    const { const: only, default: usual, enum: allowed, items, minItems, minimum, properties, required } = found
    if (only !== undefined) return only
    if (usual !== undefined) return usual
    if (Array.isArray(allowed)) return allowed[0]
    for (const choice of [found["oneOf"], found["anyOf"], found["allOf"]]) {
      if (Array.isArray(choice) && choice.length > 0) return within(choice[0], place, depth + 1)
    }
    const type: unknown = Array.isArray(found["type"]) ? found["type"][0] : found["type"]
    if (type === "object" || isRecord(properties)) {
      const members = Object.entries(isRecord(properties) ? properties : {})
      const needed = depth < deepest / 2 ? undefined : Array.isArray(required) ? required : []
      const kept = members.filter(([name]) => needed === undefined || needed.includes(name))
      return Object.fromEntries(kept.map(([name, inner]) => [name, within(inner, `${place}.${name}`, depth + 1)]))
    }
    if (type === "array") {
      const length = typeof minItems === "number" ? minItems : 1
      return Array.from({ length }, (_, index) => within(items, `${place}.${index}`, depth + 1))
    }
    if (type === "number" || type === "integer") return typeof minimum === "number" ? Math.ceil(minimum) : 1
    if (type === "boolean") return true
    return type === "null" ? null : words(place)
  }
  return within(schema, "", 0)
}

/** What a reference inside the schema points to. */
const resolved = (part: unknown, root: unknown): unknown => {
  const reference = isRecord(part) ? part["$ref"] : undefined
  if (typeof reference !== "string" || !reference.startsWith("#")) return part
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>((found, name) => (isRecord(found) ? found[name] : undefined), root)
}
