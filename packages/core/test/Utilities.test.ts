import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { fromJson } from "../src/Envelope.ts"
import * as Runware from "../src/Runware.ts"
import type { RunwareError } from "../src/RunwareError.ts"
import { type Reply, Transport } from "../src/Transport.ts"
import type { UploadProgress } from "../src/Utilities.ts"
import * as Validator from "../src/Validator.ts"
import { failure, image, running, uuid } from "./builders.ts"
import { client, failed, lost, reply, scripted, settled, succeeded } from "./scripted.ts"

const upload = {
  category: "lora",
  architecture: "sdxl",
  format: "safetensors",
  name: "Ink",
  version: "1",
  downloadURL: "https://example.com/ink.safetensors"
} as const

type Call = (options?: Runware.UtilityOptions) => Effect.Effect<unknown, RunwareError, Runware.Runware>

describe("each utility", () => {
  const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown, Runware.Runware>, object]> = [
    ["modelSearch", Runware.modelSearch({ search: "ink", limit: 5 }), { search: "ink", limit: 5 }],
    ["imageUpload", Runware.imageUpload({ image: "data:," }), { image: "data:," }],
    [
      "mediaStorage",
      Runware.mediaStorage({ operation: "delete", media: uuid(7) }),
      { operation: "delete", media: uuid(7) }
    ],
    [
      "accountManagement",
      Runware.accountManagement({ operation: "getUsageErrors", groupBy: ["model"] }),
      { operation: "getUsageErrors", groupBy: ["model"] }
    ],
    ["getTaskDetails", Runware.getTaskDetails(uuid(1)), {}],
    ["getTaskDetails", Runware.getTaskDetails({ taskUUID: uuid(1) }), {}]
  ]

  it.effect.each(calls)("%s sends its parameters and gives its one result", ([taskType, call, params]) =>
    Effect.gen(function* () {
      const transport = scripted([reply([{ taskType, taskUUID: uuid(1), answer: 42 }])])
      const result = yield* succeeded(call.pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(result, { taskType, taskUUID: uuid(1), answer: 42 })
      assert.deepStrictEqual(
        transport.sent.map(({ task }) => task),
        [{ ...params, taskType, taskUUID: uuid(1) }]
      )
    })
  )

  it.effect("needs nothing but a client that runs tasks, which a mock is", () =>
    Effect.gen(function* () {
      const mock = Layer.mock(Runware.Runware, {
        run: (() => Effect.succeed([{ totalResults: 3 }])) as never
      })
      const found = yield* Effect.provide(Runware.modelSearch({ search: "ink" }), mock)
      assert.strictEqual(found.totalResults, 3)
    })
  )

  it.effect("fails with what the service says", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([], [failure("invalidMedia", { parameter: "media" })])])
      const error = yield* failed(
        Runware.mediaStorage({ operation: "upload", media: "?" }).pipe(Effect.provide(client(transport)))
      )
      assert.deepStrictEqual(
        [error.code, error.rawCode, error.parameter, error.taskType, error.submission],
        ["validation", "invalidMedia", "media", "mediaStorage", "rejected"]
      )
    })
  )

  it.effect("fails where the service answers with nothing", () =>
    Effect.gen(function* () {
      const error = yield* failed(
        Runware.accountManagement({ operation: "getDetails" }).pipe(Effect.provide(client(scripted([reply([])]))))
      )
      assert.deepStrictEqual([error.code, error.rawCode], ["serverError", "unrecognizedResponse"])
    })
  )

  it.effect.each<[string, Effect.Effect<unknown, RunwareError, Runware.Runware>, string, string]>([
    ["parameters that are none", Runware.modelSearch("ink" as never), "params", 'got "ink"'],
    ["an array of them", Runware.modelSearch([{ search: "ink" }] as never), "params", "got an array of 1"],
    ["another task type", Runware.modelSearch({ search: "a", taskType: "ping" } as never), "taskType", "modelSearch"],
    ["an option misspelt", Runware.modelSearch({ search: "a" }, { timout: 1 } as never), "timout", "mean timeout?"],
    ["an option of run", Runware.imageUpload({ image: "a" }, { partial: true } as never), "partial", "Unknown option"],
    ["a deadline that is none", Runware.modelSearch({ search: "a" }, { timeout: "x" as never }), "timeout", "duration"],
    ["options that are none", Runware.modelSearch({ search: "a" }, 5 as never), "options", "must be an object"],
    ["a name of no task", Runware.getTaskDetails(7 as never), "taskUUID", "version 4 UUID"],
    ["details of no task", Runware.getTaskDetails({} as never), "taskUUID", "version 4 UUID"],
    ["no name of a task", Runware.getResponse(undefined as never), "taskUUID", "version 4 UUID"],
    ["a state of no task", Runware.getResponse({} as never), "taskUUID", "version 4 UUID"],
    ["an upload's callback that is none", Runware.modelUpload(upload, { onprogress: 1 } as never), "onprogress", "Unkn"]
  ])("refuses %s, and sends nothing", ([, call, parameter, words]) =>
    Effect.gen(function* () {
      const transport = scripted([])
      const error = yield* failed(call.pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual([error.code, error.parameter, error.submission], ["validation", parameter, "none"])
      assert.include(error.message, words)
      assert.deepStrictEqual(transport.sent, [])
    })
  )

  it.effect.each<[string, Call, string]>([
    ["modelSearch", (options) => Runware.modelSearch({} as never, options), "search"],
    ["modelUpload", (options) => Runware.modelUpload({ ...upload, name: undefined } as never, options), "name"],
    ["imageUpload", (options) => Runware.imageUpload({} as never, options), "image"],
    ["mediaStorage", (options) => Runware.mediaStorage({ operation: "upload" } as never, options), "media"],
    ["accountManagement", (options) => Runware.accountManagement({} as never, options), "operation"]
  ])("%s is validated when asked to, and a missing parameter is named (W61)", ([, call, parameter]) =>
    Effect.gen(function* () {
      const transport = scripted([])
      const error = yield* Effect.flip(
        call({ validate: true }).pipe(Effect.provide(client(transport, {}, Validator.layerBundled)))
      )
      assert.deepStrictEqual([error.code, error.parameter, error.submission], ["validation", parameter, "none"])
      assert.deepStrictEqual(transport.sent, [])
    })
  )
})

