import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Runware } from "@effect-runware/core"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import type { TaskParams } from "@effect-runware/core/Task"
import type { EnvelopeForm } from "@effect-runware/emulator"
import { NodeRunware } from "@effect-runware/node"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { image, startService, transports } from "./service.ts"

/** Parameters that no type checks, as plain JavaScript would give them. */
const loose = (params: TaskParams): TaskParams => params

const failureOf = <A>(program: Effect.Effect<A, RunwareError>) => Effect.flip(program)

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

for (const transport of transports) {
  describe(`over ${transport}`, () => {
    it.live("a wrong key is code auth within a second, and is not tried again", () =>
      Effect.gen(function* () {
        const service = yield* startService()
        const startedAt = yield* Clock.currentTimeMillis
        const options = { transport, apiKey: "rw_not_the_key", retryDelay: 1, reconnectDelay: 1 } as const
        const error = yield* failureOf(service.use(Runware.run(image), options))
        assert.isBelow((yield* Clock.currentTimeMillis) - startedAt, 1000)
        assert.deepStrictEqual([error.code, error.rawCode], ["auth", "invalidApiKey"])
        assert.match(error.taskUUID ?? "", /^[0-9a-f-]{36}$/)
        assert.include(error.message, "RUNWARE_API_KEY")
        assert.notInclude(error.message, "rw_not_the_key")
        const { frames, requests } = yield* service.idle
        assert.deepStrictEqual(
          { frames, requests },
          transport === "rest" ? { frames: 0, requests: 1 } : { frames: 1, requests: 0 }
        )
      })
    )

    it.live("a service that is down is code connection, after the retries, within the deadline", () =>
      Effect.gen(function* () {
        const port = yield* freePort
        const layer = NodeRunware.layer({
          apiKey: "k",
          baseUrl: `http://127.0.0.1:${port}`,
          transport,
          maxRetries: 2,
          retryDelay: 20
        })
        const error = yield* failureOf(Runware.run(image, { timeout: "10 seconds" }).pipe(Effect.provide(layer)))
        assert.deepStrictEqual([error.code, error.submission, error.attempts], ["connection", "none", 3])
        assert.include(error.message, "ECONNREFUSED")
      })
    )

    it.live("an unknown model is told with the ways out; with a taskType the service decides", () =>
      Effect.gen(function* () {
        const service = yield* startService()
        const error = yield* failureOf(
          service.use(Runware.run(loose({ model: "no-such-model", positivePrompt: "x" })), { transport })
        )
        assert.strictEqual(error.code, "notFound")
        assert.include(error.message, "taskType")
        assert.include(error.message, "refreshRegistry")
        const refused = yield* failureOf(service.use(Runware.run({ ...image, model: "no-such-model" }), { transport }))
        assert.include(["notFound", "validation"], refused.code)
        assert.strictEqual(refused.submission, "rejected")
      })
    )

    it.live("what the service refuses names the parameter, and buys nothing", () =>
      Effect.gen(function* () {
        const service = yield* startService()
        const { width: _, ...incomplete } = image
        const error = yield* failureOf(service.use(Runware.run(loose(incomplete)), { transport }))
        assert.deepStrictEqual(
          [error.code, error.parameter, error.submission, error.attempts],
          ["validation", "width", "rejected", 1]
        )
        assert.strictEqual((yield* service.stats).tasksAccepted, 0)
      })
    )

    it.live("a failed generation leaves the others on the error", () =>
      Effect.gen(function* () {
        const service = yield* startService()
        for (const failedGenerations of ["errors", "items"] as const) {
          yield* service.configure({ failedGenerations })
          const task = { ...image, positivePrompt: "fog [[fail:providerTimeout@2]]", numberResults: 3, seed: 5 }
          const error = yield* failureOf(service.use(Runware.run(task), { transport }))
          assert.deepStrictEqual([error.code, error.submission], ["timeout", "accepted"])
          assert.deepStrictEqual(
            error.results?.map((item) => item["seed"]),
            [5, 7]
          )
        }
      })
    )

    const forms: ReadonlyArray<EnvelopeForm> = ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9"]
    for (const errorEnvelope of forms) {
      it.live(`a refusal in the form ${errorEnvelope} is understood`, () =>
        Effect.gen(function* () {
          const service = yield* startService({ switches: { errorEnvelope } })
          const { positivePrompt: _, ...incomplete } = image
          const error = yield* failureOf(
            service.use(Runware.run(loose(incomplete), { timeout: "5 seconds" }), { transport })
          )
          // E6 is a text alone: over a socket nothing but the text says what it is.
          const codes = errorEnvelope === "E6" && transport === "websocket" ? ["validation", "unknown"] : ["validation"]
          assert.include(codes, error.code)
          assert.match(error.message, /positivePrompt/)
        })
      )
    }

    it.live("polls go on through whatever form the service's habits take", () =>
      Effect.gen(function* () {
        const service = yield* startService({ timeScale: 0.05 })
        for (const switches of [
          { emptyErrors: true },
          { placeholders: "perTask" },
          { acknowledgement: "withResults" },
          { acknowledgement: "empty" },
          { grouping: "batched" },
          { grouping: "perItem" }
        ] as const) {
          yield* service.configure(switches)
          for (const deliveryMethod of ["sync", "async"] as const) {
            const results = yield* service.use(
              Runware.run({ ...image, numberResults: 2, seed: 1 }, { timeout: "8 seconds" }),
              { transport, deliveryMethod }
            )
            // Item by item, sync results come as they are done.
            assert.deepStrictEqual(
              results.map(({ seed }) => Number(seed)).toSorted((one, other) => one - other),
              [1, 2],
              JSON.stringify([switches, deliveryMethod])
            )
          }
        }
      })
    )
  })
}

