import type { WireError } from "@effect-runware/core/Protocol"
import examples from "@effect-runware/schemas/examples.json" with { type: "json" }
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { startEmulator, type RunningEmulator } from "../src/index.ts"

let emulator: RunningEmulator

/** The families of the examples' community models: a service knows them, and a request doesn't say. */
const communityModels = Object.fromEntries(
  examples.flatMap(({ request, target }) => {
    const [kind, name] = target.split(":", 2)
    const isFamily = kind === "architecture" || kind === "modality" || kind === "operation"
    return isFamily && name !== undefined && typeof request["model"] === "string" ? [[request["model"], name]] : []
  })
)

const keys = Object.fromEntries(
  examples.flatMap(({ request }) => (typeof request["apiKey"] === "string" ? [[request["apiKey"], 1]] : []))
)

beforeAll(async () => {
  emulator = await startEmulator({ communityModels, otherKeys: keys })
})

afterAll(() => emulator.close())

/** What the emulator bears beyond the schemas, because older clients send it (docs/protocol.md C20, C22). */
const borne: ReadonlySet<string> = new Set(["search-visibility", "search-empty"])

const errorsOf = async (request: Readonly<Record<string, unknown>>): Promise<ReadonlyArray<WireError>> => {
  // A key in the header would make up for one that is missing in the task.
  const key = request["taskType"] === "authentication" ? {} : { authorization: `Bearer ${emulator.apiKey}` }
  const response = await fetch(`${emulator.url}/v1?dryRun=1`, {
    method: "POST",
    headers: { "content-type": "application/json", ...key },
    body: JSON.stringify([request])
  })
  const { errors = [] } = (await response.json()) as { readonly errors?: ReadonlyArray<WireError> }
  return errors
}

describe("the emulator and the validator judge alike", () => {
  it.each(examples)("$target: $name", async ({ name, request, valid, why }) => {
    const errors = await errorsOf(request)
    assert.strictEqual(errors.length === 0, valid || borne.has(name), `${why}: ${JSON.stringify(errors)}`)
  })

  it("takes a decimal that is a multiple in spite of its rounding", async () => {
    const task = {
      taskType: "imageInference",
      taskUUID: "7b1c9d20-5e4f-4a3b-8c2d-000000000999",
      model: "runware:400@2"
    }
    assert.deepStrictEqual(
      await errorsOf({ ...task, positivePrompt: "a moth", width: 512, height: 512, CFGScale: 1.15 }),
      []
    )
  })
})
