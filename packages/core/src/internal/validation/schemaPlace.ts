/**
 * Places in a schema or a task, as lists of names.
 */
import { isJsonObject } from "../json.ts"

/** The names of a JSON pointer, with or without a `#` in front. */
export const namesOf = (pointer: string): ReadonlyArray<string> =>
  pointer
    .replace(/^#/, "")
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))

/** The names of a JSON pointer that is part of a URI. */
export const namesOfFragment = (pointer: string): ReadonlyArray<string> => namesOf(pointer).map(decoded)

const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** What stands at a place, if anything does. */
export const valueAt = (root: unknown, place: ReadonlyArray<string>): unknown =>
  place.reduce<unknown>((value, name) => {
    if (Array.isArray(value)) return value[Number(name)]
    return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }, root)

/** Whether a place is `outer` or inside of it. */
export const isWithin = (place: ReadonlyArray<string>, outer: ReadonlyArray<string>): boolean =>
  outer.length <= place.length && outer.every((name, index) => place[index] === name)

/** The place that a reference within the same document leads to. */
const targetOf = (schema: unknown): ReadonlyArray<string> | undefined => {
  const reference = isJsonObject(schema) ? schema["$ref"] : undefined
  return typeof reference === "string" && /^#(\/|$)/.test(reference) ? namesOfFragment(reference) : undefined
}

/** A place that was reached through references, as the place where the last of them leads. */
export const resolved = (root: unknown, place: ReadonlyArray<string>): ReadonlyArray<string> => {
  let at: ReadonlyArray<string> = []
  for (const name of place) at = (name === "$ref" ? targetOf(valueAt(root, at)) : undefined) ?? [...at, name]
  return at
}

/** The places that the references in a part of the schema lead to, and those in there, and so on. */
export const referenced = (root: unknown, place: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const found = new Map<string, ReadonlyArray<string>>()
  const visit = (schema: unknown): void => {
    if (Array.isArray(schema)) return schema.forEach(visit)
    if (!isJsonObject(schema)) return
    const target = targetOf(schema)
    const key = JSON.stringify(target)
    if (target !== undefined && !found.has(key)) {
      found.set(key, target)
      visit(valueAt(root, target))
    }
    Object.values(schema).forEach(visit)
  }
  visit(valueAt(root, place))
  return [...found.values()]
}

/** The place of every part of a schema. */
export const placesOf = (root: unknown): ReadonlyMap<unknown, ReadonlyArray<string>> => {
  const places = new Map<unknown, ReadonlyArray<string>>()
  const visit = (value: unknown, place: ReadonlyArray<string>): void => {
    if (typeof value !== "object" || value === null || places.has(value)) return
    places.set(value, place)
    for (const [name, part] of Object.entries(value)) visit(part, [...place, name])
  }
  visit(root, [])
  return places
}
