import { describe, expect, it } from "vitest"
import { assemble, AssemblyError } from "../src/assemble/Assembly.ts"
import type { Facts, ModelFacts } from "../src/assemble/Facts.ts"
import { schemaMapText } from "../src/assemble/SnapshotText.ts"

const model = (air: string, overrides: Partial<ModelFacts> = {}): ModelFacts => ({
  air,
  slug: air.replace(/\W/g, "-"),
  taskType: "imageInference",
  current: true,
  params: { model: { const: air }, taskType: { const: "imageInference" }, width: { type: "integer" } },
  required: ["model", "taskType"],
  additionalProperties: false,
  result: null,
  ...overrides
})

const image = {
  taskType: "imageInference",
  current: true,
  additionalProperties: true,
  params: {
    required: ["model", "taskType"],
    properties: { model: { type: "string" }, taskType: { const: "imageInference" }, width: { type: "integer" } }
  }
}

const facts = (models: ReadonlyArray<ModelFacts>, limits: Partial<Facts["limits"]> = {}): Facts => ({
  models,
  architectures: { sdxl: image, old: { ...image, current: false } },
  modalities: { image },
  operations: {},
  utilities: { ping: { params: { properties: { taskType: { const: "ping" } } }, result: { type: "object" } } },
  results: { imageInference: { type: "object" }, $errors: { type: "object", properties: {} } },
  registry: {
    version: "20260101000000",
    models: Object.fromEntries(
      models.filter(({ current }) => current).map(({ air, slug, taskType }) => [air, { taskType, id: slug }])
    ),
    architectureTaskTypes: {},
    modalityTaskTypes: {},
    operationTaskTypes: {}
  },
  limits: { models: {}, architectures: {}, taskTypes: {}, platform: { params: {} }, ...limits },
  examples: []
})

const imageLimits = { taskTypes: { imageInference: { params: { width: { maximum: 2048 } } } } }

describe("an assembled snapshot", () => {
  it("has the models of the registry and the current architectures, in a fixed order", () => {
    const map = assemble(facts([model("b:2@1"), model("a:1@1"), model("c:3@1", { current: false })]))
    expect([map.inference.map(({ air }) => air), Object.keys(map.architectures)]).toEqual([
      ["a:1@1", "b:2@1"],
      ["sdxl"]
    ])
  })

  it("describes a model by its parameters, limits and rules", () => {
    const map = assemble(
      facts([model("a:1@1")], {
        models: {
          "a:1@1": { params: { width: { minimum: 64 } }, rules: [{ kind: "together", params: ["width", "height"] }] }
        }
      })
    )
    expect(map.inference[0]).toEqual({
      slug: "a-1-1",
      air: "a:1@1",
      requestSchema: {
        $id: "urn:runware:model:a-1-1",
        type: "object",
        additionalProperties: false,
        required: ["model", "taskType"],
        properties: {
          deliveryMethod: { enum: ["sync", "async"], type: "string" },
          model: { const: "a:1@1" },
          taskType: { const: "imageInference" },
          width: { type: "integer", minimum: 64 }
        },
        allOf: [{ dependentRequired: { width: ["height"], height: ["width"] } }]
      },
      responseSchema: { type: "object" }
    })
  })

  it("holds architectures, and not models, to the general size limits of the task type", () => {
    const map = assemble(facts([model("a:1@1")], imageLimits))
    expect([
      map.architectures["sdxl"]?.requestSchema?.properties?.["width"],
      map.modalities["image"]?.requestSchema?.properties?.["width"],
      map.inference[0]?.requestSchema?.properties?.["width"]
    ]).toEqual([{ type: "integer", maximum: 2048 }, { type: "integer" }, { type: "integer" }])
  })

  it("lets the modality stand in for a model without known parameters, and fixes the model", () => {
    const unknown = model("a:1@1", {
      params: null,
      required: null,
      additionalProperties: null,
      fallback: "modality:image"
    })
    const [entry] = assemble(facts([unknown])).inference
    expect([entry?.fallback, entry?.requestSchema?.additionalProperties, entry?.requestSchema?.properties]).toEqual([
      "modality:image",
      true,
      { ...image.params.properties, model: { const: "a:1@1", type: "string" } }
    ])
  })

  it.each([
    ["a model with neither parameters nor fallback", [model("a:1@1", { params: null })], {}],
    ["a registered model that is not current", [], { "a:1@1": { taskType: "imageInference", id: "a-1-1" } }],
    ["a slug that the registry does not have", [model("a:1@1")], { "a:1@1": { taskType: "imageInference", id: "b" } }]
  ])("refuses %s, naming it", (_, models, registered) => {
    const all = facts(models)
    const registry = { ...all.registry, models: { ...all.registry.models, ...registered } }
    expect(() => assemble({ ...all, registry })).toThrow(AssemblyError)
    expect(() => assemble({ ...all, registry })).toThrow("a:1@1")
  })

  it("is written as one line for each entry, and reads back as it was", () => {
    const map = assemble(facts([model("a:1@1"), model("b:2@1")]))
    const text = schemaMapText(map)
    expect(JSON.parse(text)).toEqual(map)
    expect(text.split("\n").filter((line) => line.startsWith('{"slug"'))).toHaveLength(2)
  })
})
