import type { WireTask } from "@effect-runware/core/Protocol"
import type { JsonSchema } from "@effect-runware/schemas"
import { assert, describe, it } from "@effect/vitest"
import { compile } from "../src/internal/validation.ts"

const check = (schema: JsonSchema, parameters: Readonly<Record<string, unknown>>) =>
  compile({ type: "object", ...schema })({ taskType: "imageInference", ...parameters } satisfies WireTask)

const property = (name: string, schema: JsonSchema): JsonSchema => ({ properties: { [name]: schema } })

describe("what the validator finds becomes an error that names the parameter", () => {
  it.each<readonly [string, JsonSchema, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    ["missing", { required: ["width"] }, {}, { code: "missingWidth", parameter: "width" }],
    [
      "missing, nested",
      property("inputs", { type: "object", required: ["image"] }),
      { inputs: {} },
      { code: "missingImage", parameter: "inputs.image" }
    ],
    [
      "unknown",
      { additionalProperties: false, properties: { taskType: {} } },
      { heigth: 1 },
      { code: "unknownParameter", parameter: "heigth" }
    ],
    ["type", property("steps", { type: "integer" }), { steps: "4" }, { code: "invalidSteps", type: "integer" }],
    [
      "enumeration",
      property("outputFormat", { enum: ["PNG", "JPG"] }),
      { outputFormat: "GIF" },
      { code: "unsupportedOutputFormat", parameter: "outputFormat", allowedValues: ["PNG", "JPG"] }
    ],
    [
      "enumeration, as alternatives",
      property("scheduler", { oneOf: [{ const: "Euler" }, { const: "DDIM" }] }),
      { scheduler: "x" },
      { code: "unsupportedScheduler", allowedValues: ["Euler", "DDIM"] }
    ],
    ["too large", property("steps", { maximum: 50 }), { steps: 51 }, { code: "valueTooLarge", max: 50 }],
    ["too small", property("steps", { minimum: 1 }), { steps: 0 }, { code: "valueTooSmall", min: 1 }],
    ["multiple", property("width", { multipleOf: 64 }), { width: 100 }, { code: "invalidWidth", multiplier: 64 }],
    [
      "length",
      property("positivePrompt", { type: "string", minLength: 2 }),
      { positivePrompt: "a" },
      { code: "invalidPositivePromptLength", min: 2 }
    ],
    ["entries", property("lora", { maxItems: 1 }), { lora: [1, 2] }, { code: "arrayTooLarge", max: 1 }],
    [
      "together",
      { not: { required: ["width", "resolution"] } },
      { width: 1, resolution: "1K" },
      { code: "incompatibleParameters", parameter: ["width", "resolution"] }
    ],
    [
      "combinations",
      {
        anyOf: [
          { properties: { width: { const: 1024 }, height: { const: 768 } } },
          { properties: { width: { const: 512 }, height: { const: 512 } } }
        ]
      },
      { width: 1, height: 1 },
      { code: "incompatibleParameters", parameter: ["width", "height"], allowedValues: ["1024x768", "512x512"] }
    ],
    [
      "entry of a list",
      property("lora", { items: { type: "object", required: ["model"] } }),
      { lora: [{}] },
      { code: "missingModel", parameter: "lora.0.model" }
    ]
  ])("%s", (_name, schema, parameters, expected) => {
    const [first, ...more] = check(schema, parameters)
    assert.deepInclude(first, expected)
    assert.deepStrictEqual(more, [])
  })

  it("all at once", () => {
    const schema = { required: ["model"], properties: { width: { type: "integer" }, steps: { maximum: 1 } } }
    const codes = check(schema, { width: "1", steps: 2 }).map(({ code }) => code)
    assert.sameMembers(codes, ["missingModel", "invalidWidth", "valueTooLarge"])
  })
})
