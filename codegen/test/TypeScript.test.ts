import type { JsonSchema } from "@effect-runware/schemas"
import { describe, expect, it } from "vitest"
import { Inexpressible, interfaceBody, typeExpression } from "../src/emit/TypeScript.ts"

const typeOf = (schema: JsonSchema | boolean): string => typeExpression(schema, "", { describe: () => undefined })

describe("the type of a schema", () => {
  it.each([
    [true, "unknown"],
    [false, "never"],
    [{}, "unknown"],
    [{ type: "integer", minimum: 1, default: 2 }, "number"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ const: 'a"b' }, '"a\\"b"'],
    [{ enum: ["a", 1, true, null, "a"] }, '"a" | 1 | true | null'],
    [{ anyOf: [{ type: "string" }, { type: "number" }, { type: "integer" }] }, "string | number"],
    [{ oneOf: [{ const: 1 }, { type: "object" }] }, "1 | Readonly<Record<string, unknown>>"],
    [{ type: "array" }, "ReadonlyArray<unknown>"],
    [{ type: "array", items: { enum: ["a", "b"] } }, 'ReadonlyArray<"a" | "b">'],
    [{ type: "object", additionalProperties: { type: "number" } }, "Readonly<Record<string, number>>"],
    [
      { type: "object", required: ["a"], properties: { a: { type: "string" }, "b-c": { type: "null" }, d: false } },
      '{\n  readonly a: string\n  readonly "b-c"?: null\n}'
    ]
  ] as const)("%j is %s", (schema, expected) => {
    expect(typeOf(schema)).toBe(expected)
  })

  it("describes properties by their path", () => {
    const schema: JsonSchema = {
      type: "object",
      properties: { boxes: { type: "array", items: { type: "object", properties: { x: { type: "number" } } } } }
    }
    expect(interfaceBody(schema, { open: true, describe: (path) => `At ${path}.` })).toBe(
      [
        "{",
        "  /** At boxes. */",
        "  readonly boxes?: ReadonlyArray<{",
        "    /** At boxes[].x. */",
        "    readonly x?: number",
        "  }>",
        "  readonly [field: string]: unknown",
        "}"
      ].join("\n")
    )
  })

  it.each([
    [{ if: { required: ["a"] } }, "the schema: no type for if"],
    [{ type: "object", properties: { a: { $ref: "#/$defs/a" } } }, "a: no type for $ref"],
    [{ type: "text" }, 'the schema: type "text" is unknown']
  ])("refuses %j, naming the place", (schema, message) => {
    expect(() => typeOf(schema)).toThrow(new Inexpressible(message))
  })

  it("refuses an interface for what is no object", () => {
    expect(() => interfaceBody({ type: "string" }, { open: true, describe: () => undefined })).toThrow(Inexpressible)
  })
})
