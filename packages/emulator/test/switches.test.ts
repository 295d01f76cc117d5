import { assert, describe, it } from "@effect/vitest"
import { defaultSwitches, type EnvelopeForm, type Switches } from "../src/Switches.ts"
import { envelope } from "../src/internal/envelope.ts"
import { codes, drive, image, poll, uuid } from "./fixtures.ts"

const about = { taskType: "imageInference", taskUUID: uuid(1) }
const error = { code: "taskFailed", message: "It failed.", ...about }
const withForm = (errorEnvelope: EnvelopeForm): Switches => ({ ...defaultSwitches, errorEnvelope })

describe("the form of an error body", () => {
  it.each<readonly [EnvelopeForm, unknown]>([
    ["auto", { errors: [error] }],
    ["E1", { errors: [error] }],
    ["E2", { data: [], errors: [error] }],
    ["E3", { data: [], errors: [error] }],
    ["E4", { error: { code: "taskFailed", message: "It failed." }, ...about }],
    ["E5", { error: [error] }],
    ["E6", { error: "It failed." }],
    ["E7", { error: true, errorId: "taskFailed", errorMessage: "It failed." }],
    ["E8", [error]],
    ["E9", { data: [{ ...about, status: "error", error: { code: "taskFailed", message: "It failed." } }] }]
  ])("%s", (form, body) => {
    assert.deepStrictEqual(envelope({ data: [], errors: [error] }, withForm(form), false), body)
  })

  it("keeps what succeeded beside it", () => {
    const item = { ...about, imageURL: "u" }
    const forms = ["auto", "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9"] as const
    for (const form of forms) {
      const body = envelope({ data: [item], errors: [error] }, withForm(form), false)
      assert.deepNestedInclude(body, { "data[0]": item }, form)
    }
  })

  it("is an empty data beside the errors of a refused request", () => {
    assert.deepStrictEqual(envelope({ data: [], errors: [error] }, defaultSwitches, true), {
      data: [],
      errors: [error]
    })
  })

  it("may be an empty array that means nothing", () => {
    const switches = { ...defaultSwitches, emptyErrors: true }
    assert.deepStrictEqual(envelope({ data: [about], errors: [] }, switches, false), { data: [about], errors: [] })
  })

  it("may hide whose error it is", () => {
    const { taskUUID: _hidden, ...anonymous } = error
    const switches = { ...defaultSwitches, addressedErrors: false }
    assert.deepStrictEqual(envelope({ data: [], errors: [error] }, switches, false), { errors: [anonymous] })
  })
})

describe("switches", () => {
  const asynchronous = image(1, { deliveryMethod: "async", positivePrompt: "[[slow:1000]]", numberResults: 2 })

  it("acknowledge with nothing, or with what a poll would say", () => {
    const empty = drive({ switches: { acknowledgement: "empty" } })
    assert.deepStrictEqual(empty.post(0, [asynchronous])?.payload, { data: [] })
    const eager = drive({ switches: { acknowledgement: "withResults", progress: false } })
    const placeholder = { ...about, status: "processing" }
    assert.deepStrictEqual(eager.post(0, [asynchronous])?.payload, { data: [placeholder, placeholder] })
  })

  it("keep failed generations in their place", () => {
    const service = drive({ timeScale: 0, switches: { failedGenerations: "items" } })
    service.post(0, [image(1, { deliveryMethod: "async", positivePrompt: "[[fail:taskFailed@1]]", numberResults: 2 })])
    const { data, errors } = service.post(1, [poll(1)])?.payload ?? {}
    assert.deepStrictEqual(
      data?.map(({ status }) => status),
      ["error", "success"]
    )
    assert.isUndefined(errors)
  })

  it("leave one placeholder for a whole task", () => {
    const service = drive({ switches: { placeholders: "perTask" } })
    service.post(0, [asynchronous])
    assert.strictEqual(service.post(1, [poll(1)])?.payload.data?.length, 1)
  })

  it("choose the answer to a poll for an unknown task", () => {
    const refusing = drive({ switches: { unknownTask: "error" } }).post(0, [poll(1)])
    assert.strictEqual(refusing?.status, 404)
    assert.deepStrictEqual(codes(refusing?.payload), ["taskNotFound"])
    const silent = drive({ switches: { unknownTask: "empty" } })
    silent.connect(0, "a")
    assert.deepStrictEqual(silent.frame(0, "a", [poll(1)]), [{ data: [] }])
  })

  it("change while the service runs", () => {
    const service = drive()
    service.perform({ _tag: "Configure", switches: { errorEnvelope: "E6" } }, 0)
    assert.deepStrictEqual<unknown>(service.post(0, [image(1, { model: "nothing" })])?.payload, {
      error: "'nothing' is neither an AIR (provider:model@version) nor a known slug."
    })
  })
})
