import { describe, expect, it } from "@effect/vitest"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { checkOptions, choice, count, duration, factor, flag } from "../src/internal/options.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import { isRunwareError } from "../src/RunwareError.ts"

const environment = (variables: Record<string, string> = {}) =>
  ConfigProvider.layer(ConfigProvider.fromEnv({ env: variables }))

/** The settings of options that JavaScript may have given, in an environment of our own. */
const settingsOf = (options: unknown, variables?: Record<string, string>) =>
  Effect.provide(RunwareConfig.make(options as RunwareConfig.Options), environment(variables))

const accepted = (options: object, variables?: Record<string, string>) =>
  Effect.runSync(settingsOf({ apiKey: "rw_key", ...options }, variables))
const refused = (options: unknown, variables?: Record<string, string>) =>
  Effect.runSync(Effect.flip(settingsOf(options, variables)))

const urls = ({ contentUrl, restUrl, schemasUrl, webSocketUrl }: RunwareConfig.Settings) => ({
  restUrl,
  webSocketUrl,
  schemasUrl,
  contentUrl
})

const own = {
  restUrl: "https://api.runware.ai/v1",
  webSocketUrl: "wss://ws-api.runware.ai/v1",
  schemasUrl: "https://schemas.runware.ai",
  contentUrl: "https://content.runware.ai"
}

const emulator = {
  restUrl: "http://localhost:8787/v1",
  webSocketUrl: "ws://localhost:8787/v1",
  schemasUrl: "http://localhost:8787",
  contentUrl: "http://localhost:8787"
}

describe("defaults", () => {
  it("are those of the table", () => {
    const { apiKey, transformClient, userAgent, ...settings } = accepted({})
    const readable = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        name,
        Duration.isDuration(value) ? Duration.toMillis(value) : value
      ])
    )
    expect(readable).toMatchObject({
      transport: "websocket",
      deliveryMethod: "async",
      validate: false,
      timeout: 1_200_000,
      pollTimeout: 1_200_000,
      connectTimeout: 15_000,
      authTimeout: 15_000,
      ackTimeout: 30_000,
      streamIdleTimeout: 600_000,
      streamBuffer: 262_144,
      pollReplyTimeout: 10_000,
      pollDelay: 1_000,
      pollInterval: 500,
      pollFactor: 1.5,
      maxPollInterval: 10_000,
      unknownTaskGrace: 30_000,
      heartbeatInterval: 30_000,
      pongTimeout: 10_000,
      reconnectDelay: 1_000,
      maxReconnectDelay: 30_000,
      maxReconnectAttempts: Infinity,
      maxRetries: 3,
      retryStrategy: "exponential",
      retryDelay: 1_000,
      maxRetryDelay: 30_000,
      maxRetryAfter: 60_000,
      registryTimeout: 3_000,
      registryTtl: 300_000,
      ...own
    })
    expect(Redacted.value(apiKey)).toBe("rw_key")
    expect(userAgent).toBe(undefined)
    const client = HttpClient.make(() => Effect.never)
    expect(transformClient(client)).toBe(client)
  })

  it("serve for every option given as undefined", () => {
    const names = [
      ...Object.keys(RunwareConfig.behaviours),
      ...Object.keys(own),
      "baseUrl",
      "userAgent",
      "transformClient"
    ]
    const absent = Object.fromEntries(names.map((name) => [name, undefined]))
    const { transformClient: _, ...settings } = accepted(absent)
    const { transformClient: __, ...standard } = accepted({})
    expect(settings).toEqual(standard)
  })
})

