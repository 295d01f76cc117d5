import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { byTask, fromJson, hasOutput, isAcknowledgement, isDone, isRunning, mediaId } from "../src/Envelope.ts"
import type { WireError, WireItem } from "../src/Protocol.ts"

const taskUUID = "e4a1835d-6b7c-4f09-b2d3-9c58f10e7a64"
const other = "9d3b20f7-c5e8-4a16-8f74-03b6d1a2e95c"

const item = (fields: WireItem = {}): WireItem => ({ taskType: "imageInference", taskUUID, ...fields })
const image = item({ status: "success", imageUUID: "im-1", imageURL: "https://im.runware.ai/1.jpg", seed: 7 })
const error = (fields: Partial<WireError> = {}): WireError => ({
  code: "valueOutOfRange",
  message: "Too large.",
  taskUUID,
  ...fields
})

describe("the shapes of an error in circulation", () => {
  it.each<[string, unknown, ReadonlyArray<WireError>]>([
    ["a list", { errors: [error(), error({ taskUUID: other })] }, [error(), error({ taskUUID: other })]],
    ["a list beside empty data", { data: [], errors: [error()] }, [error()]],
    [
      "one object, before a stream starts",
      { error: { code: "valueOutOfRange", message: "Too large." }, taskUUID, taskType: "textInference" },
      [error({ taskType: "textInference" })]
    ],
    ["a list under the singular key", { error: [error()] }, [error()]],
    ["a text", { error: "The key has no access." }, [{ code: "unknown", message: "The key has no access." }]],
    [
      "a text that is a word",
      { error: "unauthorized", taskUUID },
      [error({ code: "unauthorized", message: "unauthorized" })]
    ],
    [
      "the flag of the old socket",
      { error: true, errorId: 19, errorMessage: "Invalid API key", taskUUID },
      [{ code: "19", message: "Invalid API key", errorId: 19, errorMessage: "Invalid API key", taskUUID }]
    ],
    ["a bare list", [error(), { message: "No code." }], [error(), { code: "unknown", message: "No code." }]],
    [
      "the failure of one generation, in the place of its item",
      { data: [item({ status: "error", error: { code: "inferenceError", message: "Worker crashed." } })] },
      [error({ code: "inferenceError", message: "Worker crashed.", taskType: "imageInference", status: "error" })]
    ],
    ["one object under the plural key", { errors: error() }, [error()]],
    [
      "an object with numeric keys",
      { errors: { "0": error(), "1": error({ code: "b" }) } },
      [error(), error({ code: "b" })]
    ],
    ["a flat object", { code: "notFound", message: "No such page." }, [{ code: "notFound", message: "No such page." }]],
    [
      "a gateway's own",
      { status: 400, error: "Bad Request", message: "Body is not JSON.", path: "/v1" },
      [{ code: "unknown", message: "Body is not JSON.", path: "/v1" }]
    ],
    [
      "a wrapped element",
      { errors: [{ taskUUID, error: { code: "taskFailed", message: "It failed." } }] },
      [error({ code: "taskFailed", message: "It failed." })]
    ],
    [
      "a wrapped text",
      { errors: [{ taskUUID, error: "It failed." }] },
      [error({ code: "unknown", message: "It failed." })]
    ],
    ["a list of texts", { errors: ["It failed."] }, [{ code: "unknown", message: "It failed." }]],
    [
      "an element without words",
      { errors: [{ taskUUID }] },
      [{ code: "unknown", message: "The service reported an error without a message.", taskUUID }]
    ]
  ])("%s", (_, body, errors) => expect(fromJson(body)).toEqual({ items: [], errors }))

  it("takes an item that has an error, no status and no output for a failure", () => {
    expect(fromJson({ data: [item({ error: "Worker crashed." })] }).errors).toEqual([
      error({ code: "taskFailed", message: "Worker crashed.", taskType: "imageInference", status: "error" })
    ])
  })

  it("keeps fields nobody knows, and drops null where a text is expected", () => {
    const given = { ...error(), max: 2048, colour: { of: "magic" }, taskType: null, documentation: null }
    expect(fromJson({ errors: [given] }).errors).toEqual([{ ...error(), max: 2048, colour: { of: "magic" } }])
  })

  it.each([
    ["failed", "taskFailed"],
    ["error downloading", "taskFailed"]
  ])("takes an item with the status %s for a failure", (status, code) => {
    expect(fromJson({ data: [item({ taskType: "modelUpload", status, message: "404 at the URL." })] })).toEqual({
      items: [],
      errors: [error({ code, message: "404 at the URL.", taskType: "modelUpload", status: "error" })]
    })
  })
})

