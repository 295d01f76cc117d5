import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { requestSchema } from "@effect-runware/schemas/requests"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import type { RunwareError } from "../src/RunwareError.ts"
import * as RunwareLogger from "../src/RunwareLogger.ts"
import type { Task, TaskUUID } from "../src/Task.ts"
import * as Validators from "../src/Validator.ts"
import { Validator } from "../src/Validator.ts"

const taskUUID = "7b1c9d20-5e4f-4a3b-8c2d-000000000001" as TaskUUID
const image: Task = {
  taskType: "imageInference",
  taskUUID,
  deliveryMethod: "async",
  model: "runware:400@2",
  positivePrompt: "a plain wall",
  width: 512,
  height: 512
}

/** A schema as the service sends it, which allows one parameter besides the common ones. */
const taking = (name: string) => ({
  $id: "https://schemas.example/model",
  type: "object",
  additionalProperties: false,
  required: ["taskType", "taskUUID", "model"],
  properties: {
    taskType: { const: "imageInference" },
    taskUUID: { type: "string", format: "uuid" },
    model: { type: "string" },
    deliveryMethod: { default: "sync", oneOf: [{ const: "sync" }, { const: "async" }] },
    [name]: { type: "string" }
  }
})
const task = (fields: object): Task => ({
  taskType: "imageInference",
  taskUUID,
  deliveryMethod: "async",
  model: "acme:new@1",
  ...fields
})

type Answer = () => Effect.Effect<Response, Error>

const answer =
  (body: unknown, init?: ResponseInit): Answer =>
  () =>
    Effect.sync(() => Response.json(body, init))
const schema = (name: string, headers: Record<string, string> = {}): Answer =>
  answer({ requestSchema: taking(name), responseSchema: null, documentation: "https://docs.example/acme" }, { headers })
const unreachable: Answer = () => Effect.fail(new Error("connect ECONNREFUSED 127.0.0.1:1"))

/** A validator over a service that gives `answers` in turn, the last one again and again. */
const remote = Effect.fnUntraced(function* (answers: ReadonlyArray<Answer>, options: RunwareConfig.Options = {}) {
  const urls: Array<string> = []
  const http = HttpClient.make((request) => {
    const next = answers[Math.min(urls.length, answers.length - 1)] ?? unreachable
    urls.push(request.url)
    return next().pipe(
      Effect.map((response) => HttpClientResponse.fromWeb(request, response)),
      Effect.mapError(
        (cause) =>
          new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
      )
    )
  })
  const context = yield* Layer.build(
    Layer.provide(Validators.layerRemote, [
      RunwareConfig.layer({ apiKey: "rw_key", baseUrl: "http://emulator.example", ...options }),
      Layer.succeed(HttpClient.HttpClient, http)
    ])
  )
  return { ...Context.get(context, Validator), urls }
})

const bundled = Effect.map(Layer.build(Validators.layerBundled), (context) => Context.get(context, Validator))

const refusal = (effect: Effect.Effect<void, RunwareError>) => Effect.flip(effect)
const passes = (effect: Effect.Effect<void, RunwareError>) =>
  Effect.map(Effect.exit(effect), ({ _tag }) => _tag === "Success")

/** What is logged while an effect runs. */
const logged = Effect.fnUntraced(function* (effect: Effect.Effect<unknown, unknown>) {
  const entries: Array<readonly [string, string, unknown]> = []
  yield* Effect.exit(effect).pipe(
    Effect.provide(RunwareLogger.layerSink(({ category, data, message }) => entries.push([category, message, data])))
  )
  return entries
})

describe("a violation", () => {
  it.effect("is one error with everything that is wrong, and nothing was sent", () =>
    Effect.gen(function* () {
      const validator = yield* bundled
      const { width: _, ...given } = image
      const error = yield* refusal(validator.validate({ ...given, steps: 80, positivePromt: "x" }))
      const { message: __, _tag, ...fields } = error.toJSON()
      assert.deepStrictEqual(fields, {
        code: "validation",
        retryable: false,
        rawCode: "unknownParameter",
        parameter: "positivePromt",
        parameters: ["positivePromt", "width", "steps"],
        taskType: "imageInference",
        taskUUID,
        model: "runware:400@2",
        documentation: "https://runware.ai/docs/models/bfl-flux-2-klein-9b#request-positivepromt",
        submission: "none",
        validationErrors: [
          {
            message: "positivePromt is not a parameter of runware:400@2; did you mean positivePrompt?",
            path: "positivePromt",
            rule: "additionalProperties",
            ruleDefinition: false
          },
          {
            message: "width is required.",
            path: "width",
            rule: "required",
            ruleDefinition: requestSchema("model:runware:400@2")?.required
          },
          { message: "steps must be between 1 and 50, got 80.", path: "steps", rule: "maximum", ruleDefinition: 50 }
        ]
      })
      assert.strictEqual(
        error.message,
        "positivePromt is not a parameter of runware:400@2; did you mean positivePrompt? width is required. " +
          "steps must be between 1 and 50, got 80. " +
          `Nothing was sent. [imageInference ${taskUUID}, model runware:400@2]`
      )
    })
  )

  it.effect("says the first five mistakes and how many more there are", () =>
    Effect.gen(function* () {
      const validator = yield* bundled
      const unknown = Object.fromEntries(["q1", "q2", "q3", "q4", "q5", "q6", "q7"].map((name) => [name, 1]))
      const error = yield* refusal(validator.validate({ ...image, ...unknown }))
      assert.strictEqual(error.validationErrors?.length, 7)
      assert.match(error.message, /q5 is not a parameter .* And 2 more: see validationErrors\./)
      assert.notMatch(error.message, /q6/)
    })
  )
})