describe("durations", () => {
  it.each<[unknown, number]>([
    ["30 seconds", 30_000],
    [1500, 1500],
    [0, 0],
    [Infinity, Infinity],
    ["Infinity", Infinity],
    [5_000_000n, 5],
    [{ minutes: 1, seconds: 5 }, 65_000],
    [[1, 500_000_000], 1500],
    [Duration.seconds(2), 2000]
  ])("%o is %d ms", (given, millis) => expect(Duration.toMillis(accepted({ timeout: given }).timeout)).toBe(millis))

  it.each<[unknown, string]>([
    ["5 bananas", '"5 bananas"'],
    ["-5 seconds", '"-5 seconds"'],
    ["", '""'],
    [NaN, "NaN"],
    [-1, "-1"],
    [-Infinity, "-Infinity"],
    [null, "null"],
    [true, "true"],
    [{}, "an object with keys (none)"],
    [{ bananas: 5 }, "an object with keys bananas"],
    [{ seconds: NaN }, "an object with keys seconds"],
    [{ seconds: "5" }, "an object with keys seconds"],
    [[], "an array of 0"],
    [[NaN, 0], "an array of 2"],
    [new Date(5), "an object with keys (none)"],
    [() => 5, "a function"]
  ])("%o is none", (given, described) => {
    const error = refused({ apiKey: "rw_key", pollDelay: given })
    expect(error).toMatchObject({
      code: "validation",
      rawCode: "invalidConfig",
      parameter: "pollDelay",
      submission: "none"
    })
    expect(error.message).toContain(
      `pollDelay must be a duration such as "30 seconds" or a number of milliseconds, 0 or more, got ${described}.`
    )
  })
})

describe("other options", () => {
  it.each<[string, unknown, string]>([
    ["maxRetries", -1, "maxRetries must be a whole number, 0 or more, or Infinity, got -1."],
    ["maxRetries", 1.5, "got 1.5."],
    ["maxRetries", "3", 'got "3".'],
    ["maxReconnectAttempts", NaN, "got NaN."],
    ["pollFactor", 0.5, "pollFactor must be a number, 1 or more, got 0.5."],
    ["pollFactor", Infinity, "got Infinity."],
    ["validate", "yes", 'validate must be true or false, got "yes".'],
    ["validate", null, "got null."],
    ["transport", "http", 'transport must be "websocket" or "rest", got "http".'],
    ["deliveryMethod", "stream", 'deliveryMethod must be "async" or "sync", got "stream".'],
    ["userAgent", 5, "userAgent must be a text of printable ASCII"],
    ["userAgent", "app\r\nx-evil: 1", "userAgent must be a text of printable ASCII"],
    ["transformClient", {}, "transformClient must be a function"]
  ])("%s: %o", (name, given, message) => {
    const error = refused({ apiKey: "rw_key", [name]: given })
    expect(error).toMatchObject({ code: "validation", rawCode: "invalidConfig", parameter: name })
    expect(error.message).toContain(message)
  })

  it("are accepted in their bounds", () => {
    const given = {
      transport: "rest",
      deliveryMethod: "sync",
      validate: true,
      maxRetries: 0,
      maxReconnectAttempts: Infinity,
      pollFactor: 1,
      userAgent: "app/1.0"
    }
    expect(accepted(given)).toMatchObject(given)
  })

  it.each([
    ["timeOut", 'Unknown option "timeOut". Did you mean timeout?'],
    ["banana", 'Unknown option "banana".'],
    ["toString", 'Unknown option "toString".']
  ])("unknown: %s", (name, message) => {
    expect(refused({ apiKey: "rw_key", [name]: 1 })).toMatchObject({ parameter: name, rawCode: "invalidConfig" })
    expect(refused({ apiKey: "rw_key", [name]: 1 }).message).toContain(message)
  })

  it("may be called __proto__, which changes nothing but the message", () => {
    const error = refused(JSON.parse('{"apiKey":"rw_key","__proto__":{"timeout":1}}'))
    expect(error.message).toContain('Unknown option "__proto__".')
  })

  it.each([null, [], "rw_key", 5])("must be in an object: %o", (options) => {
    expect(refused(options)).toMatchObject({ rawCode: "invalidConfig", parameter: "options" })
  })
})

