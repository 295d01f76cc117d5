/**
 * The key goes to the service, and nowhere else: everything that a whole run logs, throws, traces or prints is searched
 * for it.
 */
import { inspect } from "node:util"
import { assert, it } from "@effect/vitest"
import { Runware, RunwareLogger } from "@effect-runware/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { image, startService, transports } from "./service.ts"

const key = "rw_k3y_that_must_not_leak"

/** Everything that can be seen of a value, hidden and nested parts included. */
const visible = (value: unknown): string => {
  const shown = inspect(value, {
    depth: 12,
    showHidden: true,
    getters: true,
    maxStringLength: null,
    maxArrayLength: null
  })
  const seen = new WeakSet()
  const json = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return String(inner)
    if (typeof inner !== "object" || inner === null) return inner
    if (seen.has(inner)) return "<seen>"
    seen.add(inner)
    return inner
  })
  return `${shown}\n${json}\n${String(value)}`
}

it.live("finds the key in no log, error or span", () =>
  Effect.gen(function* () {
    const found: Array<string> = []
    let entries = 0
    let spans = 0
    const witness = (kind: string, value: unknown) => {
      if (visible(value).includes(key)) found.push(`${kind}: ${inspect(value).slice(0, 500)}`)
    }

    const observers = Layer.mergeAll(
      RunwareLogger.layerSink((entry) => {
        entries++
        witness("entry", entry)
      }),
      Logger.layer([Logger.make<unknown, void>(({ message, cause }) => witness("log", [message, cause]))]),
      Layer.succeed(References.MinimumLogLevel, "All"),
      Layer.succeed(
        Tracer.Tracer,
        Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options)
            const end = span.end.bind(span)
            span.end = (endTime, exit) => {
              spans++
              witness("span", [span.name, [...span.attributes], span.events, exit])
              end(endTime, exit)
            }
            return span
          }
        })
      )
    )

    const service = yield* startService({ apiKey: key, timeScale: 0.05 })
    const errors: Array<unknown> = []
    const attempt = (program: Effect.Effect<unknown, unknown, Runware.Runware>, options: object) =>
      service.use(program, options).pipe(
        Effect.catchCause((cause) => Effect.sync(() => errors.push(cause))),
        Effect.provide(observers)
      )

    for (const transport of transports) {
      const wrongKey = { transport, apiKey: `${key}_but_wrong` }
      yield* attempt(Runware.run(image), { transport })
      yield* attempt(Stream.runDrain(Runware.events({ ...image, numberResults: 2 })), { transport })
      yield* attempt(Runware.run(image), wrongKey)
      yield* attempt(Runware.run({ ...image, width: 7 }), { transport })
      yield* attempt(Runware.run({ model: "unknown" as string }), { transport })
      yield* attempt(Runware.run({ ...image, positivePrompt: "[[fail:inferenceError]]" }), { transport })
      yield* attempt(Runware.run(image), { transport, timeout: 1 })
      yield* attempt(Runware.run(image), { transport, baseUrl: "http://127.0.0.1:1", maxRetries: 0 })
      yield* attempt(Runware.run(image), { transport, baseUrl: "not a url" })
      yield* attempt(Runware.run(image), { transport, apiKey: [key] })
    }
    yield* service.respondNext({ status: 500, body: `<html>Invalid token: ${key}</html>`, times: 5 })
    yield* attempt(Runware.run(image), { transport: "rest", maxRetries: 1 })
    const echo = { errors: [{ code: "invalidApiKey", message: `Unknown key ${key}` }] }
    yield* service.respondNext({ status: 401, body: echo })
    yield* attempt(Runware.run(image), { transport: "rest" })

    for (const error of errors) witness("error", error)
    assert.deepStrictEqual(found, [])
    assert.isAtLeast(entries, 30)
    assert.isAtLeast(spans, 20)
    assert.isAtLeast(errors.length, 15)
  })
)
