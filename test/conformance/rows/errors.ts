/** Errors: each of the twelve codes as the service or the network brings it about, and each field of an error. */
import { expect } from "vitest"
import { refusing, startRelay } from "../relay.ts"
import { area, carrying, image, rejection, slowImage, until, untyped, type Row, type Stage } from "../row.ts"

const failing = (code: string) => ({ ...image, positivePrompt: `fog [[fail:${code}]]` })

const codes = area("codes of errors", {
  validation: async ({ client }) => {
    await rejection(client().run(untyped({ ...image, width: 100_000 })), {
      code: "validation",
      retryable: false,
      submission: "rejected"
    })
  },
  "auth: a key that the service refuses is final": async ({ client, emulator }) => {
    await rejection(client({ apiKey: "rw_wrong" }).run(image), { code: "auth", retryable: false })
    expect(emulator.stats()).toMatchObject({ tasksAccepted: 0 })
    expect(emulator.stats().requests + emulator.stats().frames).toBe(1)
  },
  "auth: no key at all": async ({ client, sdk }) => {
    expect(() => client({ apiKey: "" })).toThrow(
      expect.objectContaining({
        code: "auth",
        rawCode: "missingApiKey",
        message: expect.stringMatching("RUNWARE_API_KEY")
      })
    )
    expect(sdk.RunwareErrorCode.auth).toBe("auth")
  },
  quota: {
    service: { balance: 0 },
    run: async ({ client, emulator }) => {
      await rejection(client().run(image), {
        code: "quota",
        rawCode: "insufficientCredits",
        retryable: false,
        submission: "rejected"
      })
      expect(emulator.stats().tasksAccepted).toBe(0)
    }
  },
  rateLimit: {
    service: { switches: { rateLimit: 1, rateBurst: 1 } },
    run: async ({ client }) => {
      const one = client({ maxRetries: 0 })
      await one.run(image)
      await rejection(one.run(image), { code: "rateLimit", retryable: true, retryAfter: expect.any(Number) })
    }
  },
  "rateLimit: the client waits, and goes on": {
    service: { switches: { rateLimit: 2, rateBurst: 1 } },
    run: async ({ client, emulator }) => {
      const one = client()
      expect(await Promise.all([one.run(image), one.run({ ...image, seed: 2 })])).toHaveLength(2)
      expect(emulator.stats().tasksBilled).toBe(2)
    }
  },
  safety: async ({ client, emulator }) => {
    await rejection(client().run(failing("contentPolicyViolation")), {
      code: "safety",
      retryable: false,
      submission: "accepted"
    })
    expect(emulator.stats().tasksBilled).toBe(0)
  },
  provider: async ({ client }) => {
    await rejection(client().run(failing("providerError")), {
      code: "provider",
      rawCode: "providerError",
      retryable: true
    })
  },
  "timeout: of the model's provider": async ({ client }) => {
    await rejection(client().run(failing("timeoutProvider")), {
      code: "timeout",
      rawCode: "timeoutProvider",
      retryable: true
    })
  },
  "timeout: here": async ({ client }) => {
    await rejection(client({ timeout: 200 }).run(slowImage(10_000)), { code: "timeout", retryable: true })
  },
  "notFound: a task that nobody knows": async ({ client }) => {
    const taskUUID = "0b8f3c52-6f0e-4c3b-9a51-2d4c7be0a111"
    await rejection(client().getResponse(taskUUID), { code: "notFound", retryable: false, taskUUID })
  },
  serverError: async ({ client }) => {
    await rejection(client().run(failing("internalServerError")), { code: "serverError", retryable: true })
  },
  "serverError: a status that stays": {
    on: "rest",
    run: async (stage) => {
      stage.emulator.respondNext({ status: 503, body: "<h1>Service Unavailable</h1>", times: 9 })
      await rejection(stage.client({ maxRetries: 1, retryDelay: 1 }).run(image), {
        code: "serverError",
        statusCode: 503,
        retryable: true
      })
    }
  },
  connection: async ({ client, emulator }) => {
    const one = client({ maxRetries: 0, maxReconnectAttempts: 0 })
    await emulator.close()
    await rejection(one.run(image), { code: "connection", retryable: true })
  },
  aborted: async ({ client }) => {
    const controller = new AbortController()
    const run = client().run(slowImage(10_000), { signal: controller.signal })
    controller.abort()
    await rejection(run, { code: "aborted", retryable: false })
  },
  "unknown: a code that nobody knows yet passes through": async ({ client }) => {
    await rejection(client().run(failing("martianWeather")), {
      code: "unknown",
      rawCode: "martianWeather",
      retryable: false
    })
  }
})

/** An error as the service can send it, with everything that it may hold. */
const eloquent = {
  code: "invalidWidth",
  message: "The width must be a multiple of 64.",
  parameter: ["width", "height"],
  taskType: "imageInference",
  documentation: "https://runware.ai/docs/en/image-inference#width",
  min: 128,
  future: { kept: true }
}

/** A call that the service refuses in those words. */
const refused = async ({ client, emulator }: Stage, expected: object): Promise<void> => {
  await using relay = await startRelay(emulator, { request: refusing(400, eloquent) })
  await rejection(client({ baseUrl: relay.url }).run(image), expected)
}