describe("replies with items", () => {
  it("reads partial success", () => {
    const failure = error({ code: "timeoutProvider", status: "error" })
    expect(fromJson({ data: [image], errors: [failure] })).toEqual({ items: [image], errors: [failure] })
  })

  it("reads items, failed items and errors of one reply", () => {
    const failed = item({ taskUUID: other, status: "error", error: { code: "inferenceError", message: "Crashed." } })
    const { items, errors } = fromJson({ data: [image, failed], errors: [error()] })
    expect(items).toEqual([image])
    expect(errors.map(({ code, taskUUID }) => [code, taskUUID])).toEqual([
      ["inferenceError", other],
      ["valueOutOfRange", taskUUID]
    ])
  })

  it("reads data that is one object", () => {
    expect(fromJson({ data: image })).toEqual({ items: [image], errors: [] })
  })

  it("reads a flat item, as webhooks send it", () => {
    expect(fromJson(image)).toEqual({ items: [image], errors: [] })
    expect(fromJson({ ...image, error: null })).toEqual({ items: [{ ...image, error: null }], errors: [] })
  })

  it("reads a bare list of items", () =>
    expect(fromJson([image, image])).toEqual({ items: [image, image], errors: [] }))

  it("keeps an item that succeeded although it mentions an error", () => {
    const mentioned = { ...image, error: { code: "slow" } }
    expect(fromJson({ data: [mentioned] })).toEqual({ items: [mentioned], errors: [] })
    const { status: _, ...synchronous } = mentioned
    expect(fromJson({ data: [synchronous] })).toEqual({ items: [synchronous], errors: [] })
  })

  it("keeps items without a task", () => {
    const pong = { taskType: "ping", pong: true }
    expect(fromJson({ data: [pong] })).toEqual({ items: [pong], errors: [] })
  })

  it("ignores what is not an object beside items", () => {
    expect(fromJson({ data: [null, image, 3] })).toEqual({ items: [image], errors: [] })
  })

  it("drops known fields of the wrong type", () => {
    expect(fromJson({ data: [{ ...image, status: null, progress: "half", cost: null }] }).items).toEqual([
      { taskType: "imageInference", taskUUID, imageUUID: "im-1", imageURL: "https://im.runware.ai/1.jpg", seed: 7 }
    ])
  })
})

describe("empty replies and strangers", () => {
  it.each([
    [{ data: [] }],
    [{ errors: [] }],
    [{ data: [], errors: [] }],
    [{ data: null, errors: {} }],
    [{ error: null }],
    [[]]
  ])("%j means nothing, not an error", (body) => expect(fromJson(body)).toEqual({ items: [], errors: [] }))

  it.each([
    [null, "null"],
    [undefined, "a undefined"],
    ["<html>", "a string"],
    [42, "a number"],
    [true, "a boolean"],
    [{}, "an empty object"],
    [{ detail: "Not Found" }, "an object with the fields detail"],
    [{ data: "text" }, "an object with the fields data"],
    [{ errors: [1, 2] }, "an object with the fields errors"],
    [[1, "x", null], "an array of something else"]
  ])("%j is not of the protocol", (body, kind) => {
    expect(fromJson(body)).toEqual({
      items: [],
      errors: [
        {
          code: "unrecognizedResponse",
          message: `The reply is not of the protocol: expected an object with "data" or "errors", got ${kind}.`
        }
      ]
    })
  })
})

const Word = Schema.String.check(Schema.isPattern(/^[a-z][A-Za-z]{0,8}$/))
const Id = Schema.Literals(["a", "b", "c"])
const Item = Schema.Struct({
  taskType: Word,
  taskUUID: Id,
  status: Schema.optionalKey(Schema.Literals(["success", "processing", "queued"])),
  cost: Schema.optionalKey(Schema.Int),
  imageURL: Schema.optionalKey(Word),
  extra: Schema.Json
})
const Failure = Schema.Struct({
  code: Word,
  message: Word,
  taskType: Word,
  taskUUID: Id,
  parameter: Schema.optionalKey(Schema.Array(Word)),
  max: Schema.optionalKey(Schema.Int),
  extra: Schema.Json
})
const Items = Arbitrary.array(Arbitrary.schema(Item), { maxLength: 4 })
const Failures = Arbitrary.array(Arbitrary.schema(Failure), { minLength: 1, maxLength: 4 })

