import schemaMap from "@effect-runware/schemas/schema-map.json" with { type: "json" }
import { describe, expect, it } from "vitest"
import { requestSchema, requestTargets } from "../src/requests.ts"

const { architectures, inference, modalities, operations, utilities } = schemaMap

const original = new Map(
  [
    ...inference.map(({ air, requestSchema }) => [`model:${air}`, requestSchema] as const),
    ...Object.entries({ architecture: architectures, modality: modalities, operation: operations }).flatMap(
      ([kind, table]) =>
        Object.entries(table).map(([name, { requestSchema }]) => [`${kind}:${name}`, requestSchema] as const)
    ),
    ...utilities.map(({ requestSchema, taskType }) => [`utility:${taskType}`, requestSchema] as const)
  ].filter(([, schema]) => schema !== null)
)

describe("request schemas", () => {
  it("are those of the snapshot, target by target", () => {
    expect(requestTargets()).toEqual([...original.keys()])
    for (const [target, schema] of original) expect(requestSchema(target), target).toEqual(schema)
  })

  it("are unknown for unknown targets", () => {
    expect([requestSchema("model:no:such@1"), requestSchema("toString")]).toEqual([undefined, undefined])
  })
})
