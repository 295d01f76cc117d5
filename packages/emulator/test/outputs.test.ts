/**
 * What each task type and each operation yields, over real HTTP: the reply is what the snapshot promises, and the media
 * are what was asked for, in every format that the schema names.
 */
import type { JsonSchema, SchemaMap } from "@effect-runware/schemas"
import { bundledRegistry } from "@effect-runware/schemas/registry"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Ajv2019 } from "ajv/dist/2019.js"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { startEmulator, type RunningEmulator } from "../src/index.ts"
import { cases, type Case, type Item } from "./cases.ts"
import { post } from "./client.ts"
import { fetched, video } from "./inspection.ts"

// The snapshot is our own file; its shape is checked where it is made.
const schemaMap = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve("@effect-runware/schemas/schema-map.json"), "utf8")
) as SchemaMap

let emulator: RunningEmulator
beforeAll(async () => {
  const operations = cases.flatMap(({ model, operation }) => (operation === undefined ? [] : [[model, operation]]))
  emulator = await startEmulator({ communityModels: Object.fromEntries(operations) })
})
afterAll(() => emulator.close())

/** The schema that the snapshot has for the results of a case. */
const responseSchema = ({ model, operation }: Case): JsonSchema | null | undefined =>
  operation === undefined
    ? schemaMap.inference.find(({ air }) => air === model)?.responseSchema
    : schemaMap.operations[operation]?.responseSchema

/** Runs a task as its schema has it delivered, and gives its only result. */
const result = async (task: Item): Promise<Item> => {
  const { data, errors } = await post(emulator, [task])
  assert.deepStrictEqual(errors, [])
  const [item = {}] = data
  if (Object.keys(item).length > 2) return item
  const [polled = {}] = (await post(emulator, [{ taskType: "getResponse", taskUUID: task["taskUUID"] }])).data
  const { status, ...rest } = polled
  assert.strictEqual(status, "success")
  return rest
}

const named = cases.map((each) => [`${each.taskType} of ${each.operation ?? each.model}`, each] as const)

describe("every result is what the snapshot promises, and its media what was asked for", () => {
  for (const [name, each] of named) {
    it.each(Object.entries(each.outputs))(`${name}: %s`, async (format, check) => {
      const asked = format === "default" ? {} : { outputFormat: format }
      const { model, parameters, taskType } = each
      const task = { taskType, taskUUID: crypto.randomUUID(), model, includeCost: true, ...parameters, ...asked }
      const item = await result(task)
      const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(responseSchema(each) ?? false)
      assert.isTrue(validate(item), JSON.stringify([validate.errors, item]))
      await check(item)
    })
  }
})

describe("what a task leaves out is as its model's schema has it", () => {
  const prompt = { taskType: "videoInference", positivePrompt: "a cat" }
  const firstFrame = { inputs: { frameImages: [{ image: "https://example.com/input.png" }] } }

  it.each([
    ["lightricks:2@0", { ...prompt, width: 320, height: 192 }, { width: 320, height: 192, duration: 6, fps: 25 }],
    ["minimax:4@1", { ...prompt, width: 1366, height: 768 }, { width: 1366, height: 768, duration: 6, fps: 25 }],
    ["xai:grok-imagine@video-1.5", { ...prompt, ...firstFrame }, { width: 854, height: 480, duration: 6, fps: 24 }]
  ])("%s", async (model, parameters, expected) => {
    const { videoURL } = await result({ ...parameters, taskUUID: crypto.randomUUID(), model })
    const { duration, fps, height, width } = await video((await fetched(videoURL)).bytes)
    assert.deepStrictEqual({ width, height, duration, fps }, expected)
  })
})

describe("the cases leave nothing out", () => {
  it("of the task types of the registry", () => {
    const { models } = bundledRegistry()
    const taskTypes = new Set(Object.values(models).map(({ taskType }) => taskType))
    assert.strictEqual(taskTypes.size, 13)
    assert.sameMembers([...new Set(cases.map(({ taskType }) => taskType))], [...taskTypes])
  })

  it("of the operations of the snapshot", () => {
    assert.sameMembers(
      cases.flatMap(({ operation }) => operation ?? []),
      Object.keys(schemaMap.operations)
    )
  })

  it("of the formats that a schema names for a task type", () => {
    const pairs = schemaMap.inference.flatMap(({ requestSchema }) => {
      const { outputFormat, taskType } = requestSchema?.properties ?? {}
      const formats = typeof outputFormat === "object" ? (outputFormat.enum ?? []) : []
      return formats.map((format) => `${typeof taskType === "object" ? String(taskType.const) : ""} ${String(format)}`)
    })
    const checked = cases.flatMap(({ outputs, taskType }) =>
      Object.keys(outputs)
        .filter((format) => format !== "default")
        .map((format) => `${taskType} ${format}`)
    )
    assert.sameMembers([...new Set(checked)], [...new Set(pairs)])
  })
})