describe("the key", () => {
  it("may be a text, a secret, or in the environment, with space around it", () => {
    const keys = [
      accepted({ apiKey: "rw_1" }),
      accepted({ apiKey: Redacted.make("rw_1") }),
      accepted({ apiKey: " rw_1\n" }),
      accepted({ apiKey: undefined }, { RUNWARE_API_KEY: "rw_1\n" })
    ]
    expect(keys.map(({ apiKey }) => Redacted.value(apiKey))).toEqual(["rw_1", "rw_1", "rw_1", "rw_1"])
  })

  it("of the options wins over the environment", () => {
    expect(Redacted.value(accepted({ apiKey: "rw_1" }, { RUNWARE_API_KEY: "rw_2" }).apiKey)).toBe("rw_1")
  })

  it.each([undefined, null, "", "  ", Redacted.make("")])("is missing: %o", (apiKey) => {
    expect(refused({ apiKey })).toMatchObject({
      code: "auth",
      rawCode: "missingApiKey",
      parameter: "apiKey",
      submission: "none"
    })
  })

  it.each(["rw_secret\r\nx: 1", "rw_secret…", "rw_secret 2"])(
    "is refused where no header can hold it: %o",
    (apiKey) => {
      expect(refused({ apiKey })).toMatchObject({ code: "auth", rawCode: "invalidApiKey" })
    }
  )

  it("is in no error about the options, wherever it was written", () => {
    const secret = "rw_secret"
    const mistakes = [
      { apiKey: `${secret}\n1` },
      { apikey: secret },
      { key: secret },
      { apiKey: [secret] },
      { apiKey: secret, timeout: -1 },
      { apiKey: "rw_key", baseUrl: `https://user:${secret}@h.example` }
    ]
    for (const mistake of mistakes) {
      const error = refused(mistake)
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(secret)
    }
  })

  it("is in no print of the settings", () => {
    expect(JSON.stringify(accepted({ apiKey: "rw_secret" }))).not.toContain("rw_secret")
  })
})

describe("addresses", () => {
  it.each([
    ["http://localhost:8787"],
    ["http://localhost:8787/"],
    ["http://localhost:8787//"],
    [" http://localhost:8787\n"]
  ])("all follow from the base URL %o", (baseUrl) => expect(urls(accepted({ baseUrl }))).toEqual(emulator))

  it("keep the path of the base URL, and its security", () => {
    expect(urls(accepted({ baseUrl: "https://proxy.example/runware/" }))).toEqual({
      restUrl: "https://proxy.example/runware/v1",
      webSocketUrl: "wss://proxy.example/runware/v1",
      schemasUrl: "https://proxy.example/runware",
      contentUrl: "https://proxy.example/runware"
    })
  })

  it("may be written in capitals", () => {
    expect(accepted({ baseUrl: "HTTP://LOCALHOST:8787" }).webSocketUrl).toBe("ws://LOCALHOST:8787/v1")
  })

  it("follow from RUNWARE_BASE_URL, which the option overrides", () => {
    const variables = { RUNWARE_BASE_URL: "http://localhost:8787/" }
    expect(urls(accepted({}, variables))).toEqual(emulator)
    expect(accepted({ baseUrl: "http://other.example" }, variables).restUrl).toBe("http://other.example/v1")
    expect(urls(accepted({}, { RUNWARE_BASE_URL: "" }))).toEqual(own)
  })

  it("can each be set apart, with a query where no path is added", () => {
    const apart = { restUrl: "https://eu.example/v2/", webSocketUrl: "wss://eu.example/v1?dryRun=1" }
    expect(urls(accepted({ ...apart, baseUrl: "http://localhost:8787", schemasUrl: "http://s.example/" }))).toEqual({
      ...emulator,
      ...apart,
      schemasUrl: "http://s.example"
    })
  })

  it.each<[string, unknown, string]>([
    [
      "baseUrl",
      "localhost:8787",
      "baseUrl must be an absolute URL with http:// or https://, without query or fragment"
    ],
    ["baseUrl", "", 'got "".'],
    ["baseUrl", 5, "got 5."],
    ["baseUrl", new URL("http://a.example"), "got an object"],
    ["baseUrl", "http://a.example/?x=1", "without query or fragment"],
    ["baseUrl", "ws://a.example", "http:// or https://"],
    ["restUrl", "ws://a.example", "http:// or https://"],
    ["webSocketUrl", "http://a.example", "webSocketUrl must be an absolute URL with ws:// or wss://"],
    ["webSocketUrl", "ws://a.example/#x", "without fragment"],
    ["contentUrl", "ftp://a.example", "http:// or https://"],
    ["schemasUrl", "http://me:pw@a.example", "schemasUrl holds a user name or a password (for a.example)"]
  ])("are refused: %s %o", (name, given, message) => {
    const error = refused({ apiKey: "rw_key", [name]: given })
    expect(error).toMatchObject({ code: "validation", rawCode: "invalidConfig", parameter: name, submission: "none" })
    expect(error.message).toContain(message)
  })

  it("are refused in the environment as well", () => {
    expect(refused({ apiKey: "rw_key" }, { RUNWARE_BASE_URL: "localhost" })).toMatchObject({ parameter: "baseUrl" })
  })
})

