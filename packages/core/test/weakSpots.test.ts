/**
 * What clients of this API are known to get wrong (docs/protocol.md 12), one behaviour each, by its number. Those that
 * belong to one module have their test there; these need the whole client.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import { TestClock } from "effect/testing"
import { fromJson } from "../src/Envelope.ts"
import type { WireItem, WireTask } from "../src/Protocol.ts"
import * as Registry from "../src/Registry.ts"
import * as Retry from "../src/Retry.ts"
import * as Runware from "../src/Runware.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import { fromWire, type RunwareError } from "../src/RunwareError.ts"
import type { TaskParams } from "../src/Task.ts"
import * as Validator from "../src/Validator.ts"
import * as WebSocketTransport from "../src/WebSocketTransport.ts"
import { failure, uuid } from "./builders.ts"
import { FakeService, type FakeSocket, settle } from "./fakeSocket.ts"
import { client, failed, lost, reply, scripted, succeeded } from "./scripted.ts"

const image: TaskParams = { taskType: "imageInference", model: "runware:101@1", taskUUID: uuid(1) }
const sync: TaskParams = { ...image, deliveryMethod: "sync" }
const ack = { taskType: "imageInference", taskUUID: uuid(1) }
const output = (id: string) => ({ ...ack, imageUUID: id, imageURL: `https://im.example/${id}.png` })
const success = (id: string) => ({ ...output(id), status: "success" })

/** A client over a socket whose far end the test plays. */
const overSocket = (service: FakeService, options: RunwareConfig.Options = {}) =>
  Runware.layerWith.pipe(
    Layer.provide([WebSocketTransport.layer, Registry.layerBundled, Validator.layerNone]),
    Layer.provide([RunwareConfig.layer({ apiKey: "test-key", ...options }), service.layer, FetchHttpClient.layer])
  )

/** A service that knows tasks by their UUID: acknowledges, refuses a second one, and is done at the second poll. */
const bookkeeping = () => {
  const service = new FakeService()
  const polls = new Map<string, number>()
  service.onWork = (socket, task) => answer(polls, socket, task)
  return { service, bought: () => polls.size }
}

const answer = (polls: Map<string, number>, socket: FakeSocket, task: WireTask) => {
  const id = task.taskUUID ?? ""
  const count = polls.get(id)
  if (task.taskType !== "getResponse") {
    if (count !== undefined) return socket.push({ errors: [failure("conflictTaskUUID", { taskUUID: id })] })
    polls.set(id, 0)
    return socket.push({ data: [{ taskType: task.taskType, taskUUID: id }] })
  }
  if (count === undefined) return socket.push({ errors: [failure("taskNotFound", { taskUUID: id })] })
  polls.set(id, count + 1)
  const state: WireItem = count === 0 ? { ...ack, status: "processing" } : success("a")
  return socket.push({ data: [{ ...state, taskUUID: id }] })
}

/** Lets time pass in small steps, so that the far end can answer in between. */
const pass = (seconds: number) =>
  Effect.forEach(Array.from({ length: seconds * 4 }), () => Effect.andThen(TestClock.adjust("250 millis"), settle), {
    discard: true
  })

const running = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.forkChild(Effect.result(effect), { startImmediately: true })

const outcome = <A>(fiber: Fiber.Fiber<Result.Result<A, RunwareError>>) =>
  Effect.flatMap(Fiber.join(fiber), Effect.fromResult)

