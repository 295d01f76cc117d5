import { afterEach, describe, expect, it, vi } from "vitest"
import {
  createClient,
  createRunwareError,
  isRunwareError,
  RunwareError,
  RunwareErrorCode,
  type TaskParams,
  type WebSocketClass
} from "../src/index.ts"

const thrownBy = (make: () => unknown): unknown => {
  try {
    make()
  } catch (error) {
    return error
  }
  return expect.unreachable("nothing was thrown")
}

const lighthouse = { model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 } as const

/** From JavaScript anything may come. */
const fromJavaScript = createClient as (config: unknown) => ReturnType<typeof createClient>

const noFetch = () => expect.unreachable("nothing was to be sent")
const client = () => createClient({ apiKey: "key", transport: "rest", dependencies: { fetch: noFetch } })

afterEach(() => {
  vi.unstubAllEnvs()
})

describe("createClient", () => {
  it("takes key and address from the environment as it is then", async () => {
    const asked: Array<[string, string | null]> = []
    const fetch = async (url: URL | string, init?: RequestInit) => {
      asked.push([String(url), new Headers(init?.headers).get("authorization")])
      return Response.json({ data: [{ taskType: "accountManagement", taskUUID: "x", operation: "getDetails" }] })
    }
    const account = { taskType: "accountManagement", operation: "getDetails" } as const
    for (const name of ["first", "second"]) {
      vi.stubEnv("RUNWARE_API_KEY", `${name}-key`)
      vi.stubEnv("RUNWARE_BASE_URL", `http://${name}.test/`)
      await createClient({ transport: "rest", dependencies: { fetch } }).run(account)
    }
    expect(asked).toEqual([
      ["http://first.test/v1", "Bearer first-key"],
      ["http://second.test/v1", "Bearer second-key"]
    ])
  })

  it.each([undefined, "", "  "])("asks for a key at once when there is none (%j)", (apiKey) => {
    vi.stubEnv("RUNWARE_API_KEY", "")
    expect(thrownBy(() => createClient({ apiKey }))).toMatchObject({
      code: "auth",
      rawCode: "missingApiKey",
      message: expect.stringContaining("RUNWARE_API_KEY")
    })
  })

  it.each<[unknown, string, string]>([
    [{ timout: 1 }, "timout", "Did you mean timeout?"],
    [{ transport: "carrier pigeon" }, "transport", '"websocket" or "rest"'],
    [{ timeout: -1 }, "timeout", "a duration"],
    [{ pollFactor: "2" }, "pollFactor", "a number, 1 or more"],
    [{ baseUrl: "localhost" }, "baseUrl", "absolute URL"],
    [{ dependencies: true }, "dependencies", "an object with fetch, WebSocket or both"],
    [{ dependencies: { fetch: "curl" } }, "fetch", "a function"],
    [{ dependencies: { WebSocket: {} } }, "WebSocket", "a constructor"],
    [{ dependencies: { websocket: Date } }, "dependencies.websocket", "There are fetch and WebSocket."],
    [{ debug: "yes" }, "debug", "true or false"],
    [{ logSink: console }, "logSink", "a function"],
    [{ learnedTimes: "{}" }, "learnedTimes", "what `learnedTimes()` of a client gave"],
    [{ learnedTimes: { version: 1, kinds: [{}] } }, "learned.kinds.0", "a kind of task"],
    [{ dependancies: {} }, "dependancies", "Did you mean dependencies?"],
    [{ logsink: () => {} }, "logsink", "Did you mean logSink?"],
    [{ debugg: true }, "debugg", "Did you mean debug?"],
    [{ apikey: "key" }, "apikey", "Did you mean apiKey?"],
    ["a key", "options", "must be an object"],
    [null, "options", "must be an object"],
    [[], "options", "must be an object"]
  ])("refuses %j", (config, parameter, words) => {
    const given =
      typeof config === "object" && config !== null && !Array.isArray(config) ? { apiKey: "key", ...config } : config
    const error = thrownBy(() => fromJavaScript(given))
    expect(error).toBeInstanceOf(RunwareError)
    expect(error).toMatchObject({ code: "validation", rawCode: "invalidConfig", parameter, submission: "none" })
    expect((error as RunwareError).message).toContain(words)
  })
})