describe("a utility whose answer was lost", () => {
  const stored = { taskType: "mediaStorage", taskUUID: uuid(1), status: "success", mediaUUID: uuid(7) }
  const storing = Runware.mediaStorage({ operation: "upload", media: "https://example.com/a.png" })

  it.effect("waits for what the service is still doing", () =>
    Effect.gen(function* () {
      const working = { taskType: "mediaStorage", taskUUID: uuid(1), status: "processing" }
      const transport = scripted([lost("unknown")], [reply([working]), reply([working]), reply([stored])])
      const { mediaUUID } = yield* succeeded(storing.pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual([mediaUUID, transport.sent.length], [uuid(7), 4])
    })
  )

  it.effect("asks for it when the service says that it has the task already", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([], [failure("conflictTaskUUID")])], [reply([stored])])
      const { mediaUUID } = yield* succeeded(storing.pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual([mediaUUID, transport.sent.length], [uuid(7), 2])
    })
  )
})

const news = (status: string, fields: object = {}): Reply =>
  fromJson({ data: [{ taskType: "modelUpload", taskUUID: uuid(1), status, message: `It is ${status}.`, ...fields }] })

const ready = news("ready", { air: "demo:9001@1" })
const uploaded = {
  taskType: "modelUpload",
  taskUUID: uuid(1),
  status: "ready",
  message: "It is ready.",
  air: "demo:9001@1"
}

/** An upload, and what it tells on the way. */
const uploading = (transport: { readonly layer: Layer.Layer<Transport> }) => {
  const told: Array<UploadProgress> = []
  const onProgress = (progress: UploadProgress) => Effect.sync(() => void told.push(progress))
  return { told, call: Runware.modelUpload(upload, { onProgress }).pipe(Effect.provide(client(transport))) }
}

const steps = (...words: ReadonlyArray<string>) =>
  words.map((status): UploadProgress => ({ status, message: `It is ${status}.` }))

/** The transport with news that come unasked: each after its pause. */
const pushing = (
  transport: { readonly layer: Layer.Layer<Transport> },
  ...all: ReadonlyArray<readonly [after: Duration.Input, Reply]>
) => ({
  layer: Layer.effect(
    Transport,
    Effect.map(Transport, (service) => ({
      ...service,
      pushed: Effect.fnUntraced(function* () {
        const queue = yield* Queue.unbounded<Reply>()
        yield* Effect.forkScoped(
          Effect.forEach(all, ([after, one]) => Effect.andThen(Effect.sleep(after), Queue.offer(queue, one)))
        )
        return Queue.take(queue)
      })
    }))
  ).pipe(Layer.provide(transport.layer))
})