describe("HTTP faults", () => {
  const page = "<html><body><h1>502 Bad Gateway</h1></body></html>"

  it.live("a gateway page is retried; one that stays is an error with its status, and nothing is bought twice", () =>
    Effect.gen(function* () {
      const service = yield* startService()
      yield* service.respondNext({ status: 502, headers: { "content-type": "text/html" }, body: page })
      yield* service.use(Runware.run(image), { transport: "rest" })
      assert.strictEqual((yield* service.stats).tasksBilled, 1)
      yield* service.respondNext({ status: 502, headers: { "content-type": "text/html" }, body: page, times: 50 })
      const error = yield* failureOf(service.use(Runware.run(image), { transport: "rest" }))
      assert.deepStrictEqual(
        [error.code, error.statusCode, error.submission, error.attempts],
        ["serverError", 502, "unknown", 4]
      )
      assert.include(error.message, "502 Bad Gateway")
    })
  )

  it.live("an acknowledgement lost on its way is asked after, not bought again", () =>
    Effect.gen(function* () {
      const service = yield* startService()
      for (const failure of ["truncate", "reset"] as const) {
        yield* service.respondNext({ failure, processed: true })
        yield* service.use(Runware.run(image), { transport: "rest" })
      }
      const { tasksAccepted, tasksBilled } = yield* service.stats
      assert.deepStrictEqual([tasksAccepted, tasksBilled], [2, 2])
    })
  )
})

describe("socket faults", () => {
  it.live("dropped sockets lose nothing and buy nothing twice", () =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 0.2 })
      const runs = Effect.forEach(
        Array.from({ length: 20 }, (_, i) => i),
        (seed) => Runware.run({ ...image, seed: seed + 1 }),
        { concurrency: "unbounded" }
      )
      const cuts = Effect.forever(Effect.andThen(Effect.sleep("150 millis"), service.dropSockets))
      const results = yield* service.use(Effect.raceFirst(runs, cuts), { transport: "websocket" })
      assert.strictEqual(results.length, 20)
      const { tasksAccepted, tasksBilled } = yield* service.stats
      assert.deepStrictEqual([tasksAccepted, tasksBilled], [20, 20])
    })
  )
})