describe("the bundled validator", () => {
  it.effect("checks what is on the wire: undefined is not there, dates and the like are texts", () =>
    Effect.gen(function* () {
      const validator = yield* bundled
      yield* validator.validate({
        ...image,
        seed: undefined,
        inputs: { referenceImages: ["https://a.example/b"], x: undefined }
      })
      const error = yield* refusal(validator.validate({ ...image, width: Number.NaN, positivePrompt: new Date(0) }))
      assert.deepStrictEqual(
        error.validationErrors?.map(({ path }) => path),
        ["width"]
      )
    })
  )

  it.effect("W61: checks utilities, and names a parameter that is missing", () =>
    Effect.gen(function* () {
      const validator = yield* bundled
      yield* validator.validate({ taskType: "modelSearch", taskUUID, search: "ink" })
      const error = yield* refusal(validator.validate({ taskType: "modelSearch", taskUUID, limit: 500 }))
      assert.deepStrictEqual(
        [error.parameter, error.parameters, error.documentation],
        ["search", ["search", "limit"], "https://runware.ai/docs/platform/model-search#request-search"]
      )
    })
  )

  it.effect("checks a community model loosely by its task type, closely by the family it is said to be of", () =>
    Effect.gen(function* () {
      const validator = yield* bundled
      const sdxl = { ...image, model: "civitai:4711@815", width: 1030 }
      yield* validator.validate({ ...sdxl, brandNew: true })
      const byType = yield* refusal(validator.validate({ ...sdxl, outputType: "file" }))
      const byFamily = yield* refusal(validator.validate(sdxl, "sdxl"))
      assert.deepStrictEqual([byType.parameter, byFamily.parameter], ["outputType", "width"])
      const upscale: Task = { taskType: "upscale", taskUUID, model: "acme:up@1", inputs: {} }
      assert.strictEqual(yield* passes(validator.validate(upscale)), true)
      assert.strictEqual((yield* refusal(validator.validate(upscale, "upscale-image"))).parameter, "inputs.image")
    })
  )

  it.effect("lets a task type pass that nobody knows, and says so in the log", () =>
    Effect.gen(function* () {
      const validator = yield* bundled
      assert.deepStrictEqual(yield* logged(validator.validate({ taskType: "dreaming", taskUUID })), [
        ["validation", "Skipped", { taskType: "dreaming", model: undefined, why: "no schema is known" }]
      ])
    })
  )

  it.effect.each(["ajv", "cfworker"] as const)("works with %s", (engine) =>
    Effect.gen(function* () {
      const validator = yield* bundled
      yield* validator.validate(image)
      assert.strictEqual((yield* refusal(validator.validate({ ...image, steps: 0 }))).parameter, "steps")
    }).pipe(Effect.provideService(Validators.Engine, engine))
  )

  it.effect("checks again after it was cleared", () =>
    Effect.gen(function* () {
      const validator = yield* bundled
      yield* validator.clear
      assert.strictEqual(yield* passes(validator.validate({ ...image, steps: 0 })), false)
      yield* validator.clear
      assert.strictEqual(yield* passes(validator.validate({ ...image, steps: 0 })), false)
    })
  )
})

