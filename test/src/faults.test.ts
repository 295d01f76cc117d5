/**
 * A thousand runs over a bad network, on real sockets: none lost, none bought twice, none left hanging.
 */
import { assert, describe, it } from "@effect/vitest"
import { Runware } from "@effect-runware/core"
import type { ScriptedResponse } from "@effect-runware/emulator"
import * as Effect from "effect/Effect"
import { image, startService } from "./service.ts"

const runs = Array.from({ length: 1000 }, (_, i) => i + 1)

const allRuns = Effect.forEach(runs, (seed) => Runware.run({ ...image, seed }), { concurrency: 100 })

/** A reproducible source of chance (mulberry32), so that a failure can be looked at again. */
const chanceOf = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const faults: ReadonlyArray<Pick<ScriptedResponse, "status" | "headers" | "body" | "failure" | "processed">> = [
  { failure: "reset", processed: true },
  { failure: "reset" },
  { failure: "truncate", processed: true },
  { status: 503, headers: { "content-type": "text/html" }, body: "<h1>503 Service Unavailable</h1>" },
  { status: 504, processed: true, body: "" },
  { status: 429, body: { errors: [{ code: "rateLimitExceeded", message: "Full." }] } }
]

describe("a thousand runs at 5 % faults", () => {
  it.live("over REST: requests and replies lost, gateways in the way", () =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 0.01 })
      const chance = chanceOf(42)
      let hit = 0
      for (const fault of faults) {
        const match = ({ path }: { readonly path: string }) => {
          const isHit = path === "/v1" && chance() < 0.05 / faults.length
          if (isHit) hit++
          return isHit
        }
        yield* service.respondNext({ ...fault, times: 1_000_000, match })
      }
      const results = yield* service.use(allRuns, { transport: "rest", maxRetries: 8 })
      assert.deepStrictEqual(
        results.map((items) => items.map((item) => item.seed)),
        runs.map((seed) => [seed])
      )
      const { openSockets, requests, tasksAccepted, tasksBilled } = yield* service.stats
      assert.isAtLeast(hit / requests, 0.03)
      assert.deepStrictEqual([openSockets, tasksAccepted, tasksBilled], [0, 1000, 1000])
    })
  )

  it.live("over WebSocket: sockets cut in the middle of everything, frames replayed twice", () =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 0.05, switches: { replay: "duplicated", emptyErrors: true } })
      let cuts = 0
      const cut = Effect.forever(
        Effect.gen(function* () {
          yield* Effect.sleep("100 millis")
          cuts += yield* service.dropSockets
        })
      )
      const results = yield* service.use(Effect.raceFirst(allRuns, cut), { transport: "websocket", maxRetries: 8 })
      assert.deepStrictEqual(
        results.map((items) => items.map((item) => item.seed)),
        runs.map((seed) => [seed])
      )
      assert.isAtLeast(cuts, 5)
      const { tasksAccepted, tasksBilled } = yield* service.idle
      assert.deepStrictEqual([tasksAccepted, tasksBilled], [1000, 1000])
    })
  )
})
