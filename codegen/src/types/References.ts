/**
 * Finding the schema that a `$ref` means: by pointer, by anchor, or by the `$id` of any schema in the bundle.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import { isSchema } from "./SchemaParts.ts"

/** A schema that a reference leads to, and the resource that its own references start from. */
export interface Target {
  readonly schema: JsonSchema | boolean
  readonly resource: JsonSchema
  /** Where it is, the same for every reference that leads here. */
  readonly location: string
}

/** An object or a list: a pointer leads into both. */
const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** Values of these keywords are schemas by name, whatever the names look like. */
const maps: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas"
])

/** Values of these keywords are data, whatever they look like. */
const data: ReadonlySet<string> = new Set(["const", "enum", "default", "examples"])

/** Every schema object inside of one, itself included. */
const schemasIn = (root: unknown): ReadonlyArray<JsonSchema> => {
  if (Array.isArray(root)) return root.flatMap(schemasIn)
  if (!isContainer(root)) return []
  const nested = Object.entries(root).flatMap(([keyword, value]) =>
    data.has(keyword)
      ? []
      : maps.has(keyword) && isContainer(value)
        ? Object.values(value).flatMap(schemasIn)
        : schemasIn(value)
  )
  return [root, ...nested]
}

const hasId = (schema: JsonSchema): schema is JsonSchema & { readonly $id: string } => typeof schema.$id === "string"

const step = (value: unknown, segment: string): unknown => {
  const key = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~")
  return isContainer(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** Resolves the `$id` of a schema against the one around it, as far as both are addresses. */
const absolute = (base: string, reference: string): string => {
  try {
    return new URL(reference, base).href
  } catch {
    return reference
  }
}

/** Every schema of a bundle that has a name of its own. */
export class References {
  readonly #byId = new Map<string, JsonSchema>()
  readonly #names = new Map<JsonSchema, string>()

  /** Makes the schemas inside of a root known. The label names a root that has no `$id`. */
  add(root: JsonSchema, label: string): void {
    const base = root.$id ?? label
    this.#names.set(root, base)
    for (const schema of schemasIn(root)) {
      if (!hasId(schema)) continue
      for (const id of new Set([schema.$id, absolute(base, schema.$id)])) this.#byId.set(id, schema)
      this.#names.set(schema, absolute(base, schema.$id))
    }
  }

  /** The schema that a reference in a resource means, if there is one. */
  find(reference: string, resource: JsonSchema): Target | undefined {
    const [address = "", fragment = ""] = reference.split("#", 2)
    const name = this.#names.get(resource) ?? ""
    const root = address === "" ? resource : (this.#byId.get(address) ?? this.#byId.get(absolute(name, address)))
    if (root === undefined) return undefined
    const schema = fragment === "" || fragment.startsWith("/") ? pointed(root, fragment) : anchored(root, fragment)
    if (!isSchema(schema)) return undefined
    const location = `${this.#names.get(root) ?? address}#${fragment}`
    return { schema, resource: typeof schema === "object" && hasId(schema) ? schema : root, location }
  }
}

const pointed = (root: JsonSchema, pointer: string): unknown => {
  try {
    return pointer.split("/").slice(1).reduce<unknown>(step, root)
  } catch {
    return undefined
  }
}

const anchored = (root: JsonSchema, anchor: string): unknown =>
  schemasIn(root).find((schema) => schema["$anchor"] === anchor || schema["$dynamicAnchor"] === anchor)
