import { assert, describe, it } from "@effect/vitest"
import { found, library, registry } from "./contentFixtures.ts"

/** Each shape of the catalog: its fields, optional ones with a question mark, and the type of each. */
const shapes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Model: {
    model: "string",
    air: "string",
    name: "string",
    creator: "string",
    capabilities: "string[]",
    "architecture?": "string",
    "hosted?": "boolean",
    status: "string",
    releasedAt: "string",
    weight: "number",
    headline: "string",
    description: "string",
    "coverImage?": "string",
    "ogImage?": "string",
    "pricingOverview?": "string",
    "pricingExamples?": "PriceRow[]"
  },
  PriceRow: { configuration: "string", price: "string", "competitorPrice?": "string" },
  Creator: {
    id: "string",
    name: "string",
    "logo?": "string",
    "headline?": "string",
    "description?": "string",
    models: "Model[]"
  },
  Capability: { id: "string", label: "string" },
  Collection: {
    id: "string",
    name: "string",
    order: "number",
    "headline?": "string",
    "description?": "string",
    "icon?": "string",
    "coverImage?": "string",
    category: "string[]",
    models: "Model[]"
  },
  Example: {
    id: "string",
    "title?": "string",
    model: "string",
    capability: "string",
    "asset?": "string|null",
    request: "object",
    response: "object"
  },
  Pricing: {
    model: "string",
    air: "string",
    name: "string",
    status: "string",
    coverImage: "string",
    "releasedAt?": "string",
    "pricingOverview?": "string",
    "pricingExamples?": "PriceRow[]",
    category: "string[]"
  },
  Guide: { slug: "string", title: "string", description: "string", "date?": "string", url: "string" }
}

/** Where a value departs from a type. */
const departures = (value: unknown, type: string, path: string): ReadonlyArray<string> => {
  if (type.endsWith("[]")) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((each, index) => departures(each, type.slice(0, -2), `${path}[${index}]`))
  }
  const fields = shapes[type]
  if (fields === undefined) {
    const kind = value === null ? "null" : typeof value
    return type.split("|").includes(kind) ? [] : [`${path} is ${kind}, not ${type}`]
  }
  if (typeof value !== "object" || value === null) return [`${path} is no ${type}`]
  const known = new Set(Object.keys(fields).map((field) => field.replace("?", "")))
  return [
    ...Object.keys(value)
      .filter((field) => !known.has(field))
      .map((field) => `${path}.${field} is not of ${type}`),
    ...Object.entries(fields).flatMap(([field, fieldType]) => {
      const name = field.replace("?", "")
      const entry = (value as Readonly<Record<string, unknown>>)[name]
      if (entry !== undefined) return departures(entry, fieldType, `${path}.${name}`)
      return field.endsWith("?") ? [] : [`${path}.${name} is missing`]
    })
  ]
}

describe("every answer has its shape", () => {
  it.each([
    ["models", "Model[]"],
    ["creators", "Creator[]"],
    ["collections", "Collection[]"],
    ["capabilities", "Capability[]"]
  ])("%s", (path, type) => assert.deepStrictEqual(departures(found(path), type, path), []))

  it.each([
    ["", "Model"],
    ["/pricing", "Pricing"],
    ["/guides", "Guide[]"]
  ])("of each model%s", (part, type) => {
    const wrong = library.models.flatMap(({ model }) => departures(found(`models/${model}${part}`), type, model))
    assert.deepStrictEqual(wrong, [])
  })

  it("of the examples of one model of each task type", () => {
    const models = new Map(Object.entries(registry.models).map(([air, { taskType }]) => [taskType, air]))
    for (const air of models.values()) {
      assert.deepStrictEqual(departures(found(`models/${air}/examples`), "Example[]", air), [])
    }
  })

  it("and the check would tell", () => {
    assert.deepStrictEqual(departures([{ id: 1, labels: "x" }], "Capability[]", "c"), [
      "c[0].labels is not of Capability",
      "c[0].id is number, not string",
      "c[0].label is missing"
    ])
  })
})
