/**
 * Writes the request schemas as a table that shares what they have in common: most parameters, and most rules across
 * parameters, are the same for dozens of models. The texts are decoded by `schemas/src/requests.ts`, model by model.
 */
import type { JsonSchema, SchemaMap } from "@effect-runware/schemas"
import { banner, literal } from "./Text.ts"

const table = (kind: string, entries: SchemaMap["modalities"]) =>
  Object.entries(entries).map(([name, { requestSchema }]) => [`${kind}:${name}`, requestSchema] as const)

/** The schema of every request, by target: `model:`, `architecture:`, `modality:`, `operation:` or `utility:` and a name. */
const requestSchemas = (map: SchemaMap): ReadonlyArray<readonly [target: string, schema: JsonSchema]> =>
  [
    ...map.inference.map(({ air, requestSchema }) => [`model:${air}`, requestSchema] as const),
    ...table("architecture", map.architectures),
    ...table("modality", map.modalities),
    ...table("operation", map.operations),
    ...map.utilities.map(({ requestSchema, taskType }) => [`utility:${taskType}`, requestSchema] as const)
  ].flatMap(([target, schema]) => (schema === null ? [] : [[target, schema] as const]))

/** Numbers texts in the order of their first use. */
const numbering = () => {
  const numbers = new Map<string, number>()
  return {
    texts: (): ReadonlyArray<string> => [...numbers.keys()],
    numberOf: (value: unknown): number => {
      const text = JSON.stringify(value)
      const number = numbers.get(text) ?? numbers.size
      numbers.set(text, number)
      return number
    }
  }
}

/** The text of `generated/requests.ts`. */
export const emitRequests = (map: SchemaMap): string => {
  const pieces = numbering()
  const requests = Object.fromEntries(
    requestSchemas(map).map(([target, schema]) => {
      const shared = {
        ...schema,
        ...(schema.properties && { properties: Object.entries(schema.properties).map(pieces.numberOf) }),
        ...(schema.allOf && { allOf: schema.allOf.map(pieces.numberOf) })
      }
      return [target, JSON.stringify(shared)]
    })
  )
  return [
    banner,
    `export const pieces: ReadonlyArray<string> = ${literal(pieces.texts())}\n`,
    `export const requests: Readonly<Record<string, string>> = ${literal(requests)}\n`
  ].join("\n")
}