describe("calls", () => {
  it.each<[string, unknown, object]>([
    ["no object", "a lighthouse", { code: "validation", parameter: "params" }],
    ["null", null, { code: "validation", parameter: "params" }],
    ["nothing that names a task", { positivePrompt: "a lighthouse" }, { code: "validation", parameter: "taskType" }],
    ["no generation", { model: "runware:101@1", numberResults: 0 }, { code: "validation", parameter: "numberResults" }],
    [
      "an AIR nobody knows",
      { model: "nobody:1@1" },
      { code: "notFound", rawCode: "unknownModel", model: "nobody:1@1" }
    ],
    ["a UUID that is none", { taskType: "caption", taskUUID: "1" }, { code: "validation", parameter: "taskUUID" }]
  ])("refuse %s before anything is sent", async (_, params, expected) => {
    const offline = createClient({
      apiKey: "key",
      transport: "rest",
      dependencies: { fetch: () => Promise.reject(new TypeError("offline")) }
    })
    await expect(offline.run(params as TaskParams)).rejects.toMatchObject({ ...expected, submission: "none" })
  })

  it.each<[unknown, string, string]>([
    [{ signal: "now" }, "signal", "an AbortSignal"],
    [{ onResult: [] }, "onResult", "a function"],
    [{ onProgress: null }, "onProgress", "a function"],
    [{ timeout: "soon" }, "timeout", "a duration"],
    [{ onresult: () => {} }, "onresult", "Did you mean onResult?"],
    [{ signl: null }, "signl", "Did you mean signal?"],
    [{ timout: 1 }, "timout", "Did you mean timeout?"],
    [{ retries: 3 }, "retries", "Unknown option"],
    [{ partial: "yes" }, "partial", "true or false"],
    [{ attachOnConflict: 1 }, "attachOnConflict", "true or false"],
    ["fast", "options", "must be an object"]
  ])("refuse the options %j", async (options, parameter, words) => {
    const error: unknown = await client()
      .run(lighthouse, options as object)
      .catch((error: unknown) => error)
    expect(error).toMatchObject({ code: "validation", parameter, message: expect.stringContaining(words) })
  })

  it("end when their time is up", async () => {
    const silent = createClient({
      apiKey: "key",
      transport: "rest",
      dependencies: { fetch: () => new Promise(() => {}) }
    })
    await expect(silent.run(lighthouse, { timeout: 20 })).rejects.toMatchObject({
      code: "timeout",
      submission: "unknown"
    })
    await silent.disconnect()
  })
})

describe("logging", () => {
  const quiet = async (_url: URL | string, init?: RequestInit) =>
    Response.json({ data: JSON.parse(await new Response(init?.body).text()) })
  const task = { taskType: "accountManagement", operation: "getDetails" } as const

  it("is silent unless it is asked for", async () => {
    const spies = (["debug", "error", "info", "log", "warn"] as const).map((name) => vi.spyOn(console, name))
    await createClient({ apiKey: "secret-key", transport: "rest", dependencies: { fetch: quiet } }).run(task)
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })

  it("prints to the console for `debug`, and never the key", async () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {})
    await createClient({ apiKey: "secret-key", transport: "rest", debug: true, dependencies: { fetch: quiet } }).run(
      task
    )
    expect(print.mock.calls.map(([text]) => text)).toEqual(["[runware] send: POST", "[runware] receive: HTTP 200"])
    expect(JSON.stringify(print.mock.calls)).not.toContain("secret-key")
    print.mockRestore()
  })

  it("survives a sink that throws", async () => {
    const logSink = () => {
      throw new Error("the disk is full")
    }
    const noisy = createClient({ apiKey: "key", transport: "rest", logSink, dependencies: { fetch: quiet } })
    expect(await noisy.run(task)).toHaveLength(1)
  })
})

describe("errors", () => {
  it("are one class with twelve codes", () => {
    const error = createRunwareError({ code: "rateLimit", message: "Too fast", retryAfter: 1000 })
    expect(error).toBeInstanceOf(RunwareError)
    expect(error).toBeInstanceOf(Error)
    expect(isRunwareError(error)).toBe(true)
    expect(isRunwareError(new Error("Too fast"))).toBe(false)
    expect(error).toMatchObject({
      name: "RunwareError",
      code: RunwareErrorCode.rateLimit,
      message: "Too fast",
      retryable: true
    })
    expect(Object.keys(RunwareErrorCode)).toHaveLength(12)
  })

  it("are made even of faults that nobody foresaw, without what the fault drags along", async () => {
    const WebSocket = function () {
      throw Object.assign(new Error("out of file descriptors"), { request: { authorization: "secret-key" } })
    }
    const broken = createClient({
      apiKey: "secret-key",
      dependencies: { WebSocket: WebSocket as unknown as WebSocketClass },
      maxRetries: 0
    })
    const error: unknown = await broken.run(lighthouse).catch((error: unknown) => error)
    expect(isRunwareError(error)).toBe(true)
    expect((error as RunwareError).message).toContain("out of file descriptors")
    expect(JSON.stringify(error)).not.toContain("secret-key")
    await broken.disconnect()
  })
})