type Failure = typeof Failure.Type
const asStatus = (failure: Failure): WireError => ({ ...failure, status: "error" })
const asItem = ({ taskType, taskUUID, ...error }: Failure): WireItem => ({ taskType, taskUUID, status: "error", error })

const nest = (depth: number, key: string): unknown => JSON.parse(`{"${key}":`.repeat(depth) + "1" + "}".repeat(depth))

describe("every shape, whatever it holds", () => {
  it.prop("lists of errors survive", { failures: Failures, items: Items }, ({ failures, items }) => {
    const [first = { code: "", message: "" }] = failures
    const alone = { items: [], errors: failures }
    expect(fromJson({ errors: failures })).toEqual(alone)
    expect(fromJson({ data: [], errors: failures })).toEqual(alone)
    expect(fromJson({ data: items, errors: failures })).toEqual({ items, errors: failures })
    expect(fromJson({ error: failures })).toEqual(alone)
    expect(fromJson(failures)).toEqual(alone)
    expect(fromJson({ data: [...items, ...failures.map(asItem)] })).toEqual({ items, errors: failures.map(asStatus) })
    expect(fromJson({ error: first })).toEqual({ items: [], errors: [first] })
    return true
  })

  it.prop("one error survives the shapes that hold one", { failures: Failures }, ({ failures }) => {
    for (const failure of failures) {
      const { taskType, taskUUID, code, message, ...details } = failure
      const outer = { taskType, taskUUID }
      expect(fromJson({ error: { code, message, ...details }, ...outer })).toEqual({ items: [], errors: [failure] })
      const text = `${message}.`
      expect(fromJson({ error: text, ...outer }).errors).toEqual([{ code: "unknown", message: text, ...outer }])
      expect(fromJson({ error: true, errorId: code, errorMessage: message, ...outer }).errors).toEqual([
        { code, message, errorId: code, errorMessage: message, ...outer }
      ])
    }
    return true
  })

  it.prop("items survive", { items: Items }, ({ items }) => {
    expect(fromJson({ data: items })).toEqual({ items, errors: [] })
    expect(fromJson({ data: items, errors: [] })).toEqual({ items, errors: [] })
    return true
  })

  it.prop(
    "reading never throws, and invents no items",
    { data: Schema.Json, errors: Schema.Json, error: Schema.Json, body: Schema.Json },
    ({ data, errors, error, body }) => {
      for (const reply of [body, { data, errors, error }, { data }, { errors }, { error, body }, [body, data]]) {
        const { items, errors } = fromJson(reply)
        const text = JSON.stringify(reply)
        for (const item of items) {
          for (const [field, value] of Object.entries(item)) {
            expect(text).toContain(JSON.stringify(field))
            expect(text).toContain(JSON.stringify(value))
          }
        }
        for (const error of errors) {
          expect([typeof error.code, typeof error.message]).toEqual(["string", "string"])
        }
      }
      return true
    }
  )

  it("reads nests of any depth", () => {
    for (const key of ["error", "errors", "data", "outputs"]) {
      expect(() => fromJson({ data: [nest(20_000, key)], errors: [nest(20_000, key)] })).not.toThrow()
      expect(() => fromJson(nest(20_000, key))).not.toThrow()
    }
  })
})

describe("byTask", () => {
  it("gives each task its own items and errors", () => {
    const mine = error({ taskUUID: other })
    const stray = { code: "internalServerError", message: "Oops." }
    const pong = { taskType: "ping", pong: true }
    const blank = item({ taskUUID: "" })
    expect(byTask({ items: [image, pong, blank, image], errors: [mine, stray, error()] })).toEqual({
      tasks: new Map([
        [taskUUID, { items: [image, image], errors: [error()] }],
        [other, { items: [], errors: [mine] }]
      ]),
      unaddressed: { items: [pong, blank], errors: [stray] }
    })
  })

  it.prop("is a partition that keeps the order", { items: Items, failures: Failures }, ({ items, failures }) => {
    const { tasks, unaddressed } = byTask({ items, errors: failures })
    expect(unaddressed).toEqual({ items: [], errors: [] })
    expect([...tasks.keys()].toSorted()).toEqual(
      [...new Set([...items, ...failures].map(({ taskUUID }) => taskUUID))].toSorted()
    )
    for (const [taskUUID, part] of tasks) {
      expect(part.items).toEqual(items.filter((item) => item.taskUUID === taskUUID))
      expect(part.errors).toEqual(failures.filter((failure) => failure.taskUUID === taskUUID))
    }
    return true
  })
})

