import { inspect } from "node:util"
import { describe, expect, expectTypeOf, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { WireError } from "../src/Protocol.ts"
import * as RunwareError from "../src/RunwareError.ts"

const taskUUID = "e4a1835d-6b7c-4f09-b2d3-9c58f10e7a64"

const outOfRange: WireError = {
  code: "valueOutOfRange",
  message: "width x height is above the budget of this model.",
  parameter: ["width", "height"],
  type: "integer",
  max: 4194304,
  taskType: "imageInference",
  taskUUID,
  documentation: "https://runware.ai/docs/models/demo-image-1#request-width"
}

/** Another copy of the package: same words, other class. */
const fromAnotherCopy = (error: RunwareError.RunwareError): Error =>
  Object.create(Object.create(Error.prototype, Object.getOwnPropertyDescriptors(RunwareError.RunwareError.prototype)), {
    ...Object.getOwnPropertyDescriptors(error)
  })

const messageOf503 = (body: string): string => RunwareError.fromStatus(503, {}, body).reason.message

const printedCause = (cause: unknown): unknown => RunwareError.make("unknown", { message: "", cause }).toJSON()["cause"]

describe("the twelve codes", () => {
  it.each(Object.values(RunwareError.RunwareErrorCode))("%s has a reason of its own", (code) => {
    const error = RunwareError.make(code, { message: "It failed." })
    expect(error.code).toBe(code)
    expect(error.reason.code).toBe(code)
    expect(error.reason._tag.toLowerCase()).toBe(code.toLowerCase())
    expect(error.message.startsWith("It failed.")).toBe(true)
    expect(error).toBeInstanceOf(RunwareError.RunwareError)
    expect(error).toBeInstanceOf(Error)
  })

  it("retries help after five of them", () => {
    const retryable = Object.values(RunwareError.RunwareErrorCode).filter(
      (code) => RunwareError.make(code, { message: "" }).retryable
    )
    expect(retryable).toEqual(["rateLimit", "provider", "timeout", "serverError", "connection"])
  })
})

describe("in Effect", () => {
  const failing = Effect.fail(RunwareError.make("rateLimit", { message: "Queue is full.", retryAfter: 2000 }))

  it.effect("catchReason hands over the reason", () =>
    Effect.gen(function* () {
      const waited = failing.pipe(
        Effect.catchReason("RunwareError", "RateLimit", (reason) => Effect.succeed(reason.retryAfter))
      )
      expect(yield* waited).toBe(2000)
    })
  )

  it.effect("catchReason lets other reasons pass", () =>
    Effect.gen(function* () {
      const error = yield* failing.pipe(
        Effect.catchReason("RunwareError", "Auth", () => Effect.succeed("caught")),
        Effect.flip
      )
      expect(error.code).toBe("rateLimit")
    })
  )

  it.effect("unwrapReason lifts the reasons into the error channel", () =>
    Effect.gen(function* () {
      const unwrapped = failing.pipe(Effect.unwrapReason("RunwareError"))
      expectTypeOf<Effect.Error<typeof unwrapped>>().toEqualTypeOf<RunwareError.RunwareErrorReason>()
      const message = yield* unwrapped.pipe(Effect.catchTag("RateLimit", (reason) => Effect.succeed(reason.message)))
      expect(message).toBe("Queue is full.")
    })
  )

  it.effect("is yieldable and caught by its tag", () =>
    Effect.gen(function* () {
      const program = Effect.gen(function* () {
        return yield* RunwareError.make("quota", { message: "No credit left." })
      })
      expect(yield* program.pipe(Effect.catchTag("RunwareError", (error) => Effect.succeed(error.code)))).toBe("quota")
    })
  )

  it("is printed by Cause.pretty with its message", () => {
    const error = RunwareError.make("safety", { message: "Refused." })
    expect(Cause.pretty(Cause.fail(error))).toContain(`RunwareError: ${error.message}`)
  })
})

describe("the message", () => {
  it("says what happened, what to do, and which task it was", () => {
    const error = RunwareError.make("rateLimit", {
      message: "Queue for this model is full",
      taskType: "imageInference",
      taskUUID,
      model: "runware:101@1",
      retryAfter: 1500
    })
    expect(error.message).toBe(
      "Queue for this model is full. Wait 2 s and try again; fewer tasks in flight avoid it. " +
        `[imageInference ${taskUUID}, model runware:101@1]`
    )
    expect(error.reason.message).toBe("Queue for this model is full")
  })

  it.each([
    ["auth", { rawCode: "missingApiKey" }, "RUNWARE_API_KEY"],
    ["auth", { rawCode: "forbidden" }, "permissions"],
    ["quota", {}, "Add credit"],
    ["notFound", { rawCode: "unknownModel", model: "x:1@1" }, "pass `taskType`"],
    ["notFound", { rawCode: "unknownModel", model: "x:1@1" }, "refreshRegistry"],
    ["notFound", { rawCode: "taskNotFound" }, "expired"],
    ["validation", { parameter: "steps" }, "`steps`"],
    [
      "validation",
      { parameters: ["category"], details: { allowedValues: ["checkpoint", "lora"] } },
      "checkpoint, lora"
    ],
    ["validation", { rawCode: "conflictTaskUUID" }, "attach"],
    ["validation", {}, "parameters"],
    ["connection", {}, "network"],
    ["connection", { taskUUID, submission: "unknown" }, "bought twice"],
    ["timeout", { taskUUID, submission: "accepted" }, "attach to its taskUUID"],
    ["timeout", { taskUUID, submission: "none" }, "allow more time"],
    ["aborted", { taskUUID, submission: "accepted" }, "goes on"],
    ["serverError", { retryAfter: 30_000 }, "Wait 30 s"],
    ["provider", { rawCode: "providerAuthenticationFailed" }, "not yours"],
    ["safety", {}, "refused again"],
    ["unknown", {}, "raw code"]
  ] as const)("of %s with %j advises: %s", (code, details, advice) => {
    expect(RunwareError.make(code, { message: "It failed.", ...details }).message).toContain(advice)
  })

  it("takes the caller's advice instead of its own", () => {
    const error = RunwareError.make("timeout", { message: "No answer in 5 s.", advice: "Raise `connectTimeout`." })
    expect(error.message).toBe("No answer in 5 s. Raise `connectTimeout`.")
  })

  it("is not mistaken in raw codes that are names of JavaScript", () => {
    expect(RunwareError.make("quota", { message: "No.", rawCode: "constructor" }).message).toBe(
      "No. Add credit to the account at https://my.runware.ai."
    )
  })
})

describe("make", () => {
  it("names the raw code of failures that the SDK notices itself", () => {
    expect(RunwareError.make("aborted", { message: "" }).rawCode).toBe("aborted")
    expect(RunwareError.make("connection", { message: "" }).rawCode).toBe("connectionFailed")
    expect(RunwareError.make("timeout", { message: "" }).rawCode).toBe("timeout")
    expect(RunwareError.make("timeout", { message: "", rawCode: "authTimeout" }).rawCode).toBe("authTimeout")
    expect(RunwareError.make("validation", { message: "" }).rawCode).toBe(undefined)
  })

  it("derives the documentation it is not given", () => {
    const { documentation } = RunwareError.make("connection", { message: "Refused." })
    expect(documentation).toBe("https://runware.ai/docs/platform/errors")
  })
})

describe("fromWire", () => {
  it("keeps everything the service said", () => {
    const error = RunwareError.fromWire(outOfRange, { statusCode: 400, model: "demo:image@1", submission: "rejected" })
    expect(error.toJSON()).toEqual({
      _tag: "RunwareError",
      code: "validation",
      rawCode: "valueOutOfRange",
      retryable: false,
      message: `width x height is above the budget of this model. Check \`width\`, \`height\`. [imageInference ${taskUUID}, model demo:image@1]`,
      parameter: "width",
      parameters: ["width", "height"],
      taskType: "imageInference",
      taskUUID,
      model: "demo:image@1",
      documentation: "https://runware.ai/docs/models/demo-image-1#request-width",
      statusCode: 400,
      submission: "rejected",
      details: { type: "integer", max: 4194304 }
    })
  })

  it("fills in from the request what the service left out", () => {
    const error = RunwareError.fromWire(
      { code: "invalidCustomHeight", message: "Too tall.", parameter: "height" },
      { taskType: "imageInference", taskUUID, model: "runware:101@1", slug: () => "bfl-flux-1-dev", retryAfter: 500 }
    )
    expect(error).toMatchObject({
      taskType: "imageInference",
      taskUUID,
      model: "runware:101@1",
      parameter: "height",
      parameters: ["height"],
      retryAfter: 500,
      documentation: "https://runware.ai/docs/models/bfl-flux-1-dev#request-height"
    })
  })

  it("reads the legacy context and keeps it", () => {
    const context = { taskType: "caption", taskUUID }
    const error = RunwareError.fromWire({ code: "inferenceError", message: "Crashed.", context })
    expect(error).toMatchObject({ taskType: "caption", taskUUID, details: { context } })
  })

  it.each([
    [
      ["checkpoint", "lora"],
      ["checkpoint", "lora"]
    ],
    [{ "0": "checkpoint", "1": "lora" }, ["checkpoint", "lora"]]
  ])("reads allowed values %j as a list", (allowedValues, list) => {
    const error = RunwareError.fromWire({ code: "invalidCategory", message: "No such category.", allowedValues })
    expect(error.details).toEqual({ allowedValues: list })
  })

  it.each([
    [2, 2000],
    ["1.5", 1500],
    [0, 0],
    [-1, 700],
    ["soon", 700],
    ["", 700],
    [null, 700]
  ])("reads a retryAfter of %j seconds as %i ms, the reply's header in reserve", (retryAfter, milliseconds) => {
    const error = RunwareError.fromWire(
      { code: "rateLimitExceeded", message: "Full.", retryAfter },
      { retryAfter: 700 }
    )
    expect(error.retryAfter).toBe(milliseconds)
    expect(error.details).toBe(undefined)
  })

  it("leaves an object alone that only looks like a list", () => {
    const allowedValues = { "0": "checkpoint", other: "lora" }
    const error = RunwareError.fromWire({ code: "invalidCategory", message: "No such category.", allowedValues })
    expect(error.details).toEqual({ allowedValues: [allowedValues] })
  })

  it("keeps all errors of a reply that had several", () => {
    const other: WireError = { code: "missingPositivePrompt", message: "A prompt is required." }
    expect(RunwareError.fromWire(outOfRange, {}, [outOfRange, other]).errors).toEqual([outOfRange, other])
    expect(RunwareError.fromWire(outOfRange, {}, [outOfRange]).errors).toBe(undefined)
  })

  it("lets the HTTP status decide where the raw code says nothing", () => {
    const brandNew: WireError = { code: "somethingNew", message: "New." }
    expect(RunwareError.fromWire(brandNew).code).toBe("unknown")
    expect(RunwareError.fromWire(brandNew, { statusCode: 402 })).toMatchObject({
      code: "quota",
      rawCode: "somethingNew"
    })
  })

  it("lets the HTTP status decide for replies that are not of the protocol", () => {
    const alien: WireError = { code: "unrecognizedResponse", message: "Not of the protocol." }
    expect(RunwareError.fromWire(alien, { statusCode: 404 }).code).toBe("notFound")
    expect(RunwareError.fromWire(alien, { statusCode: 200 }).code).toBe("serverError")
    expect(RunwareError.fromWire(alien).code).toBe("serverError")
  })
})

describe("fromStatus", () => {
  it("quotes the title of a gateway's page", () => {
    const page =
      "<!doctype html><html><head><title>502 Bad Gateway</title><style>b{}</style></head><body>nginx</body></html>"
    const error = RunwareError.fromStatus(502, { taskUUID, submission: "unknown" }, page)
    expect(error).toMatchObject({
      code: "serverError",
      rawCode: "httpError",
      statusCode: 502,
      taskUUID,
      submission: "unknown",
      retryable: true
    })
    expect(error.reason.message).toBe(
      'The service answered HTTP 502 without a reply of its protocol: "502 Bad Gateway"'
    )
  })

  it("quotes one line of any other text, and nothing of an empty one", () => {
    expect(messageOf503("")).toBe("The service answered HTTP 503 without a reply of its protocol")
    expect(messageOf503("<h1>upstream\n\n connect</h1><script>alert('x')</script> error")).toMatch(
      /: "upstream connect error"$/
    )
    expect(messageOf503("x".repeat(50_000)).length).toBeLessThan(300)
  })

  it.each([
    [401, "auth", "invalidApiKey"],
    [403, "auth", "httpError"],
    [429, "rateLimit", "httpError"],
    [504, "timeout", "httpError"],
    [418, "unknown", "httpError"],
    [200, "serverError", "unrecognizedResponse"]
  ])("HTTP %i is %s, raw code %s", (status, code, rawCode) => {
    expect(RunwareError.fromStatus(status)).toMatchObject({ code, rawCode, statusCode: status })
  })
})

describe("withDetails", () => {
  it("adds and replaces details, and keeps reason, cause and stack", () => {
    const cause = new Error("ECONNRESET")
    const error = RunwareError.make("connection", { message: "The socket closed.", cause, attempts: 1 })
    const frames = error.stack?.slice(`RunwareError: ${error.message}`.length)
    const next = RunwareError.withDetails(error, { taskUUID, attempts: 3, submission: "unknown", model: undefined })
    expect(next.toJSON()).toEqual({
      ...error.toJSON(),
      message:
        "The socket closed. The task may have arrived: attach to its taskUUID before running it again, " +
        `or it may be bought twice. [${taskUUID}]`,
      taskUUID,
      attempts: 3,
      submission: "unknown"
    })
    expect(next.reason).toBeInstanceOf(RunwareError.Connection)
    expect(next.cause).toBe(cause)
    expect(next.stack).toBe(`RunwareError: ${next.message}${frames}`)
    expect(error.attempts).toBe(1)
  })

  it("gives the advice once, however often details are added", () => {
    const error = RunwareError.make("quota", { message: "No credit left." })
    const next = RunwareError.withDetails(RunwareError.withDetails(error, { attempts: 1 }), { elapsed: 5 })
    expect(next.message).toBe(error.message)
    expect(next.message.split("Add credit").length).toBe(2)
  })
})

describe("createRunwareError", () => {
  it("accepts a stable code", () => {
    const error = RunwareError.createRunwareError({ code: "notFound", message: "Gone.", taskUUID })
    expect(error.toJSON()).toEqual({
      _tag: "RunwareError",
      code: "notFound",
      retryable: false,
      message: "Gone.",
      taskUUID
    })
  })

  it("accepts a raw code", () => {
    const error = RunwareError.createRunwareError({ code: "timeoutProvider", message: "Slow." })
    expect(error).toMatchObject({ code: "timeout", rawCode: "timeoutProvider", message: "Slow.", retryable: true })
  })

  it("is unknown without a code", () => {
    expect(RunwareError.createRunwareError({ message: "Odd." })).toMatchObject({ code: "unknown", message: "Odd." })
  })
})

describe("isRunwareError", () => {
  const error = RunwareError.make("auth", { message: "No key." })

  it("knows errors of this and of another copy of the package", () => {
    expect(RunwareError.isRunwareError(error)).toBe(true)
    const foreign = fromAnotherCopy(error)
    expect(foreign instanceof RunwareError.RunwareError).toBe(false)
    expect(RunwareError.isRunwareError(foreign)).toBe(true)
  })

  it.each([
    [undefined],
    [null],
    ["RunwareError"],
    [new Error("RunwareError")],
    [{ _tag: "RunwareError", code: "auth" }]
  ])("knows that %j is none", (u) => expect(RunwareError.isRunwareError(u)).toBe(false))

  it("knows that a reason is none", () => expect(RunwareError.isRunwareError(error.reason)).toBe(false))
})

describe("printed", () => {
  const cause = Object.assign(new Error("connect ECONNREFUSED"), { address: "10.0.0.1" })
  const error = RunwareError.make("connection", { message: "Cannot connect.", cause, attempts: 4, taskUUID })

  it("JSON has every defined field, and the cause by name and message", () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      _tag: "RunwareError",
      code: "connection",
      rawCode: "connectionFailed",
      retryable: true,
      message: `Cannot connect. Check the network, the proxy and the base URL. [${taskUUID}]`,
      documentation: "https://runware.ai/docs/platform/errors",
      attempts: 4,
      taskUUID,
      cause: { name: "Error", message: "connect ECONNREFUSED" }
    })
  })

  it("JSON says no more of a cause that is not an error", () => {
    expect(printedCause("refused")).toEqual({ name: "string", message: "refused" })
    expect(printedCause({ secret: 1 })).toEqual({ name: "object", message: "" })
  })

  it("a console shows stack, fields and cause, each once", () => {
    const text = inspect(error)
    expect(text.startsWith(`RunwareError: ${error.message}\n    at `)).toBe(true)
    for (const part of ["Cannot connect.", "code: 'connection'", "attempts: 4", "ECONNREFUSED"]) {
      expect(text.split(part).length).toBe(2)
    }
  })

  it("fields are there for loggers that copy an error", () => {
    expect({ ...error }).toMatchObject({ code: "connection", retryable: true, attempts: 4, taskUUID })
    expect(Object.keys(error)).not.toContain("reason")
  })
})
