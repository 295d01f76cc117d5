/**
 * Schemas that state a fact about other parameters, in words: `{ required: ["width"] }` is "width is given". Rules across
 * parameters are made of them.
 */
import { isJsonObject } from "../json.ts"
import { inside, joined, quoted } from "./words.ts"

/** That a parameter is given, or has one of some values. */
export interface Fact {
  readonly name: string
  readonly values?: ReadonlyArray<unknown>
}

/** A condition, and the parameters that it speaks of. */
export interface Condition {
  readonly text: string
  readonly names: ReadonlyArray<string>
}

/** The only values that a schema allows, if it lists them. */
export const valuesOf = (schema: unknown): ReadonlyArray<unknown> | undefined => {
  if (!isJsonObject(schema)) return undefined
  if (Object.hasOwn(schema, "const")) return [schema["const"]]
  return Array.isArray(schema["enum"]) ? schema["enum"] : undefined
}

const silent: ReadonlySet<string> = new Set([
  "$comment",
  "allOf",
  "description",
  "properties",
  "required",
  "title",
  "type"
])

/** The facts that a schema states, all of which must hold; `undefined` when it says anything else. */
export const factsOf = (schema: unknown, place = ""): ReadonlyArray<Fact> | undefined => {
  if (!isJsonObject(schema) || Object.keys(schema).some((keyword) => !silent.has(keyword))) return undefined
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {}
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : []
  const parts = Array.isArray(schema["allOf"]) ? schema["allOf"].map((part) => factsOf(part, place)) : []
  const own = [...new Set([...required, ...Object.keys(properties)])].map((name) => {
    const at = inside(place, name)
    const values = valuesOf(properties[name])
    if (values !== undefined) return [{ name: at, values }]
    return properties[name] === undefined ? [{ name: at }] : factsOf(properties[name], at)
  })
  const all = [...own, ...parts]
  return all.every((facts) => facts !== undefined) && all.length > 0 ? all.flat() : undefined
}

/** The parameters that must be given where a schema asks for nothing else. */
export const presencesOf = (schema: unknown, place = ""): ReadonlyArray<string> | undefined => {
  const facts = factsOf(schema, place)
  return facts?.every(({ values }) => values === undefined) ? facts.map(({ name }) => name) : undefined
}

/** A schema as a condition: "outputFormat is "WAV"". `undefined` when it has no short form. */
export const conditionOf = (schema: unknown, place: string, negated = false): Condition | undefined => {
  const facts = factsOf(schema, place)
  if (facts !== undefined) return wording(facts, negated ? "or" : "and", negated)
  if (!isJsonObject(schema) || Object.keys(schema).length !== 1) return undefined
  if (schema["not"] !== undefined) return conditionOf(schema["not"], place, !negated)
  const parts = Array.isArray(schema["anyOf"]) ? schema["anyOf"].map((part) => factsOf(part, place)) : [undefined]
  return parts.every((part) => part?.length === 1)
    ? wording(
        parts.flatMap((part) => part ?? []),
        negated ? "and" : "or",
        negated
      )
    : undefined
}

const wording = (facts: ReadonlyArray<Fact>, last: "and" | "or", negated: boolean): Condition => {
  const valued = facts.filter(({ values }) => values !== undefined)
  const present = [...new Set(facts.map(({ name }) => name))].filter(
    (name) => !valued.some((fact) => fact.name === name)
  )
  const not = negated ? " not" : ""
  const presence = `${joined(present, last)} ${present.length > 1 && last === "and" ? "are" : "is"}${not} given`
  const texts = valued.map(({ name, values = [] }) => `${name} is${not} ${joined(values.map(quoted), "or")}`)
  return {
    text: joined(present.length === 0 ? texts : [presence, ...texts], last),
    names: [...new Set(facts.map(({ name }) => name))]
  }
}