describe("modelUpload (W22)", () => {
  it.effect("polls until the model is ready, and tells each step once", () =>
    Effect.gen(function* () {
      const polls = [news("validated"), news("downloaded"), news("downloaded"), news("stored"), ready]
      const { call, told } = uploading(
        scripted(
          [Effect.succeed(news("validated"))],
          polls.map((one) => Effect.succeed(one))
        )
      )
      assert.deepStrictEqual(yield* succeeded(call), uploaded as never)
      assert.deepStrictEqual(told, steps("validated", "downloaded", "stored", "ready"))
    })
  )

  it.effect("tells all steps of one frame", () =>
    Effect.gen(function* () {
      const both = { items: [...news("validated").items, ...news("downloaded").items], errors: [] }
      const { call, told } = uploading(scripted([Effect.succeed(both)], [Effect.succeed(ready)]))
      yield* succeeded(call)
      assert.deepStrictEqual(told, steps("validated", "downloaded", "ready"))
    })
  )

  it.effect.each(["failed", "error downloading"])("fails when the service says %s, with its message", (word) =>
    Effect.gen(function* () {
      const { call, told } = uploading(
        scripted([Effect.succeed(news("validated"))], [Effect.succeed(news(word, { message: "The file is gone." }))])
      )
      const error = yield* failed(call)
      assert.deepStrictEqual(
        [error.code, error.rawCode, error.taskType, error.taskUUID, error.submission],
        ["provider", "taskFailed", "modelUpload", uuid(1), "accepted"]
      )
      assert.include(error.message, "The file is gone.")
      assert.deepStrictEqual(told, steps("validated"))
    })
  )

  it.effect("takes a conflict that comes unasked for what it is: about a copy of the submission", () =>
    Effect.gen(function* () {
      const conflict: Reply = { items: [], errors: [failure("conflictTaskUUID")] }
      const transport = scripted([Effect.succeed(news("validated"))], [reply([])])
      const { call, told } = uploading(pushing(transport, ["100 millis", conflict], ["100 millis", ready]))
      assert.deepStrictEqual(yield* succeeded(call), uploaded as never)
      assert.deepStrictEqual(told, steps("validated", "ready"))
    })
  )

  it.effect("hears news that come unasked at once, and asks no more than it must", () =>
    Effect.gen(function* () {
      const transport = scripted([Effect.succeed(news("validated"))], [reply([])])
      const { call, told } = uploading(
        pushing(transport, ["100 millis", news("downloaded")], ["100 millis", news("stored")], ["100 millis", ready])
      )
      const { result, took } = yield* settled(call)
      assert.deepStrictEqual(result._tag === "Success" && result.success, uploaded as never)
      assert.deepStrictEqual(Duration.toMillis(took), 300)
      assert.deepStrictEqual(told, steps("validated", "downloaded", "stored", "ready"))
      assert.deepStrictEqual(transport.taskTypes(), ["modelUpload"])
    })
  )

  it.effect("finds out by a poll what a lost frame had to say", () =>
    Effect.gen(function* () {
      const transport = scripted([Effect.succeed(news("validated"))], [Effect.succeed(ready)])
      const { call, told } = uploading(pushing(transport))
      assert.deepStrictEqual(yield* succeeded(call), uploaded as never)
      assert.deepStrictEqual(told, steps("validated", "ready"))
    })
  )

  it.effect("goes on while news come, although polls know nothing of it", () =>
    Effect.gen(function* () {
      const unknown = reply([], [failure("taskNotFound")])
      const transport = scripted([Effect.succeed(news("validated"))], [unknown])
      const { call } = uploading(pushing(transport, ["10 minutes", ready]))
      assert.deepStrictEqual(yield* succeeded(call), uploaded as never)
      const silent = yield* failed(uploading(transport).call)
      assert.deepStrictEqual([silent.code, silent.rawCode], ["notFound", "taskNotFound"])
    })
  )

  it.effect("is submitted once, whatever becomes of its acknowledgement", () =>
    Effect.gen(function* () {
      const transport = scripted([lost("unknown")], [Effect.succeed(news("stored")), Effect.succeed(ready)])
      const { call } = uploading(transport)
      assert.deepStrictEqual(yield* succeeded(call), uploaded as never)
      assert.deepStrictEqual(transport.taskTypes(), ["modelUpload", "getResponse", "getResponse"])
    })
  )
})

