import type { JsonSchema } from "@effect-runware/schemas"
import { describe, expect, it } from "vitest"
import { parsePath, presentAt, updateAt, valueAt } from "../src/assemble/SchemaPath.ts"

const atMostTwo = (schema: JsonSchema): JsonSchema => ({ ...schema, maximum: 2 })

describe("a parameter path", () => {
  it("reads properties and items", () => {
    expect(parsePath("inputs.frames[].index")).toEqual([
      { property: "inputs" },
      { property: "frames" },
      "items",
      { property: "index" }
    ])
  })

  it("reaches through objects and arrays", () => {
    const schema = {
      properties: { lora: { type: "array", items: { type: "object", properties: { weight: { type: "number" } } } } }
    }
    expect(updateAt(schema, "lora[].weight", "skip", atMostTwo)).toEqual({
      properties: {
        lora: { type: "array", items: { type: "object", properties: { weight: { type: "number", maximum: 2 } } } }
      }
    })
  })

  it("reaches into the object among alternatives", () => {
    const schema = { properties: { hiresFix: { oneOf: [{ const: true }, { type: "object" }] } } }
    expect(updateAt(schema, "hiresFix.steps", "add", atMostTwo)).toEqual({
      properties: { hiresFix: { oneOf: [{ const: true }, { type: "object", properties: { steps: { maximum: 2 } } }] } }
    })
  })

  it.each([
    ["a parameter that the request does not take", { properties: {} }, "steps", "add"],
    ["a nested one that is not declared, when told to skip", { properties: { a: { type: "object" } } }, "a.b", "skip"],
    [
      "a property of a closed object",
      { properties: { a: { type: "object", additionalProperties: false } } },
      "a.b",
      "add"
    ],
    ["a property of what is no object", { properties: { a: { type: "string" } } }, "a.b", "add"]
  ] as const)("never declares %s", (_, schema, path, undeclared) => {
    expect(updateAt(schema, path, undeclared, atMostTwo)).toEqual(schema)
  })

  it("declares what lies between with the type that it must have", () => {
    expect(updateAt({ properties: { a: { type: "object" } } }, "a.b[].c", "add", atMostTwo)).toEqual({
      properties: {
        a: {
          type: "object",
          properties: { b: { type: "array", items: { type: "object", properties: { c: { maximum: 2 } } } } }
        }
      }
    })
  })

  it("becomes a condition on presence or on value", () => {
    expect([presentAt("a.b"), valueAt("a.b", false), presentAt("a", { const: 1 })]).toEqual([
      { required: ["a"], properties: { a: { required: ["b"] } } },
      { properties: { a: { properties: { b: false } } } },
      { required: ["a"], properties: { a: { const: 1 } } }
    ])
  })
})
