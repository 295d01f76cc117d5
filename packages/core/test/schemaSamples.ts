/**
 * Requests made from a schema: what the property test of the validator feeds on. A small evaluator of the snapshot's
 * keywords decides what fits, so that the engines under test have no say in it.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import { isJsonObject, type JsonObject } from "../src/internal/json.ts"

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
export type Random = () => number

export const randomOf = (seed: number): Random => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export type Schema = JsonSchema | boolean

const pick = <A>(random: Random, list: ReadonlyArray<A>): A | undefined => list[Math.floor(random() * list.length)]

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value

const isOfType = (type: string, value: unknown): boolean =>
  type === "integer" ? Number.isInteger(value) : typeOf(value) === type

const equals = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const isMultiple = (value: number, of: number): boolean => Math.abs(value / of - Math.round(value / of)) < 1e-9

const evaluated: ReadonlySet<string> = new Set([
  ..."$id additionalProperties allOf anyOf const default dependentRequired enum format if items maximum maxItems".split(
    " "
  ),
  ..."maxLength minimum minItems minLength multipleOf not oneOf pattern properties required then type".split(" ")
])

/** Whether a value fits a schema. Throws at a keyword that it can't judge. */
export const fits = (schema: Schema, value: unknown): boolean => {
  if (typeof schema === "boolean") return schema
  const unknown = Object.keys(schema).filter((keyword) => !evaluated.has(keyword))
  if (unknown.length > 0) throw new Error(`The evaluator does not know ${unknown.join(", ")}`)
  const {
    additionalProperties,
    allOf,
    anyOf,
    dependentRequired,
    items,
    not,
    oneOf,
    properties = {},
    then,
    type
  } = schema
  const has = (name: string) => isJsonObject(value) && Object.hasOwn(value, name)
  const rules: ReadonlyArray<boolean> = [
    type === undefined || [type].flat().some((each) => isOfType(each, value)),
    !("const" in schema) || equals(schema.const, value),
    schema.enum === undefined || schema.enum.some((each) => equals(each, value)),
    typeof value !== "number" || fitsNumber(schema, value),
    typeof value !== "string" || fitsLength(schema.minLength, schema.maxLength, [...value].length),
    typeof value !== "string" || schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value),
    !Array.isArray(value) || fitsLength(schema.minItems, schema.maxItems, value.length),
    !Array.isArray(value) || items === undefined || value.every((entry) => fits(items as Schema, entry)),
    !isJsonObject(value) || (schema.required ?? []).every(has),
    Object.entries(dependentRequired ?? {}).every(([name, needed]) => !has(name) || needed.every(has)),
    !isJsonObject(value) ||
      Object.entries(value).every(([name, entry]) =>
        fits(Object.hasOwn(properties, name) ? (properties[name] ?? true) : (additionalProperties ?? true), entry)
      ),
    (allOf ?? []).every((each) => fits(each, value)),
    anyOf === undefined || anyOf.some((each) => fits(each, value)),
    oneOf === undefined || oneOf.filter((each) => fits(each, value)).length === 1,
    not === undefined || !fits(not, value),
    schema.if === undefined || then === undefined || !fits(schema.if, value) || fits(then, value)
  ]
  return rules.every(Boolean)
}

const fitsNumber = ({ maximum, minimum, multipleOf }: JsonSchema, value: number): boolean =>
  fitsLength(minimum, maximum, value) && (multipleOf === undefined || isMultiple(value, multipleOf))

const fitsLength = (least: number | undefined, most: number | undefined, size: number): boolean =>
  size >= (least ?? -Infinity) && size <= (most ?? Infinity)

/** A value that the schema's own keywords allow; rules across parameters may still be against it. */
export const sample = (schema: Schema, random: Random, eagerness: number): unknown => {
  if (typeof schema === "boolean") return "anything"
  if ("const" in schema) return schema.const
  if (schema.enum !== undefined) return pick(random, schema.enum)
  if (schema.oneOf !== undefined && schema.type === undefined)
    return sample(pick(random, schema.oneOf) ?? true, random, eagerness)
  switch ([schema.type].flat()[0]) {
    case "integer":
    case "number":
      return sampleNumber(schema, random)
    case "boolean":
      return random() < 0.5
    case "array":
      return Array.from(
        { length: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 2, random() < 0.5 ? 1 : 2)) },
        () => sample((schema.items as Schema | undefined) ?? true, random, eagerness)
      )
    case "object":
      return sampleObject(schema, random, eagerness)
    default:
      return sampleText(schema)
  }
}

