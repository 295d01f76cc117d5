import schemaMap from "@effect-runware/schemas/schema-map.json" with { type: "json" }
import { bundledRegistry, decodeModelLines } from "@effect-runware/schemas/registry"
import { readFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"

const source = (name: string): string => readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8")

describe("the bundled registry", () => {
  it("has each model of the snapshot with its slug and task type", () => {
    const models = schemaMap.inference.map(({ air, requestSchema, slug }) => {
      const taskType = requestSchema?.properties?.["taskType"]
      return [air, { taskType: typeof taskType === "object" ? taskType.const : undefined, id: slug }]
    })
    expect(bundledRegistry().models).toEqual(Object.fromEntries(models))
    expect(models).toHaveLength(350)
  })

  it("has the task types of architectures, modalities and operations", () => {
    const { architectureTaskTypes, modalityTaskTypes, operationTaskTypes, version } = bundledRegistry()
    expect({
      version,
      counts: [architectureTaskTypes, modalityTaskTypes, operationTaskTypes].map((table) => Object.keys(table).length),
      examples: [architectureTaskTypes["sdxl"], modalityTaskTypes["3d"], operationTaskTypes["upscale-video"]]
    }).toEqual({
      version: schemaMap.version,
      counts: [13, 5, 14],
      examples: ["imageInference", "3dInference", "upscale"]
    })
  })

  it("is decoded once", () => {
    expect(bundledRegistry()).toBe(bundledRegistry())
  })

  it("reads a slug where it is given, and makes the usual one where not", () => {
    expect(decodeModelLines("imageInference", "demo:image@1.5\ndemo:image@2 my-image")).toEqual([
      ["demo:image@1.5", { taskType: "imageInference", id: "demo-image-1-5" }],
      ["demo:image@2", { taskType: "imageInference", id: "my-image" }]
    ])
  })

  it("costs at most 8 kB gzip, and does not load the schema map", () => {
    const modules = ["registry.ts", "generated/registry.ts"].map(source)
    expect(gzipSync(modules.join("\n")).length).toBeLessThanOrEqual(8_000)
    expect(modules.filter((text) => /import .*json/.test(text))).toEqual([])
  })
})