describe("the remote validator", () => {
  it.effect("asks for the model by its encoded identifier, and points to the page that comes with the schema", () =>
    Effect.gen(function* () {
      const validator = yield* remote([schema("tint")])
      yield* validator.validate(task({ tint: "red" }))
      const error = yield* refusal(validator.validate(task({ tint: 5 })))
      assert.deepStrictEqual(validator.urls, ["http://emulator.example/resolve/acme%3Anew%401"])
      assert.strictEqual(error.documentation, "https://docs.example/acme#request-tint")
    })
  )

  it.effect("keeps an answer for five minutes, or for as long as it says", () =>
    Effect.gen(function* () {
      const validator = yield* remote([
        schema("a"),
        schema("b", { "cache-control": "public, max-age=60" }),
        schema("c", { "cache-control": "no-store" }),
        schema("d")
      ])
      const takes = (name: string) => passes(validator.validate(task({ [name]: "x" })))
      assert.deepStrictEqual([yield* takes("a"), yield* takes("b")], [true, false])
      yield* TestClock.adjust("299 seconds")
      assert.strictEqual(yield* takes("a"), true)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* takes("b"), true)
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* takes("b"), true)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([yield* takes("c"), yield* takes("d")], [true, true])
      assert.strictEqual(validator.urls.length, 4)
    })
  )

  it.effect("keeps that there is no such model, and checks by the task type then", () =>
    Effect.gen(function* () {
      const validator = yield* remote([answer({ errors: [{ code: "notFound" }] }, { status: 404 })])
      yield* validator.validate(task({ anything: 1 }))
      assert.strictEqual((yield* refusal(validator.validate(task({ outputType: "file" })))).parameter, "outputType")
      assert.strictEqual(validator.urls.length, 1)
    })
  )

  it.effect("keeps that a model has no schema", () =>
    Effect.gen(function* () {
      const validator = yield* remote([answer({ requestSchema: null, responseSchema: null })])
      yield* validator.validate(task({ anything: 1 }))
      yield* validator.validate(task({ anything: 1 }))
      assert.strictEqual(validator.urls.length, 1)
    })
  )

  const failures: ReadonlyArray<readonly [string, Answer]> = [
    ["an unreachable service", unreachable],
    ["a failing service", answer({ errors: [] }, { status: 503 })],
    ["a page instead of a schema", () => Effect.sync(() => new Response("<html>"))],
    ["an answer without a schema", answer({ schema: {} })]
  ]
  for (const [name, failure] of failures) {
    it.effect(`W59: uses the bundled schema for ${name}, and asks again next time`, () =>
      Effect.gen(function* () {
        const validator = yield* remote([failure, failure, schema("tint")])
        const known = { ...image, model: "runware:400@2" }
        assert.strictEqual((yield* refusal(validator.validate({ ...known, steps: 80 }))).parameter, "steps")
        const entries = yield* logged(validator.validate(known))
        assert.deepStrictEqual(
          entries.map(([category, message]) => [category, message]),
          [
            ["validation", "No answer about the schema, the snapshot serves"],
            ["validation", "Passed"]
          ]
        )
        // The third answer is of another schema, which shows that it counts.
        assert.strictEqual((yield* refusal(validator.validate(known))).parameter, "height")
        assert.strictEqual(validator.urls.length, 3)
      })
    )
  }

  it.effect("waits for the service for `registryTimeout` at most", () =>
    Effect.gen(function* () {
      const validator = yield* remote([schema("tint"), () => Effect.never], { registryTimeout: "2 seconds" })
      yield* validator.validate(task({}))
      const fiber = yield* Effect.forkChild(refusal(validator.validate({ ...image, steps: 80 })), {
        startImmediately: true
      })
      yield* TestClock.adjust("1999 millis")
      assert.strictEqual(fiber.pollUnsafe(), undefined)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).parameter, "steps")
    })
  )

  it.effect("asks once for calls at the same time, also when the first of them is given up", () =>
    Effect.gen(function* () {
      const slow: Answer = () => Effect.delay(schema("tint")(), "1 second")
      const validator = yield* remote([schema("tint"), slow])
      yield* validator.validate(task({ model: "acme:other@1" }))
      const start = () => Effect.forkChild(passes(validator.validate(task({ tint: "x" }))), { startImmediately: true })
      const first = yield* start()
      const others = yield* Effect.all([start(), start(), start()])
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.joinAll(others), [true, true, true])
      assert.strictEqual(validator.urls.length, 2)
    })
  )

  it.effect("W60: asks anew after it was cleared, and takes a changed schema of the same identifier", () =>
    Effect.gen(function* () {
      const validator = yield* remote([schema("a"), schema("b")])
      yield* validator.clear
      yield* validator.validate(task({ a: "x" }))
      yield* validator.clear
      yield* validator.validate(task({ b: "x" }))
      assert.strictEqual(yield* passes(validator.validate(task({ a: "x" }))), false)
      assert.strictEqual(validator.urls.length, 2)
    })
  )

  it.effect("takes a schema that no engine can read for none, and logs why", () =>
    Effect.gen(function* () {
      const validator = yield* remote([answer({ requestSchema: { $ref: "https://elsewhere.example/schema" } })])
      const [entry] = yield* logged(validator.validate(task({})))
      assert.deepStrictEqual(entry?.slice(0, 2), ["validation", "Skipped"])
      assert.strictEqual(yield* passes(validator.validate(task({ anything: 1 }))), true)
    })
  )

  it.effect("asks nobody about utilities", () =>
    Effect.gen(function* () {
      const validator = yield* remote([unreachable])
      assert.strictEqual(yield* passes(validator.validate({ taskType: "ping", taskUUID, ping: false })), false)
      assert.deepStrictEqual(validator.urls, [])
    })
  )
})

describe("no validator", () => {
  it.effect("lets everything pass and says so in the log", () =>
    Effect.gen(function* () {
      const validator = yield* Effect.map(Layer.build(Validators.layerNone), (context) =>
        Context.get(context, Validator)
      )
      assert.deepStrictEqual(yield* logged(validator.validate(task({ anything: 1 }))), [
        ["validation", "Skipped", { taskType: "imageInference", model: "acme:new@1", why: "no schema is known" }]
      ])
      yield* validator.clear
    })
  )
})
