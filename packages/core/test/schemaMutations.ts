/**
 * Ways to break a request that fits a schema: by every keyword that may be against a change of one thing.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import { isJsonObject, type JsonObject } from "../src/internal/json.ts"
import { fits, sample, type Schema } from "./schemaSamples.ts"

/** A request with one thing changed, and the parameter that the change is about. */
export interface Mutation {
  readonly what: string
  readonly parameter: string
  readonly request: JsonObject
}

/** Every single change that some keyword of the schema may be against. */
export const mutationsOf = (schema: JsonSchema, request: JsonObject): ReadonlyArray<Mutation> =>
  changesOf(schema, request, "").map(({ parameter, value, what }) => ({
    what,
    parameter,
    request: isJsonObject(value) ? value : {}
  }))

interface Change {
  readonly what: string
  readonly parameter: string
  readonly value: unknown
}

const inside = (place: string, name: string | number): string => (place === "" ? String(name) : `${place}.${name}`)

const changesOf = (schema: Schema, value: unknown, place: string): ReadonlyArray<Change> => {
  if (typeof schema === "boolean") return []
  const own: ReadonlyArray<Change> =
    place === "" ? [] : replacements(schema, value).map(([what, other]) => ({ what, parameter: place, value: other }))
  const branch = schema.oneOf?.find((each) => fits(each, value))
  const inner = branch === undefined || typeof branch === "boolean" ? [] : changesOf(branch, value, place)
  if (Array.isArray(value)) return [...own, ...inner, ...entryChanges(schema, value, place)]
  return isJsonObject(value) ? [...own, ...inner, ...fieldChanges(schema, value, place)] : [...own, ...inner]
}

const fieldChanges = (schema: JsonSchema, value: JsonObject, place: string): ReadonlyArray<Change> => {
  const { additionalProperties, properties = {} } = schema
  const removed = Object.keys(value).map((name): Change => {
    const { [name]: _, ...rest } = value
    return { what: "removed", parameter: inside(place, name), value: rest }
  })
  const added = Object.entries(properties)
    .filter(([name]) => !Object.hasOwn(value, name))
    .map(([name, part]): Change => ({
      what: "added",
      parameter: inside(place, name),
      value: { ...value, [name]: sample(part, () => 0, 0) }
    }))
  const unknown: Change = { what: "unknown", parameter: inside(place, "zzUnknown"), value: { ...value, zzUnknown: 1 } }
  const nested = Object.entries(value).flatMap(([name, entry]) =>
    changesOf(properties[name] ?? true, entry, inside(place, name)).map(
      ({ parameter, value: changed, what }): Change => ({
        what,
        parameter,
        value: { ...value, [name]: changed }
      })
    )
  )
  return [...removed, ...added, ...(additionalProperties === false ? [unknown] : []), ...nested]
}

const entryChanges = (schema: JsonSchema, value: ReadonlyArray<unknown>, place: string): ReadonlyArray<Change> =>
  value.flatMap((entry, index) =>
    changesOf((schema.items as Schema | undefined) ?? true, entry, inside(place, index)).map(
      ({ parameter, value: changed, what }): Change => ({ what, parameter, value: value.with(index, changed) })
    )
  )

/** For each bound that a schema states, at any depth, a request of nothing but the way to one value beyond it. */
export const beyondBounds = (schema: JsonSchema): ReadonlyArray<Mutation> =>
  fieldsBeyond(schema, "").map(({ parameter, value, what }) => ({ what, parameter, request: value }))

interface FieldBeyond extends Change {
  readonly value: JsonObject
}

const fieldsBeyond = ({ properties = {} }: JsonSchema, place: string): ReadonlyArray<FieldBeyond> =>
  Object.entries(properties).flatMap(([name, part]) =>
    typeof part === "boolean"
      ? []
      : beyond(part, inside(place, name)).map(({ parameter, value, what }) => ({
          what,
          parameter,
          value: { [name]: value }
        }))
  )

const beyond = (schema: JsonSchema, place: string): ReadonlyArray<Change> => {
  const { items, maximum, maxItems, maxLength, minimum, minItems, minLength, oneOf } = schema
  // Which of several forms is meant is the validator's guess, and tested with its messages.
  if (oneOf !== undefined) return []
  const own: ReadonlyArray<Replacement> = [
    ["below the least", minimum === undefined ? undefined : minimum - 1],
    ["above the most", maximum === undefined ? undefined : maximum * 2 + 1],
    ["too short", minLength ? "x".repeat(minLength - 1) : undefined],
    ["too long", maxLength === undefined ? undefined : "x".repeat(maxLength + 1)],
    ["too few", minItems ? [] : undefined],
    ["too many", maxItems === undefined ? undefined : Array.from({ length: maxItems + 1 }, () => "x")]
  ]
  const entries =
    items === undefined || typeof items === "boolean" || Array.isArray(items) ? [] : beyond(items, inside(place, 0))
  return [
    ...own.flatMap(([what, value]) => (value === undefined ? [] : [{ what, parameter: place, value }])),
    ...entries.map(({ parameter, value, what }) => ({ what, parameter, value: [value] })),
    ...fieldsBeyond(schema, place)
  ]
}

type Replacement = readonly [what: string, value: unknown]

const replacements = (schema: JsonSchema, value: unknown): ReadonlyArray<Replacement> => {
  const { maximum, maxItems, maxLength, minimum, minItems, minLength, multipleOf, pattern } = schema
  const text = typeof value === "string" ? value : undefined
  const number = typeof value === "number" ? value : undefined
  const list = Array.isArray(value) ? value : undefined
  const all: ReadonlyArray<Replacement> = [
    ["another type", typeof value === "boolean" ? "yes" : true],
    ["null", null],
    ["another word", text === undefined ? undefined : "zz-none-of-those"],
    ["a fraction", number === undefined ? undefined : number + 0.37],
    ["too small", minimum === undefined ? undefined : minimum - (multipleOf ?? 1)],
    ["too large", maximum === undefined ? undefined : maximum + (multipleOf ?? 1)],
    ["between the steps", number === undefined || multipleOf === undefined ? undefined : number + multipleOf / 2],
    ["too short", text === undefined || !minLength ? undefined : "x".repeat(minLength - 1)],
    ["too long", text === undefined || maxLength === undefined ? undefined : "x".repeat(maxLength + 1)],
    ["of another form", text === undefined || pattern === undefined ? undefined : "not a form"],
    ["too few", list === undefined || !minItems ? undefined : list.slice(0, minItems - 1)],
    [
      "too many",
      list === undefined || maxItems === undefined ? undefined : Array.from({ length: maxItems + 1 }, () => list[0])
    ]
  ]
  return all.filter(([, other]) => other !== undefined)
}