describe("connection and session", () => {
  it.effect("W1: a submission that a dropped socket swallowed is asked after and sent again, with the same UUID", () =>
    Effect.gen(function* () {
      const { bought, service } = bookkeeping()
      const serve = service.onWork
      service.onWork = (socket) => {
        service.onWork = serve
        socket.break()
      }
      const fiber = yield* running(Runware.run(image).pipe(Effect.provide(overSocket(service))))
      yield* pass(10)
      assert.deepStrictEqual(yield* outcome(fiber), [output("a")])
      const submissions = service.work.flat().filter(({ taskType }) => taskType === "imageInference")
      assert.deepStrictEqual([submissions.length, submissions[0], bought()], [2, submissions[1] as WireTask, 1])
    })
  )

  it.effect("W1: one whose acknowledgement was swallowed is not sent again", () =>
    Effect.gen(function* () {
      const { bought, service } = bookkeeping()
      const serve = service.onWork
      service.onWork = (socket, task) => {
        socket.push = () => {}
        serve(socket, task)
        socket.break()
        service.onWork = serve
      }
      const fiber = yield* running(Runware.run(image).pipe(Effect.provide(overSocket(service))))
      yield* pass(10)
      assert.deepStrictEqual(yield* outcome(fiber), [output("a")])
      const submissions = service.work.flat().filter(({ taskType }) => taskType === "imageInference")
      assert.deepStrictEqual([submissions.length, bought()], [1, 1])
    })
  )

  it.effect("W3: a poll without a reply is asked again after seconds, not minutes", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [Effect.never, reply([success("a")])])
      yield* succeeded(Runware.run(image).pipe(Effect.provide(client(transport, { pollDelay: "1 second" }))))
      assert.deepStrictEqual(
        transport.sent.map(({ at }) => at),
        [0, 1000, 11_500]
      )
    })
  )

  it.effect("W4: interruption settles at once in every phase", () =>
    Effect.gen(function* () {
      const silent = new FakeService()
      silent.onDial = () => {}
      const unauthenticated = new FakeService()
      unauthenticated.onAuthenticate = () => {}
      const mute = new FakeService()
      const acknowledging = new FakeService()
      acknowledging.onWork = (socket, task) => {
        if (task.taskType !== "getResponse") socket.push({ data: [ack] })
      }
      for (const service of [silent, unauthenticated, mute, acknowledging]) {
        const fiber = yield* Effect.forkChild(Runware.run(image).pipe(Effect.provide(overSocket(service))))
        yield* pass(3)
        assert.isUndefined(fiber.pollUnsafe())
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(fiber.pollUnsafe()?._tag, "Failure")
        assert.strictEqual(service.socket.closedWith, 1000)
      }
    })
  )

  it.effect("W12: connecting again while connected opens nothing", () =>
    Effect.gen(function* () {
      const { service } = bookkeeping()
      yield* Effect.gen(function* () {
        const runware = yield* Runware.Runware
        yield* runware.connect
        yield* runware.connect
        yield* pass(60)
        assert.strictEqual(service.sockets.length, 1)
      }).pipe(Effect.provide(overSocket(service)))
    })
  )

  it.effect("W15: a client that was idle before it connects does not reconnect for that", () =>
    Effect.gen(function* () {
      const { service } = bookkeeping()
      yield* Effect.gen(function* () {
        const runware = yield* Runware.Runware
        yield* TestClock.adjust("10 minutes")
        yield* runware.connect
        yield* pass(100)
        assert.strictEqual(service.sockets.length, 1)
      }).pipe(Effect.provide(overSocket(service)))
    })
  )

  it.effect("W17: after a reconnection everything in flight is asked again; nothing rests on the replay", () =>
    Effect.gen(function* () {
      const { service } = bookkeeping()
      const fibers = yield* Effect.forEach([1, 2, 3], (n) =>
        running(Runware.run({ ...image, taskUUID: uuid(n) }).pipe(Effect.provide(overSocket(service))))
      )
      yield* settle
      for (const socket of service.sockets) socket.break()
      yield* pass(10)
      for (const fiber of fibers) assert.strictEqual((yield* outcome(fiber)).length, 1)
    })
  )
})

