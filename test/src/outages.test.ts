/**
 * The services beside inference fail, by scripts of the emulator: the registry, the schemas and the catalog may be down,
 * late or stale, and what can go on goes on.
 */
import { assert, describe, it } from "@effect/vitest"
import { Registry, Runware, RunwareConfig } from "@effect-runware/core"
import type { ScriptedRequest } from "@effect-runware/emulator"
import { bundledRegistry } from "@effect-runware/schemas/registry"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { image, startService } from "./service.ts"

const at =
  (path: string) =>
  (request: ScriptedRequest): boolean =>
    request.path === path

/** A client's registry of the emulator at an address, alone. */
const registryAt = (baseUrl: string) =>
  Registry.layerRemote.pipe(
    Layer.provide([RunwareConfig.layer({ apiKey: "rw_any", baseUrl, registryTtl: 0 }), FetchHttpClient.layer])
  )

describe("the registry", () => {
  it.live("may be down: models of the release are known without it", () =>
    Effect.gen(function* () {
      const statuses: Array<number> = []
      const service = yield* startService({
        onRequest: ({ path, status }) => {
          if (path === "/registry.json") statuses.push(status)
        }
      })
      yield* service.respondNext({ status: 503, match: at("/registry.json"), times: Number.POSITIVE_INFINITY })
      const results = yield* service.use(Runware.run({ ...image, model: "bfl-flux-1-dev" }))
      assert.strictEqual(results.length, 1)
      assert.isTrue(statuses.length > 0 && statuses.every((status) => status === 503))
    })
  )

  it.live("tells of a failed refresh, and serves what it knows", () =>
    Effect.gen(function* () {
      const service = yield* startService()
      yield* service.respondNext({ status: 503, match: at("/registry.json") })
      yield* service.respondNext({ failure: "truncate", body: bundledRegistry(), match: at("/registry.json") })
      yield* Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const down = yield* Effect.flip(registry.refresh)
        assert.deepStrictEqual([down.code, down.statusCode], ["serverError", 503])
        const cut = yield* Effect.flip(registry.refresh)
        assert.strictEqual(cut.code, "connection")
        assert.strictEqual((yield* registry.find("bfl-flux-1-dev"))?.air, "runware:101@1")
        yield* registry.refresh
      }).pipe(Effect.provide(registryAt(service.url)))
    })
  )

  it.live("replaces what a stale ETag stands for, and says 304 to the one that holds", () =>
    Effect.gen(function* () {
      const entries: Array<number> = []
      const service = yield* startService({
        onRequest: ({ path, status }) => {
          if (path === "/registry.json") entries.push(status)
        }
      })
      const stale = {
        ...bundledRegistry(),
        version: "20260101000000",
        models: { "demo:new@1": { taskType: "imageInference", id: "demo-new" } }
      }
      yield* service.respondNext({ body: stale, headers: { etag: '"stale"' }, match: at("/registry.json") })
      yield* Effect.gen(function* () {
        const registry = yield* Registry.Registry
        yield* registry.refresh
        assert.strictEqual((yield* registry.data).version, stale.version)
        assert.strictEqual((yield* registry.find("demo-new"))?.air, "demo:new@1")
        yield* registry.refresh
        assert.strictEqual((yield* registry.data).version, bundledRegistry().version)
        yield* registry.refresh
      }).pipe(Effect.provide(registryAt(service.url)))
      assert.deepStrictEqual(entries.slice(0, 2), [200, 200])
      assert.isTrue(entries.length > 2 && entries.slice(2).every((status) => status === 304))
    })
  )
})

describe("the schemas", () => {
  it.live("may be down: the release's own check the task, until the service has them again", () =>
    Effect.gen(function* () {
      const statuses: Array<number> = []
      const service = yield* startService({
        onRequest: ({ path, status }) => {
          if (path.startsWith("/resolve/")) statuses.push(status)
        }
      })
      yield* service.respondNext({ status: 503, match: ({ path }) => path.startsWith("/resolve/") })
      const wrong = { ...image, steps: "20" } as unknown as typeof image
      const refused = Effect.flip(Runware.run(wrong))
      const errors = yield* service.use(Effect.all([refused, refused]), { validate: true, transport: "rest" })
      assert.deepStrictEqual(
        errors.map(({ code, parameter }) => [code, parameter]),
        [
          ["validation", "steps"],
          ["validation", "steps"]
        ]
      )
      assert.deepStrictEqual(statuses, [503, 200])
      assert.strictEqual((yield* service.stats).requests, 0)
    })
  )
})
