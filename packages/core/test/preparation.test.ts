import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Readable } from "node:stream"
import { findMisfit } from "../src/internal/encodable.ts"
import { nearest } from "../src/internal/nearest.ts"
import { isUtility, prepare } from "../src/internal/preparation.ts"
import { lookUp, type Registry, type RegistryData } from "../src/Registry.ts"
import { TaskUUIDs } from "../src/Task.ts"
import { uuid } from "./builders.ts"

const data: RegistryData = {
  version: "1",
  models: {
    "demo:image@1": { taskType: "imageInference", id: "demo-image-1" },
    "demo:chat@1": { taskType: "textInference", id: "demo-chat-1" }
  },
  architectureTaskTypes: { sdxl: "imageInference" },
  modalityTaskTypes: { video: "videoInference" },
  operationTaskTypes: { "upscale-image": "upscale" }
}

/** A registry that tells what it was asked. */
const registry = () => {
  const asked: Array<string> = []
  const service: Registry["Service"] = {
    find: (model) =>
      Effect.sync(() => {
        asked.push(model)
        return lookUp(data, model)
      }),
    data: Effect.succeed(data),
    refresh: Effect.void
  }
  return { asked, service }
}

const prepared = (params: unknown, deliveryMethod: "sync" | "async" = "async", { service } = registry()) =>
  prepare({ params }, service, deliveryMethod).pipe(Effect.provideService(TaskUUIDs, Effect.succeed(uuid(7))))

const inFamily = (family: unknown, params: unknown) =>
  prepare({ params, family }, registry().service, "async").pipe(
    Effect.provideService(TaskUUIDs, Effect.succeed(uuid(7)))
  )

const refusal = (params: unknown) => Effect.runSync(Effect.flip(prepared(params)))

describe("a task in its final form", () => {
  it.effect("gets its type from the model, its delivery from the client, and a UUID", () =>
    Effect.gen(function* () {
      expect(yield* prepared({ model: "demo:image@1", positivePrompt: "fog", width: 512 })).toEqual({
        model: "demo:image@1",
        positivePrompt: "fog",
        width: 512,
        taskType: "imageInference",
        taskUUID: uuid(7),
        deliveryMethod: "async"
      })
    })
  )

  it.effect("names the AIR where a slug was given", () =>
    Effect.gen(function* () {
      const expected = { model: "demo:chat@1", taskType: "textInference", taskUUID: uuid(7), deliveryMethod: "sync" }
      expect(yield* prepared({ model: "demo-chat-1" }, "sync")).toEqual(expected)
      expect(yield* prepared({ model: "demo-chat-1", taskType: "textInference" }, "sync")).toEqual(expected)
    })
  )

  it.effect("keeps the caller's UUID, type and delivery", () =>
    Effect.gen(function* () {
      const params = { model: "demo:image@1", taskUUID: uuid(1), taskType: "upscale", deliveryMethod: "sync" }
      expect(yield* prepared(params)).toEqual(params)
    })
  )

  it.effect("gets its type from the family that the caller names", () =>
    Effect.gen(function* () {
      const model = "civitai:1@2"
      const taskTypes: Array<unknown> = []
      for (const family of ["sdxl", "video", "upscale-image"])
        taskTypes.push((yield* inFamily(family, { model })).taskType)
      expect(taskTypes).toEqual(["imageInference", "videoInference", "upscale"])
      expect(yield* inFamily("sdxl", { model, taskType: "imageInference", width: 64 })).toEqual({
        model,
        width: 64,
        taskType: "imageInference",
        taskUUID: uuid(7),
        deliveryMethod: "async"
      })
    })
  )

  it.effect("names the nearest family where there is none, and refuses another task type than the family's", () =>
    Effect.gen(function* () {
      const refusals = [
        yield* Effect.flip(inFamily("sdlx", { model: "civitai:1@2" })),
        yield* Effect.flip(inFamily(undefined, { model: "civitai:1@2" })),
        yield* Effect.flip(inFamily("constructor", { model: "civitai:1@2" })),
        yield* Effect.flip(inFamily("sdxl", { model: "civitai:1@2", taskType: "upscale" }))
      ]
      expect(refusals.map(({ code, message, parameter, rawCode }) => [code, rawCode, parameter, message])).toEqual([
        [
          "validation",
          "unknownFamily",
          "family",
          'No architecture, modality or operation "sdlx" in the registry; did you mean sdxl? Check `family`.'
        ],
        [
          "validation",
          "unknownFamily",
          "family",
          "No architecture, modality or operation undefined in the registry. Check `family`."
        ],
        [
          "validation",
          "unknownFamily",
          "family",
          'No architecture, modality or operation "constructor" in the registry. Check `family`.'
        ],
        [
          "validation",
          "invalidTaskType",
          "taskType",
          'taskType is "imageInference" for "sdxl", got "upscale". Check `taskType`.'
        ]
      ])
    })
  )

  it.effect("asks no registry where an AIR comes with its task type", () =>
    Effect.gen(function* () {
      const own = registry()
      yield* prepared({ model: "civitai:1@1", taskType: "imageInference" }, "async", own)
      expect(own.asked).toEqual([])
    })
  )

  it.effect("goes out with an unknown slug when its task type is given", () =>
    Effect.gen(function* () {
      expect(yield* prepared({ model: "tomorrows-model", taskType: "imageInference" })).toMatchObject({
        model: "tomorrows-model",
        taskType: "imageInference"
      })
    })
  )

  it.effect("treats parameters given as undefined as absent", () =>
    Effect.gen(function* () {
      const absent = { taskType: undefined, taskUUID: undefined, deliveryMethod: undefined, seed: undefined }
      const task = yield* prepared({ model: "demo:image@1", numberResults: undefined, ...absent })
      expect(Object.keys(task).toSorted()).toEqual(["deliveryMethod", "model", "taskType", "taskUUID"])
    })
  )

  it.effect("has no delivery method when it is a utility", () =>
    Effect.gen(function* () {
      const params = { taskType: "modelSearch", search: "ink" }
      expect(yield* prepared(params)).toEqual({ ...params, taskUUID: uuid(7) })
      expect([isUtility({ taskType: "modelSearch" }), isUtility({ taskType: "caption" })]).toEqual([true, false])
    })
  )

  it.effect("passes a parameter called __proto__ on as the data it is", () =>
    Effect.gen(function* () {
      const params: unknown = JSON.parse('{"model":"demo:image@1","__proto__":{"deliveryMethod":"sync"}}')
      const task = yield* prepared(params)
      expect(task["deliveryMethod"]).toBe("async")
      expect(JSON.parse(JSON.stringify(task))).toEqual(JSON.parse(JSON.stringify({ ...task })))
      expect(Object.hasOwn(task, "__proto__")).toBe(true)
    })
  )
})