describe("tasks", () => {
  it.effect("W18, W28: a reply of 200 with errors is a failure, and an empty errors array is none", () =>
    Effect.gen(function* () {
      const refused = scripted([reply([], [failure("inferenceError", { status: "error" })], { statusCode: 200 })])
      const error = yield* failed(Runware.run(sync).pipe(Effect.provide(client(refused))))
      assert.deepStrictEqual([error.code, error.submission], ["provider", "accepted"])
      const clean = scripted([reply([output("a")], [], { statusCode: 200 })])
      assert.deepStrictEqual(yield* succeeded(Runware.run(sync).pipe(Effect.provide(client(clean)))), [output("a")])
    })
  )

  it.effect("W19: an item that says error is no result", () =>
    Effect.gen(function* () {
      const service = new FakeService()
      service.onWork = (socket) =>
        socket.push({
          data: [{ ...ack, status: "error", error: { code: "inferenceError", message: "Worker crashed." } }]
        })
      const fiber = yield* running(Runware.run(sync).pipe(Effect.provide(overSocket(service))))
      yield* settle
      const error = yield* Effect.flip(outcome(fiber))
      assert.deepStrictEqual([error.code, error.rawCode, error.submission], ["provider", "inferenceError", "accepted"])
    })
  )

  it.effect("W23: the versions of an enhanced prompt are counted", () =>
    Effect.gen(function* () {
      const text = (said: string) => ({ taskType: "promptEnhance", taskUUID: uuid(1), text: said, status: "success" })
      const transport = scripted(
        [reply([ack])],
        [reply([text("one")]), reply([text("one"), text("two"), text("three")])]
      )
      const enhance: TaskParams = { taskType: "promptEnhance", model: "a:b@1", prompt: "fog", promptVersions: 3 }
      const results = yield* succeeded(Runware.run(enhance).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(
        results.map((item) => item["text"]),
        ["one", "two", "three"]
      )
    })
  )

  it.effect("W24, W27: results are told apart by their media, texts by what they say, and none is lost", () =>
    Effect.gen(function* () {
      const text = (said: string) => ({ taskType: "textInference", taskUUID: uuid(1), text: said, status: "success" })
      const transport = scripted([reply([ack])], [reply([text("b")]), reply([text("a"), text("b"), text("b")])])
      const three: TaskParams = { taskType: "textInference", model: "a:b@1", numberResults: 3 }
      const results = yield* succeeded(Runware.run(three).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(
        results.map((item) => item["text"]),
        ["a", "b", "b"]
      )
    })
  )

  const outputs: ReadonlyArray<readonly [kind: string, fields: WireItem]> = [
    ["base64", { imageUUID: "a", imageBase64Data: "iVBORw0KGgo=" }],
    ["data URI", { imageUUID: "a", imageDataURI: "data:image/png;base64,iVBORw0KGgo=" }],
    ["3D files", { outputs: { files: [{ uuid: "a", url: "https://example.invalid/mesh.glb" }] } }],
    [
      "a training",
      { air: "demo:1@1", outputs: { files: [{ uuid: "a", url: "https://example.invalid/lora.safetensors" }] } }
    ],
    ["a mask", { maskImageUUID: "a", maskImageURL: "https://example.invalid/mask.png", detections: [] }],
    ["a guide image", { guideImageUUID: "a", guideImageURL: "https://example.invalid/guide.png" }]
  ]
  for (const [kind, fields] of outputs) {
    it.effect(`W26: ${kind} completes a task`, () =>
      Effect.gen(function* () {
        const transport = scripted([reply([ack])], [reply([{ ...ack, ...fields, status: "success" }])])
        const results = yield* succeeded(Runware.run(image).pipe(Effect.provide(client(transport))))
        assert.deepStrictEqual(results, [{ ...ack, ...fields }])
      })
    )
  }

  it.effect("W29: the first finished generation is not the last", () =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([success("a")]), reply([success("a"), success("b")])])
      const results = yield* succeeded(
        Runware.run({ ...image, numberResults: 2 }).pipe(Effect.provide(client(transport)))
      )
      assert.strictEqual(results.length, 2)
    })
  )
})