describe("getResponse", () => {
  const look = (...polls: ReadonlyArray<Effect.Effect<Reply, RunwareError>>) => {
    const transport = scripted([], polls)
    return { transport, call: Runware.getResponse(uuid(1)).pipe(Effect.provide(client(transport))) }
  }

  it.effect("gives the state of a task as it is, by one question", () =>
    Effect.gen(function* () {
      const { call, transport } = look(
        reply([image("a"), running({ progress: 40 }), running()], [failure("inferenceError", { status: "error" })])
      )
      const state = yield* succeeded(call)
      assert.deepStrictEqual(
        { ...state, errors: state.errors.map(({ code, taskUUID }) => [code, taskUUID]) },
        {
          taskUUID: uuid(1),
          status: "processing",
          results: [
            { taskType: "imageInference", taskUUID: uuid(1), imageUUID: "a", imageURL: "https://im.example/a.png" }
          ],
          errors: [["provider", uuid(1)]],
          running: 2,
          percent: 40
        }
      )
      assert.deepStrictEqual(transport.taskTypes(), ["getResponse"])
    })
  )

  it.effect.each<["success" | "error" | "processing", Effect.Effect<Reply>]>([
    ["success", reply([image("a"), image("b")]) as Effect.Effect<Reply>],
    ["error", reply([image("a")], [failure("inferenceError", { status: "error" })]) as Effect.Effect<Reply>],
    ["processing", reply([running()]) as Effect.Effect<Reply>]
  ])("says %s", ([status, answer]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* succeeded(look(answer).call)).status, status)
    })
  )

  it.effect.each([reply([]), reply([], [failure("taskNotFound")])])("fails for a task that nobody knows", (answer) =>
    Effect.gen(function* () {
      const { call, transport } = look(answer)
      const error = yield* failed(call)
      assert.deepStrictEqual([error.code, error.rawCode, error.taskUUID], ["notFound", "taskNotFound", uuid(1)])
      assert.strictEqual(transport.sent.length, 1)
    })
  )

  it.effect("asks again when the question got no answer", () =>
    Effect.gen(function* () {
      const { call, transport } = look(
        lost("unknown"),
        reply([], [failure("rateLimitExceeded")]),
        reply([], [failure("internalServerError")]),
        reply([image("a")])
      )
      assert.strictEqual((yield* succeeded(call)).status, "success")
      assert.strictEqual(transport.sent.length, 4)
    })
  )
})

describe("ping", () => {
  const answering = (answer: Effect.Effect<Reply, RunwareError>) => scripted([answer])
  const pong = reply([{ taskType: "ping", pong: true }])

  it.effect("gives the time until its answer, without the time for the connection", () =>
    Effect.gen(function* () {
      const transport = answering(Effect.delay(pong, "30 millis"))
      const connecting = {
        layer: Layer.effect(
          Transport,
          Effect.map(Transport, (service) => ({ ...service, ready: Effect.sleep("5 seconds") }))
        ).pipe(Layer.provide(transport.layer))
      }
      const result = yield* succeeded(Runware.ping().pipe(Effect.provide(client(connecting))))
      assert.deepStrictEqual([result.pong, Duration.toMillis(result.roundTrip)], [true, 30])
      assert.deepStrictEqual(transport.taskTypes(), ["ping"])
    })
  )

  it.effect("fails without an answer in time, and with what the service says", () =>
    Effect.gen(function* () {
      const silent = yield* settled(Runware.ping().pipe(Effect.provide(client(answering(Effect.never)))))
      assert.strictEqual(Duration.toMillis(silent.took), 10_000)
      assert.strictEqual(silent.result._tag === "Failure" && silent.result.failure.code, "timeout")
      const error = yield* failed(
        Runware.ping().pipe(Effect.provide(client(answering(reply([], [failure("invalidApiKey")])))))
      )
      assert.strictEqual(error.code, "auth")
    })
  )

  it.effect("ends with the caller's own deadline", () =>
    Effect.gen(function* () {
      const { took } = yield* settled(
        Runware.ping({ timeout: "1 second" }).pipe(Effect.provide(client(answering(Effect.never))))
      )
      assert.strictEqual(Duration.toMillis(took), 1000)
    })
  )
})