describe("what is wrong with parameters is said before anything is sent", () => {
  const model = "demo:image@1"

  it.each<[string, unknown, string, string, string]>([
    ["null", null, "params", "invalidParams", "Parameters must be an object, got null."],
    ["a list", [{ model }], "params", "invalidParams", "Parameters must be an object, got an array of 1."],
    ["text", "a cat", "params", "invalidParams", 'Parameters must be an object, got "a cat".'],
    ["nothing", {}, "taskType", "missingTaskType", "Parameters need a `model`, or a `taskType`"],
    ["a numeric model", { model: 5 }, "model", "invalidType", "model must be a non-empty string, got 5."],
    ["an empty model", { model: " " }, "model", "invalidType", 'model must be a non-empty string, got " ".'],
    ["a null type", { taskType: null }, "taskType", "invalidType", "taskType must be a non-empty string, got null."],
    ["no results", { model, numberResults: 0 }, "numberResults", "invalidNumberResults", "1 or more, got 0."],
    ["half a result", { model, numberResults: 1.5 }, "numberResults", "invalidNumberResults", "got 1.5."],
    ["results as text", { model, numberResults: "3" }, "numberResults", "invalidNumberResults", 'got "3".'],
    [
      "no versions",
      { taskType: "promptEnhance", promptVersions: 0 },
      "promptVersions",
      "invalidPromptVersions",
      "promptVersions must be a whole number, 1 or more, got 0."
    ],
    ["streams", { model, deliveryMethod: "stream" }, "deliveryMethod", "invalidDeliveryMethod", 'got "stream".'],
    ["another UUID", { model, taskUUID: "1" }, "taskUUID", "invalidTaskUUID", 'version 4 UUID, got "1".'],
    ["NaN", { model, width: NaN }, "width", "invalidType", "width must be something that JSON can hold, got NaN."],
    ["a bigint", { model, seed: 5n }, "seed", "invalidType", "got the bigint 5n."],
    ["a promise", { model, inputs: { image: Promise.resolve() } }, "inputs.image", "invalidType", "got a Promise."],
    [
      "a bare stream",
      { model, inputs: { images: [new ReadableStream()] } },
      "inputs.images.0",
      "invalidType",
      "got a stream. Give it as a file: `Media.fromStream(stream)`."
    ]
  ])("%s", (_, params, parameter, rawCode, message) => {
    const error = refusal(params)
    expect(error).toMatchObject({ code: "validation", rawCode, parameter, submission: "none" })
    expect(error.message).toContain(message)
  })

  it("suggests the model that was probably meant, and what to do for one that is not listed", () => {
    const error = refusal({ model: "demo-imagee-1" })
    expect(error).toMatchObject({
      code: "notFound",
      rawCode: "unknownModel",
      parameter: "model",
      model: "demo-imagee-1",
      submission: "none"
    })
    expect(error.message).toBe(
      'No model "demo-imagee-1" in the registry; did you mean demo-image-1? For a community or private model pass ' +
        "`taskType` with it; for one newer than this release call `refreshRegistry`."
    )
  })

  it.each(["toString", "constructor", "__proto__", "hasOwnProperty"])("knows no model %s", (model) => {
    expect(refusal({ model })).toMatchObject({ code: "notFound", rawCode: "unknownModel", model })
  })
})

