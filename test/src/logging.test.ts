/**
 * What a client of either transport logs, by category: a scenario each, over real sockets, through the facade's sink and
 * through a layer.
 */
import { assert, describe, it } from "@effect/vitest"
import { Runware, RunwareLogger } from "@effect-runware/core"
import type { LogCategory, LogEntry } from "@effect-runware/core/RunwareLogger"
import { startEmulator, type RunningEmulator } from "@effect-runware/emulator"
import { NodeRunware } from "@effect-runware/node"
import { createClient, type ClientConfig, type TaskParams } from "@effect-runware/promise"
import * as Effect from "effect/Effect"
import { image, transports } from "./service.ts"

const key = "rw_k3y_that_no_log_has"
const prompt = `a lighthouse ${"in fog ".repeat(100)}`
const picture = `data:image/png;base64,${"iVBORw0KGgo".repeat(50)}`

interface Scenario {
  /** One of its entries, which the scenario is about. */
  readonly message: string | RegExp
  readonly options?: ClientConfig
  readonly before?: (emulator: RunningEmulator) => void
  readonly program?: (client: ReturnType<typeof createClient>) => Promise<unknown>
}

const run = (client: ReturnType<typeof createClient>) => client.run({ ...image, positivePrompt: prompt })

/** Parameters that no type knows. */
const loose = (params: TaskParams): TaskParams => params

const nobody = "http://127.0.0.1:1"

const scenarios: Record<LogCategory, Scenario> = {
  connection: { message: /^No answer$|^The link broke$/, options: { baseUrl: nobody, maxRetries: 0 } },
  auth: { message: "Refused", options: { apiKey: `${key}_but_wrong` } },
  send: {
    message: /^POST$|^frame$/,
    program: (client) => client.run(loose({ ...image, positivePrompt: prompt, seedImage: picture }))
  },
  receive: { message: /^HTTP 200$|^frame$/ },
  poll: { message: "Asking" },
  retry: { message: "The submission failed", options: { baseUrl: nobody, maxRetries: 1, retryDelay: 1 } },
  registry: { message: "Fetched", program: (client) => client.refreshRegistry() },
  validation: {
    message: "Refused",
    program: (client) =>
      client.run(
        { model: "runware:400@2", positivePrompt: prompt, width: 512, height: 512, steps: 80 },
        { validate: true }
      )
  },
  stream: {
    message: "Ended",
    program: (client) =>
      client.stream({ model: "alibaba:qwen@3.5-27b", messages: [{ role: "user", content: prompt }] }).result()
  },
  callback: {
    message: "onResult failed",
    program: (client) =>
      client.run(image, {
        onResult: () => {
          throw new Error("The callback broke.")
        }
      })
  }
}

const holds = (entry: LogEntry, category: string, { message }: Scenario) =>
  entry.category === category && (typeof message === "string" ? entry.message === message : message.test(entry.message))

describe.each(transports)("over %s", (transport) => {
  it.live.each(Object.entries(scenarios))("tells of %s", ([category, scenario]) =>
    Effect.promise(async () => {
      await using emulator = await startEmulator({ apiKey: key, timeScale: 0.01 })
      const entries: Array<LogEntry> = []
      const before = Date.now()
      const client = createClient({
        transport,
        apiKey: key,
        baseUrl: emulator.url,
        pollDelay: 10,
        logSink: (entry) => entries.push(entry),
        ...scenario.options
      })
      await (scenario.program ?? run)(client).catch(() => undefined)
      await client.disconnect()

      assert.isTrue(
        entries.some((entry) => holds(entry, category, scenario)),
        JSON.stringify(entries.map((entry) => [entry.category, entry.message]))
      )
      for (const entry of entries) {
        assert.hasAllKeys(entry, ["category", "message", "data", "timestamp"])
        assert.property(scenarios, entry.category)
        assert.isAtLeast(entry.timestamp, before)
      }
      const told = JSON.stringify(entries)
      for (const secret of [key, prompt, picture.slice(-50)]) assert.notInclude(told, secret)
    })
  )

  it.live("the session's fibers log to the logger of whoever calls, wherever it is provided", () =>
    Effect.gen(function* () {
      const emulator = yield* Effect.acquireRelease(
        Effect.promise(() => startEmulator({ apiKey: key, timeScale: 0.01 })),
        (emulator) => Effect.promise(() => emulator.close())
      )
      const layer = NodeRunware.layer({ transport, apiKey: key, baseUrl: emulator.url, pollDelay: 10 })
      const seen: Record<string, Set<string>> = { around: new Set(), beneath: new Set() }
      const sink = (place: string) => RunwareLogger.layerSink(({ category }) => seen[place]?.add(category))
      yield* Runware.run(image).pipe(Effect.provide(layer), Effect.provide(sink("around")))
      yield* Runware.run(image).pipe(
        Effect.provide(layer, { local: true }),
        Effect.provide(sink("beneath"), { local: true })
      )
      const expected = transport === "rest" ? [] : ["auth", "connection"]
      for (const categories of Object.values(seen)) {
        assert.deepStrictEqual([...categories].toSorted(), [...expected, "poll", "receive", "send"].toSorted())
      }
    })
  )
})
