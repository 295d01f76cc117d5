import type { SchemaMap } from "@effect-runware/schemas"
import { assert, it } from "@effect/vitest"
import { Ajv2019 } from "ajv/dist/2019.js"
import { afterAll, beforeAll } from "vitest"
import { startEmulator, type RunningEmulator } from "../src/index.ts"
import { picture, post } from "./client.ts"

let emulator: RunningEmulator
let schemaMap: SchemaMap
beforeAll(async () => {
  emulator = await startEmulator()
  schemaMap = (await (await fetch(`${emulator.url}/releases/latest/schema-map.json`)).json()) as SchemaMap
})
afterAll(() => emulator.close())

const inputs = { image: "https://example.com/input.png" }
const requests: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  imageInference: { positivePrompt: "a cat", width: 1024, height: 1024 },
  audioInference: { positivePrompt: "rain on a roof", duration: 10 },
  videoInference: { positivePrompt: "a cat", inputs: { image: inputs.image }, width: 1280, height: 720 },
  training: {},
  textInference: { messages: [{ role: "user", content: "Why?" }], includeUsage: true },
  "3dInference": { positivePrompt: "a gem", inputs: { images: [inputs.image] } },
  caption: { inputs },
  promptEnhance: { prompt: "a cat", promptVersions: 1, promptMaxLength: 64 },
  upscale: { inputs, upscaleFactor: 2 },
  removeBackground: { inputs },
  vectorize: { inputs },
  controlNetPreprocess: { inputs },
  imageMasking: { inputs }
}

it.each(Object.entries(requests))(
  "every result of %s is what its model's schema promises",
  async (taskType, request) => {
    let checked = 0
    for (const { air, requestSchema, responseSchema } of schemaMap.inference) {
      const type = requestSchema?.properties?.["taskType"]
      if (responseSchema === null || typeof type !== "object" || type.const !== taskType) continue
      const common = { positivePrompt: undefined, width: undefined, height: undefined, deliveryMethod: "async" }
      const task = picture({ ...common, taskType, model: air, includeCost: true, ...request })
      const { data } = await post(emulator, [task])
      // Models differ in what they require: those that want more than the common request are left out.
      if (data.length === 0) continue
      const poll = await post(emulator, [{ taskType: "getResponse", taskUUID: task.taskUUID }])
      const { status, ...item } = poll.data[0] ?? {}
      const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(responseSchema)
      assert.strictEqual(status, "success")
      assert.isTrue(validate(item), `${air}: ${JSON.stringify(validate.errors)} ${JSON.stringify(item)}`)
      checked += 1
    }
    assert.isAbove(checked, 0)
  }
)