const fields = area("fields of errors", {
  "`code`, `rawCode` and `message` in the service's words": async ({ client }) => {
    const error = await rejection(client().run(untyped({ ...image, width: 100_000 })), { code: "validation" })
    expect(error.rawCode).toMatch(/\w/)
    expect(error.message).toMatch(/width/)
    expect(error.name).toBe("RunwareError")
  },
  "`retryable` follows the code": async ({ client }) => {
    await rejection(client().run(failing("providerError")), { retryable: true })
    await rejection(client().run(failing("contentPolicyViolation")), { retryable: false })
  },
  "`parameter`, `parameters`": async (stage) => {
    await refused(stage, { parameter: "width", parameters: ["width", "height"], submission: "rejected" })
  },
  "`taskType`, `taskUUID`, `model`": async ({ client }) => {
    const taskUUID = "51b0a5f0-9d2e-4b54-8c1d-6a0b6d2f7e10"
    await rejection(client().run({ ...failing("providerError"), taskUUID }), {
      taskType: "imageInference",
      taskUUID,
      model: "runware:101@1"
    })
  },
  "`documentation`, `statusCode`, `details`": async (stage) => {
    await refused(stage, {
      rawCode: "invalidWidth",
      message: expect.stringContaining("The width must be a multiple of 64."),
      documentation: eloquent.documentation,
      // A frame has no status.
      ...(stage.transport === "rest" ? { statusCode: 400 } : {}),
      details: { min: 128, future: { kept: true } }
    })
  },
  "`documentation` of a failure that the service does not explain": async ({ client }) => {
    const { documentation } = await rejection(client().run(failing("providerError")), { code: "provider" })
    expect(documentation).toMatch(/^https:\/\/runware\.ai\/docs\//)
  },
  "`validationErrors`": async ({ client }) => {
    await rejection(client().run(untyped({ ...image, steps: "x", seed: "y" }), { validate: true }), {
      parameters: expect.arrayContaining(["steps", "seed"]),
      validationErrors: expect.arrayContaining([
        expect.objectContaining({ path: "steps", rule: "type" }),
        expect.objectContaining({ path: "seed", rule: "type" })
      ])
    })
  },
  "`retryAfter` in milliseconds": async ({ client, emulator }) => {
    const limit = { code: "rateLimitExceeded", message: "Too fast.", retryAfter: 2 }
    await using relay = await startRelay(emulator, { request: refusing(429, limit) })
    await rejection(client({ baseUrl: relay.url, maxRetries: 0 }).run(image), { code: "rateLimit", retryAfter: 2000 })
  },
  "`retryAfter` of a header": {
    on: "rest",
    run: async ({ client, emulator }) => {
      emulator.respondNext({ status: 429, headers: { "retry-after": "2" } })
      await rejection(client({ maxRetries: 0 }).run(image), { code: "rateLimit", retryAfter: 2000 })
    }
  },
  "`submission: none`": async ({ client, emulator }) => {
    await rejection(client().run(untyped({ ...image, numberResults: 0 })), { submission: "none" })
    expect(emulator.stats().requests + emulator.stats().frames).toBe(0)
  },
  "`submission: rejected`": async ({ client, emulator }) => {
    await rejection(client().run(untyped({ ...image, width: 100_000 })), { submission: "rejected" })
    expect(emulator.stats().tasksAccepted).toBe(0)
  },
  "`submission: unknown`": async ({ client, emulator }) => {
    await using relay = await startRelay(emulator, { reply: () => "lose" })
    const one = client({ baseUrl: relay.url, timeout: 400 })
    await rejection(one.run(image), { code: "timeout", submission: "unknown" })
    expect(emulator.stats().tasksAccepted).toBe(1)
  },
  "`submission: accepted`": async ({ client, emulator, seen }) => {
    const one = client()
    const controller = new AbortController()
    const run = one.run(slowImage(1000), { signal: controller.signal })
    const polled = until(() => carrying(seen, "getResponse").length > 0).then(() => controller.abort())
    const error = await rejection(run, { submission: "accepted" })
    await polled
    expect(await one.attach(error.taskUUID ?? "")).toHaveLength(1)
    expect(emulator.stats().tasksBilled).toBe(1)
  },
  "`attempts` counts requests, `elapsed` milliseconds": async ({ client, emulator }) => {
    await using relay = await startRelay(emulator, { request: () => "cut" })
    const one = client({ baseUrl: relay.url, maxRetries: 2 })
    const { elapsed } = await rejection(one.run(image), { code: "connection", attempts: 3, submission: "unknown" })
    expect(elapsed).toBeGreaterThan(0)
    expect(elapsed).toBeLessThan(10_000)
  },
  "`results`: what did succeed": async ({ client }) => {
    const params = { ...image, positivePrompt: "fog [[fail:providerError@2]]", numberResults: 3 }
    const { results } = await rejection(client().run(params), { code: "provider" })
    expect(results).toMatchObject([{ imageURL: expect.any(String) }, { imageURL: expect.any(String) }])
  },
  "`toJSON`: every defined field, and never the key": async ({ client, emulator }) => {
    const error = await rejection(client({ apiKey: emulator.apiKey }).run(failing("providerError")), {})
    const json = JSON.stringify(error)
    expect(JSON.parse(json)).toMatchObject({ code: "provider", taskUUID: error.taskUUID, submission: "accepted" })
    expect(json).not.toContain(emulator.apiKey)
  },
  "`RunwareError`, `isRunwareError`, `createRunwareError`": async ({ client, sdk }) => {
    const error: unknown = await rejection(client().run(failing("providerError")), {})
    expect(error).toBeInstanceOf(sdk.RunwareError)
    expect(error).toBeInstanceOf(Error)
    expect([sdk.isRunwareError(error), sdk.isRunwareError(new Error("other"))]).toEqual([true, false])
    const made = sdk.createRunwareError({ code: "rateLimit", message: "Too fast" })
    expect(made).toMatchObject({ code: "rateLimit", message: "Too fast", retryable: true })
  },
  "advice beside the service's words": async ({ client }) => {
    const { message } = await rejection(client().run(failing("contentPolicyViolation")), {})
    expect(message).toContain("Change the prompt or the inputs")
  }
})

export const errors: ReadonlyArray<Row> = [...codes, ...fields]
