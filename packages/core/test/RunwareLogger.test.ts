import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { redact } from "../src/internal/redaction.ts"
import { layerEffect, layerSilent, layerSink, log, type LogEntry, RunwareLogger } from "../src/RunwareLogger.ts"

describe("log", () => {
  it.effect("builds no entry while nobody reads", () =>
    Effect.gen(function* () {
      let built = 0
      const write = log("send", "POST", () => ({ n: ++built }))
      yield* write
      yield* Effect.provide(write, layerSilent)
      expect(built).toBe(0)
    })
  )

  it.effect("hands a sink whole entries, redacted and with the time", () =>
    Effect.gen(function* () {
      const entries: Array<LogEntry> = []
      yield* TestClock.setTime(5000)
      yield* Effect.all([
        log("auth", "Authenticating", () => ({ apiKey: "rw_key", attempt: 1 })),
        log("poll", "Asking")
      ]).pipe(Effect.provide(layerSink((entry) => entries.push(entry))))
      expect(entries).toEqual([
        { category: "auth", message: "Authenticating", data: { apiKey: "<redacted>", attempt: 1 }, timestamp: 5000 },
        { category: "poll", message: "Asking", data: {}, timestamp: 5000 }
      ])
    })
  )

  it.effect("hands Effect's Logger debug entries with category and data as annotations", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const capture = Logger.make<unknown, void>(({ fiber, logLevel, message }) => {
        seen.push([logLevel, message, { ...fiber.getRef(References.CurrentLogAnnotations) }])
      })
      const loggers = Layer.merge(Logger.layer([capture]), Layer.succeed(References.MinimumLogLevel, "Debug"))
      yield* log("retry", "Again", () => ({ attempt: 2, category: "mine" })).pipe(
        Effect.provide([layerEffect, loggers])
      )
      expect(seen).toEqual([["Debug", ["Again"], { attempt: 2, category: "retry" }]])
    })
  )

  it.effect(
    "never breaks a call: not by a sink that throws or rejects, a reader that dies, data that can't be built",
    () =>
      Effect.gen(function* () {
        const fail = (): never => {
          throw new Error("full disk")
        }
        const call = Effect.as(
          log("send", "POST", () => ({ n: 1 })),
          "done"
        )
        expect(yield* Effect.provide(call, layerSink(fail))).toBe("done")
        expect(
          yield* Effect.provide(
            call,
            layerSink(() => Promise.reject(new Error("full disk")))
          )
        ).toBe("done")
        expect(yield* Effect.provideService(call, RunwareLogger, () => Effect.die("full disk"))).toBe("done")
        const unbuildable = Effect.as(
          log("send", "POST", () => ({ value: { toJSON: fail } })),
          "done"
        )
        expect(
          yield* Effect.provide(
            unbuildable,
            layerSink(() => undefined)
          )
        ).toBe("done")
      })
  )
})