describe("retries and billing", () => {
  it.effect("W30: Retry-After is waited for", () =>
    Effect.gen(function* () {
      const full = reply([], [failure("rateLimitExceeded")], { statusCode: 429, retryAfter: 5000 })
      const transport = scripted([full, reply([output("a")])])
      yield* succeeded(Runware.run(sync).pipe(Effect.provide(client(transport, { retryDelay: 10 }))))
      const [, second] = transport.sent
      assert.isTrue(second !== undefined && second.at >= 5000 && second.at <= 5500)
    })
  )

  it.effect("W32: a caller's own UUID is the key of its purchase, and every error names the UUID", () =>
    Effect.gen(function* () {
      const { bought, service } = bookkeeping()
      const twice = Effect.all([Runware.run(image), Runware.run(image, { attachOnConflict: true })])
      const fiber = yield* running(twice.pipe(Effect.provide(overSocket(service))))
      yield* pass(10)
      const [first, second] = yield* outcome(fiber)
      assert.deepStrictEqual([first, second, bought()], [[output("a")], [output("a")], 1])
      const error = yield* failed(Runware.run(image).pipe(Effect.provide(client(scripted([lost("none")])))))
      assert.strictEqual(error.taskUUID, uuid(1))
    })
  )

  it("W35: waits differ by chance at the cap too", () => {
    const atCap = [0, 0.25, 0.5, 0.75, 0.999].map((random) => Retry.delay(1000, 30_000, 2 ** 20, random))
    assert.strictEqual(new Set(atCap).size, atCap.length)
    assert.isTrue(atCap.every((wait) => wait >= 15_000 && wait <= 30_000))
  })

  it.effect("W36: tasks in flight are capped when asked for", () =>
    Effect.gen(function* () {
      let inFlight = 0
      let most = 0
      const work = Effect.gen(function* () {
        most = Math.max(most, ++inFlight)
        yield* Effect.sleep("1 second")
        inFlight--
        return yield* reply([output("a")])
      })
      const many = Effect.all(
        Array.from({ length: 12 }, (_, n) => Runware.run({ ...sync, taskUUID: uuid(n) })),
        { concurrency: "unbounded" }
      )
      yield* succeeded(many.pipe(Effect.provide(client(scripted([work]), { maxConcurrency: 3 }))))
      assert.strictEqual(most, 3)
    })
  )
})

describe("errors", () => {
  it("W37: codes that others call unknown have their family", () => {
    const codes = ["timeoutProvider", "rateLimit", "sendFailed"].map((code) => fromWire(failure(code)))
    assert.deepStrictEqual(
      codes.map(({ code, retryable }) => [code, retryable]),
      [
        ["timeout", true],
        ["rateLimit", true],
        ["connection", true]
      ]
    )
    assert.strictEqual(fromWire(failure("httpError"), { statusCode: 502 }).code, "serverError")
  })

  it.effect("W38, W40: raw code, documentation, constraints, all parameters and all errors are kept", () =>
    Effect.gen(function* () {
      const errors = [
        failure("valueTooLarge", {
          parameter: ["width", "height"],
          max: 4_194_304,
          documentation: "https://runware.ai/docs/models/demo#request-width",
          taskUUID: uuid(1)
        }),
        failure("missingPositivePrompt", { parameter: "positivePrompt", taskUUID: uuid(1) })
      ]
      const transport = scripted([reply([], errors, { statusCode: 400 })])
      const error = yield* failed(Runware.run(image).pipe(Effect.provide(client(transport))))
      assert.deepStrictEqual(
        [error.rawCode, error.parameter, error.parameters, error.documentation, error.details, error.errors],
        [
          "valueTooLarge",
          "width",
          ["width", "height"],
          "https://runware.ai/docs/models/demo#request-width",
          { max: 4_194_304 },
          errors
        ]
      )
    })
  )

  it.effect("W39: errors under the singular key, as an array or a text, keep what they say over HTTP", () =>
    Effect.gen(function* () {
      for (const [body, expected] of [
        [{ error: [{ code: "invalidModel", message: "No such model." }] }, ["invalidModel", "No such model."]],
        [{ error: "The model is gone." }, ["unknown", "The model is gone."]]
      ] as const) {
        const transport = scripted([Effect.succeed({ ...fromJson(body), statusCode: 400 })])
        const error = yield* failed(Runware.run(image).pipe(Effect.provide(client(transport))))
        assert.deepStrictEqual([error.code, error.rawCode, error.reason.message], ["validation", ...expected])
      }
    })
  )
})