const sampleNumber = ({ maximum, minimum, multipleOf, type }: JsonSchema, random: Random): number => {
  const step = multipleOf ?? (type === "integer" ? 1 : 0.5)
  const least = Math.ceil((minimum ?? Math.min(0, maximum ?? 0)) / step)
  const most = Math.floor((maximum ?? least * step + 100 * step) / step)
  return Number(((least + Math.floor(random() * (most - least + 1))) * step).toFixed(6))
}

const sampleText = ({ format, maxLength = 60, minLength = 0 }: JsonSchema): string => {
  if (format === "uuid") return "7b1c9d20-5e4f-4a3b-8c2d-000000000001"
  if (format === "uri") return "https://hooks.example.org/done"
  return "a lighthouse in fog "
    .repeat(Math.ceil(minLength / 20) + 1)
    .slice(0, Math.max(minLength, Math.min(maxLength, 20)))
}

const sampleObject = (schema: JsonSchema, random: Random, eagerness: number): JsonObject => {
  const { oneOf = [], properties = {}, required = [] } = schema
  const chosen = new Set([...required, ...(pick(random, oneOf)?.required ?? [])])
  const alternatives = new Set(oneOf.flatMap((branch) => branch.required ?? []))
  const names = Object.keys(properties).filter(
    (name) => chosen.has(name) || (!alternatives.has(name) && random() < eagerness)
  )
  return Object.fromEntries(
    [...new Set([...names, ...chosen])].map((name) => [name, sample(properties[name] ?? true, random, eagerness)])
  )
}

/** An object changed so that it comes closer to fitting a rule; `model` says what its parameters look like. */
const bent = (value: JsonObject, rule: Schema, model: JsonSchema, random: Random): JsonObject => {
  if (typeof rule === "boolean" || fits(rule, value)) return value
  const { allOf = [], anyOf, properties = {}, required = [], then } = rule
  if (rule.if !== undefined) return bent(value, then ?? true, model, random)
  const part = (name: string): JsonSchema => {
    const schema = model.properties?.[name]
    return typeof schema === "object" ? schema : {}
  }
  const needed = rule.dependentRequired === undefined ? required : Object.keys(rule.dependentRequired)
  const missing = needed.filter((name) => !Object.hasOwn(value, name))
  let next: JsonObject = {
    ...value,
    ...Object.fromEntries(missing.map((name) => [name, sample(part(name), random, 0)]))
  }
  for (const [name, schema] of Object.entries(properties)) {
    const { [name]: entry, ...rest } = next
    if (schema === false) next = rest
    else if (typeof schema === "object" && entry !== undefined && !fits(schema, entry)) {
      next = {
        ...next,
        [name]: isJsonObject(entry)
          ? bent(entry, schema, part(name), random)
          : sample({ ...part(name), ...schema }, random, 0)
      }
    }
  }
  return [...allOf, ...(anyOf === undefined ? [] : [pick(random, anyOf) ?? true])].reduce(
    (done, each) => bent(done, each, model, random),
    next
  )
}

const eagernesses = [1, 0.8, 0.5, 0.3, 0.15, 0.05, 0]
const attempts = 20
const rounds = 4

/** A request that fits a schema, as full as its rules allow; `undefined` when none turned up. */
export const requestOf = (schema: JsonSchema, random: Random): JsonObject | undefined => {
  for (const eagerness of eagernesses) {
    for (let attempt = 0; attempt < attempts; attempt++) {
      let request = sampleObject(schema, random, eagerness)
      for (let round = 0; round < rounds && !fits(schema, request); round++) {
        for (const rule of schema.allOf ?? []) request = bent(request, rule, schema, random)
      }
      if (fits(schema, request)) return request
    }
  }
  return undefined
}
