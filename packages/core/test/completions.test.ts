import { bundledRegistry } from "@effect-runware/schemas/registry"
import { expect, it } from "vitest"
import { completions } from "./languageServer.ts"

const call = (text: string): string => `import * as Runware from "../../src/Runware.ts"\nexport const call = ${text}\n`

it("an editor offers every model, then that model's parameters, then their values", async () => {
  const [models = [], parameters = [], values, nested, families, taskTypes, utility] = await completions(
    [
      'Runware.run({ model: "|" })',
      'Runware.run({ model: "runware:101@1", positivePrompt: "fog", | })',
      'Runware.run({ model: "runware:101@1", outputFormat: "|" })',
      'Runware.run({ model: "runware:101@1", safety: { | } })',
      'Runware.runAs("|", {})',
      'Runware.run({ taskType: "|" })',
      'Runware.run({ taskType: "modelSearch", | })'
    ].map(call)
  )
  const registry = Object.entries(bundledRegistry().models).flatMap(([air, { id }]) => [air, id])
  expect(registry.filter((name) => !models.includes(name))).toEqual([])
  expect(registry).toHaveLength(700)
  expect(parameters).toEqual(expect.arrayContaining(["width", "height", "steps", "CFGScale", "lora", "webhookURL"]))
  expect(parameters.filter((name) => ["positivePrompt", "duration", "messages", "speech"].includes(name))).toEqual([])
  expect(values).toEqual(["JPG", "PNG", "WEBP"])
  expect(nested).toEqual(["checkContent"])
  expect(families).toEqual(expect.arrayContaining(["sdxl", "video", "upscale-image"]))
  expect(taskTypes).toEqual(expect.arrayContaining(["modelSearch", "imageInference"]))
  expect(utility).toEqual(expect.arrayContaining(["search", "category", "limit"]))
}, 60_000)