const state = (fields: WireItem): ReadonlyArray<string> => [
  ...(isDone(fields) ? ["done"] : []),
  ...(isRunning(fields) ? ["running"] : []),
  ...(isAcknowledgement(fields) ? ["acknowledged"] : [])
]

describe("what an item tells", () => {
  it.each<[WireItem, string]>([
    [{ status: "success" }, "done"],
    [image, "done"],
    [item({ imageURL: "https://im.runware.ai/1.jpg" }), "done"],
    [item({ status: "finishing", videoURL: "https://vm.runware.ai/1.mp4" }), "done"],
    [item({ taskType: "textInference", text: "" }), "done"],
    [item({ taskType: "modelUpload", status: "ready", air: "demo:1@1" }), "done"],
    [item({ status: "processing" }), "running"],
    [item({ status: "processing", progress: 62, imageURL: "https://im.runware.ai/preview.jpg" }), "running"],
    [item({ status: "queued" }), "running"],
    [item({ status: "downloaded", air: "demo:1@1" }), "running"],
    [item(), "acknowledged"],
    [item({ webhookURL: "https://example.com", outputs: { files: [] } }), "acknowledged"]
  ])("%j is %s", (fields, expected) => expect(state(fields)).toEqual([expected]))

  it("is nothing of these once it failed", () => {
    expect(state(item({ status: "error" }))).toEqual([])
    expect(state(item({ status: "failed" }))).toEqual([])
  })

  it.each<[WireItem, boolean]>([
    [{ imageURL: "https://im.runware.ai/1.jpg" }, true],
    [{ imageBase64Data: "iVBORw0KGgo=" }, true],
    [{ audioDataURI: "data:audio/mpeg;base64,AA==" }, true],
    [{ guideImageURL: "https://im.runware.ai/1.jpg" }, true],
    [{ hologramURL: "https://im.runware.ai/1.holo" }, true],
    [{ text: "Blue" }, true],
    [{ outputs: { files: [{ uuid: "f-1", url: "https://example.com/mesh.glb" }] } }, true],
    [{ structuredData: { colour: "blue" } }, true],
    [{ toolCalls: [{ id: "1", name: "search", input: {} }] }, true],
    [{ imageURL: "" }, false],
    [{ imageURL: null }, false],
    [{ inputImageURL: "https://example.com/in.png" }, false],
    [{ webhookURL: "https://example.com" }, false],
    [{ outputs: { files: [] } }, false],
    [{ outputs: {} }, false],
    [{ toolCalls: [] }, false],
    [{ structuredData: null }, false],
    [{ seed: 7, cost: 0.1, imageUUID: "im-1" }, false]
  ])("%j has an output: %s", (fields, expected) => expect(hasOutput(fields)).toBe(expected))

  it.each<[WireItem, string | undefined]>([
    [image, "im-1"],
    [item({ audioUUID: "au-1", videoUUID: "vi-1" }), "au-1"],
    [item({ inputImageUUID: "in-1", maskImageUUID: "ma-1" }), "ma-1"],
    [item({ inputImageUUID: "in-1", guideImageUUID: "gu-1" }), "gu-1"],
    [item({ mediaUUID: "me-1" }), "me-1"],
    [item({ hologramUUID: "ho-1" }), "ho-1"],
    [item({ outputs: { files: [{ uuid: "f-1" }, { uuid: "f-2" }] } }), "f-1"],
    [item({ outputs: { files: [] } }), undefined],
    [item({ inputImageUUID: "in-1" }), undefined],
    [{ taskType: "authentication", connectionSessionUUID: "se-1" }, undefined],
    [item({ text: "Blue" }), undefined]
  ])("%j has the media id %s", (fields, expected) => expect(mediaId(fields)).toBe(expected))
})
