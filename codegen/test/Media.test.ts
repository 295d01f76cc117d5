import type { JsonSchema, SchemaMap } from "@effect-runware/schemas"
import { describe, expect, it } from "vitest"
import { generate } from "../src/Generate.ts"

const text: JsonSchema = { type: "string" }
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: "object",
  additionalProperties: false,
  properties
})

const requestSchema = object({
  taskType: { const: "modelSearch" },
  inputs: object({
    seedImage: text,
    somethingNew: text,
    frameImages: {
      type: "array",
      items: { anyOf: [text, object({ image: text, frame: { anyOf: [{ enum: ["first"] }, { type: "integer" }] } })] }
    }
  }),
  guideImages: { type: "array", items: text },
  image: { anyOf: [text, { type: "null" }] },
  file: { type: "string", contentEncoding: "base64" },
  prompt: text,
  imageStyle: text,
  media: { type: "integer" }
})

const map: SchemaMap = {
  version: "20260101000000",
  architectures: {},
  modalities: {},
  operations: {},
  utilities: [{ taskType: "modelSearch", requestSchema, responseSchema: object({ image: text }) }],
  errors: {},
  inference: []
}

describe("parameters that take a medium", () => {
  const { files } = generate(map)
  const typeOf = (file: string, name: string) =>
    new RegExp(`readonly ${name}\\?: (.*?)(?: \\| undefined)?$`, "m").exec(files.get(file) ?? "")?.[1]

  it.each([
    ["seedImage", "string | MediaSource"],
    ["somethingNew", "string | MediaSource"],
    ["guideImages", "ReadonlyArray<string | MediaSource>"],
    ["file", "string | MediaSource"],
    ["prompt", "string"],
    ["imageStyle", "string"],
    ["media", "number"],
    ["frame", '"first" | number']
  ])("%s: %s", (name, type) => expect(typeOf("utilities.ts", name)).toBe(type))

  it("take it among other kinds of values, and in lists of objects", () => {
    const parameters = files.get("utilities.ts") ?? ""
    expect(parameters).toMatch(/readonly image\?: string \| MediaSource \| null \| undefined/)
    expect(parameters).toMatch(/readonly frameImages\?: ReadonlyArray<string \| MediaSource \| \{/)
    expect(parameters.match(/readonly image\?: string \| MediaSource \| undefined$/gm)?.length).toBe(1)
  })

  it("are no fields of results", () => expect(typeOf("results.ts", "image")).toBe("string"))
})
