/**
 * Typed calls as source text: one for each of so many models, spread over the whole registry, with what each model
 * requires and a few parameters more.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import schemaMap from "@effect-runware/schemas/schema-map.json" with { type: "json" }

/** Parameters that make a call look like one from a program, where the model has them. */
const usual = ["positivePrompt", "seed", "numberResults", "outputFormat", "includeCost", "safety"]

/** What the client fills in. */
const filledIn: ReadonlySet<string> = new Set(["model", "taskType", "taskUUID"])

const first = (schema: JsonSchema): JsonSchema => schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema

/** A value that the schema's type takes. */
const sample = (schema: JsonSchema | boolean | undefined): unknown => {
  if (typeof schema !== "object") return "a"
  const { const: constant, enum: values, items, maximum, minimum, properties, required, type } = first(schema)
  if (constant !== undefined) return constant
  if (values !== undefined) return values[0]
  switch (type) {
    case "integer":
    case "number":
      return minimum ?? maximum ?? 1
    case "boolean":
      return true
    case "array":
      return [sample(items)]
    case "object":
      return Object.fromEntries((required ?? []).map((name) => [name, sample(properties?.[name])]))
    default:
      return "a lighthouse in fog"
  }
}

const call = (air: string, schema: JsonSchema, index: number): string => {
  const names = [...(schema.required ?? []), ...usual.filter((name) => schema.properties?.[name] !== undefined)]
  const parameters = [...new Set(names)].filter((name) => !filledIn.has(name))
  const given = {
    model: air,
    ...Object.fromEntries(parameters.map((name) => [name, sample(schema.properties?.[name])]))
  }
  return `export const call${index} = Runware.run(${JSON.stringify(given)})`
}

/** A module with a call to each of `count` models. */
export const callsTo = (count: number): string => {
  const models = schemaMap.inference.flatMap(({ air, requestSchema }) =>
    requestSchema ? [{ air, requestSchema }] : []
  )
  const gap = Math.floor(models.length / count)
  const chosen = models.filter((_, index) => index % gap === 0).slice(0, count)
  return [
    'import * as Runware from "@effect-runware/core/Runware"',
    ...chosen.map(({ air, requestSchema }, index) => call(air, requestSchema, index))
  ].join("\n")
}
