import { describe, expect, it } from "vitest"
import { mergeSchemas } from "../src/MergeSchemas.ts"

const branch = (operation: string) => ({ type: "object", properties: { operation: { const: operation } } })

describe("merged schemas", () => {
  it("require what all require and declare what any declares", () => {
    expect(
      mergeSchemas([
        {
          type: "object",
          required: ["id", "image"],
          properties: { id: { type: "string" }, image: { type: "string" } }
        },
        { type: "object", required: ["id", "video"], properties: { id: { type: "string" }, video: { type: "string" } } }
      ])
    ).toEqual({
      type: "object",
      required: ["id"],
      properties: { id: { type: "string" }, image: { type: "string" }, video: { type: "string" } }
    })
  })

  it("take the branches of a oneOf apart", () => {
    expect(mergeSchemas([{ oneOf: [branch("upload"), branch("delete")] }])).toEqual({
      type: "object",
      required: [],
      properties: { operation: { enum: ["upload", "delete"] } }
    })
  })

  it("keep different types as alternatives, each once", () => {
    expect(mergeSchemas([{ type: "string" }, { type: "number" }, { type: "string" }])).toEqual({
      anyOf: [{ type: "string" }, { type: "number" }]
    })
  })

  it("do not merge objects with keywords that would be lost", () => {
    const strange = { type: "object", minProperties: 1 }
    expect(mergeSchemas([strange, { type: "object" }])).toEqual({ anyOf: [strange, { type: "object" }] })
  })
})