describe("redact", () => {
  const long = "x".repeat(5000)

  it("replaces secrets under any of their names, at any depth", () => {
    const names =
      "apiKey api_key x-api-key API-KEY Authorization token accessToken hf_token secret clientSecret password cookie"
    const secrets = Object.fromEntries(names.split(" ").map((name) => [name, "rw_key"]))
    const redacted = Object.fromEntries(names.split(" ").map((name) => [name, "<redacted>"]))
    expect(redact({ ...secrets, tasks: [{ inner: secrets }] })).toEqual({ ...redacted, tasks: [{ inner: redacted }] })
  })

  it("leaves what is counted in tokens", () => {
    const usage = { promptTokens: 19, maxTokens: 64, tokens: { completion: 2 } }
    expect(redact(usage)).toEqual(usage)
  })

  it("cuts long texts, lists and objects, and says how much there was", () => {
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field${n}`, n]))
    const cut = redact({ prompt: long, list: Array.from({ length: 25 }, (_, n) => n), wide })
    expect(cut["prompt"]).toBe(`${"x".repeat(120)}… <5000 characters>`)
    expect(cut["list"]).toEqual([...Array.from({ length: 20 }, (_, n) => n), "<5 more>"])
    expect(cut["wide"]).toMatchObject({ field49: 49, "…": "<10 more>" })
    expect(Object.keys(cut["wide"] as object)).toHaveLength(51)
  })

  it("drops the query and the user of every URL, wherever it stands in a text", () => {
    expect(
      redact({
        webhookURL: "https://hook.example/in?secret=1#x",
        body: '{"a":"https://me:pw@h.example/p?s=1","b":2}',
        socket: "wss://h.example/v1"
      })
    ).toEqual({
      webhookURL: "https://hook.example/in?<redacted>",
      body: '{"a":"https://<redacted>@h.example/p?<redacted>","b":2}',
      socket: "wss://h.example/v1"
    })
  })

  it("shows the kind of media, and nothing of their content", () => {
    expect(
      redact({
        image: "data:image/png;base64,iVBORw0KGgo=",
        body: '{"seedImage":"data:image/webp;base64,UklGRg==","steps":4}'
      })
    ).toEqual({
      image: "data:image/png;base64,… <34 characters>",
      body: '{"seedImage":"data:image/webp;base64,…","steps":4}'
    })
  })

  it("makes JSON of what is none", () => {
    const circle: Record<string, unknown> = { name: "circle" }
    circle["self"] = [circle]
    expect(
      redact({
        bytes: new Uint8Array(3),
        buffer: new ArrayBuffer(4),
        seed: 5n,
        nan: NaN,
        at: new Date(0),
        key: Redacted.make("rw_key"),
        wait: Duration.seconds(1),
        error: new Error("It broke."),
        callback: () => 1,
        circle,
        none: null
      })
    ).toEqual({
      bytes: "<3 bytes>",
      buffer: "<4 bytes>",
      seed: "5",
      nan: "NaN",
      at: "1970-01-01T00:00:00.000Z",
      key: "<redacted>",
      wait: { _id: "Duration", _tag: "Millis", millis: 1000 },
      error: "Error: It broke.",
      callback: "<function>",
      circle: { name: "circle", self: ["<circular>"] },
      none: null
    })
  })

  it("ends at a depth", () => {
    const deep = (levels: number): unknown => (levels === 0 ? "bottom" : { inner: deep(levels - 1) })
    expect(JSON.stringify(redact({ deep: deep(100) }))).toContain('"<deep>"')
    expect(JSON.stringify(redact({ deep: deep(5) }))).toContain('"bottom"')
  })

  it("leaves no field called __proto__ to chance", () => {
    const redacted = redact(JSON.parse('{"__proto__":{"apiKey":"rw_key"}}'))
    expect(Object.getPrototypeOf(redacted)).toBe(Object.prototype)
    expect(JSON.stringify(redacted)).toBe('{"__proto__":{"apiKey":"<redacted>"}}')
  })

  /** Every text in a value, its keys included. */
  const texts = (value: unknown): ReadonlyArray<string> => {
    if (typeof value === "string") return [value]
    return typeof value === "object" && value !== null
      ? [...Object.keys(value), ...Object.values(value).flatMap(texts)]
      : []
  }

  const Key = Schema.Literals(["apiKey", "Authorization", "prompt", "inputs"])
  const Tree = Schema.Record(Key, Schema.Union([Schema.Json, Schema.Record(Key, Schema.Json)]))

  it.prop(
    "lets no long text and nothing under a secret name through, and changes nothing it need not",
    { tree: Tree, json: Schema.Record(Schema.String, Schema.Json) },
    ({ json, tree }) => {
      const secret = "rw_secret_key"
      const poisoned = {
        ...json,
        long,
        [long]: [{ [`${long}2`]: long }],
        tree,
        nested: [[{ apiKey: { value: secret }, inputs: { Authorization: [secret] } }]]
      }
      const shown = redact(poisoned)
      for (const text of texts(shown)) expect(text.length).toBeLessThanOrEqual(120 + "… <5000 characters>".length)
      expect(JSON.stringify(shown)).not.toContain(secret)
      // What was made safe stays as it is: nothing is cut twice.
      expect(redact(redact({ tree }))).toEqual(redact({ tree }))
      return true
    }
  )
})
