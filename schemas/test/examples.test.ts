import type { JsonSchema } from "@effect-runware/schemas"
import examples from "@effect-runware/schemas/examples.json" with { type: "json" }
import schemaMap from "@effect-runware/schemas/schema-map.json" with { type: "json" }
import { Ajv2019 } from "ajv/dist/2019.js"
import { describe, expect, it } from "vitest"

// The settings with which the service's own clients compile its schemas.
const ajv = new Ajv2019({ allErrors: true, strict: false, validateFormats: false })

const schemaOf = (target: string): JsonSchema | null | undefined => {
  const [kind = "", ...rest] = target.split(":")
  const key = rest.join(":")
  switch (kind) {
    case "model":
      return schemaMap.inference.find((entry) => entry.air === key)?.requestSchema
    case "architecture":
      return schemaMap.architectures[key]?.requestSchema
    case "modality":
      return schemaMap.modalities[key]?.requestSchema
    case "operation":
      return schemaMap.operations[key]?.requestSchema
    case "utility":
      return schemaMap.utilities.find((entry) => entry.taskType === key)?.requestSchema
    default:
      return undefined
  }
}

describe("the example requests", () => {
  it("are all there, of both verdicts", () => {
    expect([examples.length, examples.filter((example) => example.valid).length]).toEqual([169, 75])
  })

  it.each(examples)("$name: $why", ({ request, target, valid }) => {
    const schema = schemaOf(target)
    if (!schema) throw new Error(`The snapshot has no ${target}`)
    const validate = ajv.getSchema(schema.$id ?? "") ?? ajv.compile(schema)
    expect({ valid: validate(request), errors: valid ? validate.errors : null }).toEqual({ valid, errors: null })
  })
})