describe("findMisfit", () => {
  const circle: Record<string, unknown> = {}
  circle["inner"] = { list: [circle] }

  it.each<[string, unknown, ReadonlyArray<string>, string]>([
    ["infinity", { a: [1, Infinity] }, ["a", "1"], "Infinity"],
    ["a hole in a list", { a: [undefined] }, ["a", "0"], "undefined"],
    ["a function", { a: () => 1 }, ["a"], "a function"],
    ["a symbol", { a: Symbol("s") }, ["a"], "a symbol"],
    ["a map", { a: new Map([["k", 1]]) }, ["a"], "a Map"],
    ["a response", { a: new Response("x") }, ["a"], "a Response"],
    ["a web stream", { a: new ReadableStream() }, ["a"], "a stream"],
    ["a Node stream", { a: Readable.from(["x"]) }, ["a"], "a stream"],
    ["a stream of Effect", { a: Stream.make(1) }, ["a"], "a stream"],
    ["a secret", { a: Redacted.make("s") }, ["a"], "a Redacted value"],
    ["a circle", circle, ["inner", "list", "0"], "a reference to an object around it"]
  ])("finds %s", (_, value, path, kind) => expect(findMisfit(value)).toEqual({ path, kind }))

  it("lets pass what JSON holds: dates and URLs, objects of classes, the same object twice, absent fields", () => {
    class Point {
      readonly x = 1
    }
    const shared = { a: 1 }
    const value = {
      at: new Date(0),
      url: new URL("https://a.example"),
      point: new Point(),
      shared,
      again: [shared, shared]
    }
    expect(findMisfit({ ...value, absent: undefined, none: null, empty: {}, list: [] })).toBe(undefined)
    expect(findMisfit(Object.create(null))).toBe(undefined)
  })

  it.prop("passes whatever survives JSON unchanged", { value: Schema.Json }, ({ value }) => {
    expect(findMisfit(value)).toBe(undefined)
    return true
  })
})

describe("nearest", () => {
  it.each([
    ["apikey", "apiKey"],
    ["timeOut", "timeout"],
    ["pollIntervall", "pollInterval"],
    ["banana", undefined],
    ["x", undefined],
    ["", undefined]
  ])("%s: %s", (name, expected) => expect(nearest(name, ["apiKey", "timeout", "pollInterval", "b"])).toBe(expected))

  const Names = Arbitrary.array(Arbitrary.schema(Schema.String), { maxLength: 5 })

  it.prop("is one of the known names or none", { name: Schema.String, known: Names }, ({ known, name }) => {
    expect([...known, undefined]).toContain(nearest(name, known))
    return true
  })

  it("takes no time over a whole prompt in place of a name", () => {
    expect(nearest("word ".repeat(1_000_000), Object.keys(data.models))).toBe(undefined)
  })
})