describe("the ConfigProvider", () => {
  const provided = (
    layer: Layer.Layer<RunwareConfig.RunwareConfig, unknown>,
    provider: ConfigProvider.ConfigProvider
  ) => RunwareConfig.RunwareConfig.pipe(Effect.provide(layer), Effect.provide(ConfigProvider.layer(provider)))

  it.effect("of whoever builds the layer gives key and base URL", () =>
    Effect.gen(function* () {
      const provider = ConfigProvider.fromUnknown({
        RUNWARE_API_KEY: "rw_1",
        RUNWARE_BASE_URL: "http://localhost:8787"
      })
      const settings = yield* provided(RunwareConfig.layer(), provider)
      expect([Redacted.value(settings.apiKey), urls(settings)]).toEqual(["rw_1", emulator])
    })
  )

  it.effect("that fails is not taken for an empty one: that might mean another service", () =>
    Effect.gen(function* () {
      const down = ConfigProvider.make(() =>
        Effect.fail(new ConfigProvider.SourceError({ message: "vault is sealed" }))
      )
      const error = yield* Effect.flip(provided(RunwareConfig.layer({ apiKey: "rw_1" }), down))
      expect(error).toMatchObject({ code: "validation", rawCode: "invalidConfig", parameter: "RUNWARE_BASE_URL" })
      expect(isRunwareError(error) && error.message).toContain("vault is sealed")
    })
  )

  it.effect("feeds the options of layerConfig, and those left out have their default", () =>
    Effect.gen(function* () {
      const layer = RunwareConfig.layerConfig({
        apiKey: Config.Redacted("KEY"),
        timeout: Config.Duration("TIMEOUT"),
        transport: Config.Literals(["rest", "websocket"], "TRANSPORT").pipe(Config.withDefault("rest")),
        maxRetries: Config.Int("RETRIES").pipe(Config.withDefault(1))
      })
      const settings = yield* provided(layer, ConfigProvider.fromUnknown({ KEY: "rw_1", TIMEOUT: "5 minutes" }))
      expect(Redacted.value(settings.apiKey)).toBe("rw_1")
      expect(settings).toMatchObject({ timeout: Duration.minutes(5), transport: "rest", maxRetries: 1, ...own })
    })
  )

  it.effect("without a key fails layerConfig: with a ConfigError where it was asked for, else with code auth", () =>
    Effect.gen(function* () {
      const nothing = ConfigProvider.fromUnknown({})
      const asked = RunwareConfig.layerConfig({ apiKey: Config.Redacted("KEY") })
      expect(yield* Effect.flip(provided(asked, nothing))).toMatchObject({ _tag: "ConfigError" })
      expect(yield* Effect.flip(provided(RunwareConfig.layerConfig({}), nothing))).toMatchObject({
        rawCode: "missingApiKey"
      })
    })
  )

  it.effect("may give values that are then refused, and options may be undefined", () =>
    Effect.gen(function* () {
      const provider = ConfigProvider.fromUnknown({ RUNWARE_API_KEY: "rw_1", RETRIES: "-1" })
      const absent = { timeout: undefined, apiKey: undefined } as unknown as RunwareConfig.ConfigOptions
      expect(Redacted.value((yield* provided(RunwareConfig.layerConfig(absent), provider)).apiKey)).toBe("rw_1")
      const error = yield* Effect.flip(
        provided(RunwareConfig.layerConfig({ maxRetries: Config.Int("RETRIES") }), provider)
      )
      expect(error).toMatchObject({ rawCode: "invalidConfig", parameter: "maxRetries" })
    })
  )
})

describe("checkOptions", () => {
  const table = {
    wait: duration("1 second"),
    times: count(2),
    growth: factor(2),
    on: flag(true),
    how: choice("a", "b")
  }

  it("reads each field by its kind and gives defaults for the rest", () => {
    expect(checkOptions({ times: 0, on: false, how: "b", extra: 1 }, table, ["extra"])).toEqual(
      Result.succeed({ wait: Duration.seconds(1), times: 0, growth: 2, on: false, how: "b" })
    )
  })
})
