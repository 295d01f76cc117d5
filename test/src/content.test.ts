/**
 * The catalog, from the client's service to the emulator's routes over a real socket: each of the ten methods, pages,
 * what is not there, and what fails.
 */
import { assert, describe, it } from "@effect/vitest"
import { Content, RunwareConfig } from "@effect-runware/core"
import type { Options } from "@effect-runware/core/RunwareConfig"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { Emulator, startEmulator } from "@effect-runware/emulator"
import { bundledRegistry } from "@effect-runware/schemas/registry"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

/** Starts an emulator and a catalog client that knows no more than its address. */
const startCatalog = (more?: Options) =>
  Effect.map(Emulator.make(), (emulator) => ({
    ...emulator,
    use: <A>(
      program: (content: Content.Content["Service"]) => Effect.Effect<A, RunwareError>
    ): Effect.Effect<A, RunwareError> =>
      Effect.flatMap(Content.Content, program).pipe(
        Effect.provide(
          Content.layer.pipe(
            Layer.provide([
              RunwareConfig.layer({ apiKey: "rw_any", baseUrl: emulator.url, retryDelay: 1, ...more }),
              FetchHttpClient.layer
            ])
          )
        )
      )
  }))

describe("the catalog", () => {
  it.live("answers all ten methods", () =>
    Effect.gen(function* () {
      const { url, use } = yield* startCatalog()
      const seen = yield* use((content) =>
        Effect.all({
          models: content.models({ creator: "bfl", sort: "alpha" }),
          model: content.model("runware:101@1"),
          bySlug: content.model("bfl-flux-1-dev"),
          examples: content.examples("runware:101@1", { capability: "io:text-to-image" }),
          pricing: content.pricing("runware:101@1"),
          guides: content.guides("bfl-flux-1-dev"),
          collections: content.collections({ category: "audio" }),
          collection: content.collection("audio"),
          capabilities: content.capabilities,
          creators: content.creators,
          creator: content.creator("bfl")
        })
      )
      assert.isTrue(seen.models.length > 0 && seen.models.every(({ creator }) => creator === "bfl"))
      assert.strictEqual(seen.model?.air, "runware:101@1")
      assert.deepStrictEqual(seen.bySlug, seen.model)
      assert.isTrue(
        seen.examples.length > 0 && seen.examples.every(({ capability }) => capability === "io:text-to-image")
      )
      assert.deepStrictEqual(seen.pricing?.pricingExamples, seen.model?.pricingExamples)
      assert.strictEqual(seen.guides[0]?.url, "https://runware.ai/docs/models/bfl-flux-1-dev")
      assert.deepStrictEqual(seen.collections, [seen.collection ?? assert.fail("no such collection")])
      assert.isTrue(seen.capabilities.some(({ id, label }) => id === "io:text-to-image" && label === "Text to image"))
      assert.deepStrictEqual(
        seen.creators.find(({ id }) => id === "bfl"),
        seen.creator
      )
      assert.sameDeepMembers([...(seen.creator?.models ?? [])], [...seen.models])

      for (const address of [seen.model?.coverImage, seen.examples[0]?.asset]) {
        assert.isTrue(address?.startsWith(url), String(address))
        const picture = yield* Effect.promise(() => fetch(String(address)))
        assert.deepStrictEqual([picture.status, picture.headers.get("content-type")], [200, "image/jpeg"])
      }
    })
  )

  it.live("is a stream over all pages, of models that the client runs", () =>
    Effect.gen(function* () {
      const { use } = yield* startCatalog()
      const streamed = yield* use((content) => Stream.runCollect(content.allModels({ limit: 100, sort: "name" })))
      assert.sameMembers(
        streamed.map(({ air }) => air),
        Object.keys(bundledRegistry().models)
      )
      assert.deepStrictEqual(streamed, yield* use((content) => content.models({ sort: "name" })))
    })
  )

  it.live("hides what only the OpenAI-compatible endpoint runs, until it is asked for", () =>
    Effect.gen(function* () {
      const { use } = yield* startCatalog()
      const hidden = yield* use((content) => content.models({ status: "openai-compatible" }))
      const found = yield* use((content) => content.models({ search: "chat only" }))
      const page = yield* use((content) => content.models({ search: "chat only", paginate: true, limit: 10 }))
      assert.strictEqual(hidden.length, 3)
      assert.deepStrictEqual([found, page], [[], { total: 3, limit: 10, offset: 0, items: [] }])
    })
  )

  it("hides nothing that inference would run", async () => {
    await using emulator = await startEmulator()
    const { apiKey, url } = emulator
    const response = await fetch(`${url}/v1`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}` },
      body: JSON.stringify([
        {
          taskType: "textInference",
          taskUUID: crypto.randomUUID(),
          model: "runware:chat-only@small",
          messages: [{ role: "user", content: "What is fog?" }]
        }
      ])
    })
    const { errors } = (await response.json()) as { readonly errors: ReadonlyArray<{ readonly code: string }> }
    assert.deepStrictEqual([response.status, errors.map(({ code }) => code)], [404, ["modelNotFound"]])
  })

  it.live("says null or nothing about what is not there", () =>
    Effect.gen(function* () {
      const { use } = yield* startCatalog()
      const nothing = yield* use((content) =>
        Effect.all([
          content.model("demo:none@1"),
          content.pricing("demo:none@1"),
          content.collection("none"),
          content.creator("none"),
          content.examples("demo:none@1"),
          content.guides("none")
        ])
      )
      assert.deepStrictEqual(nothing, [null, null, null, null, [], []])
    })
  )

  it.live("fails with status and code, and is asked again where that may help", () =>
    Effect.gen(function* () {
      const { respondNext, use } = yield* startCatalog({ maxRetries: 1 })
      const refused = yield* Effect.flip(use((content) => content.models({ limit: 5000 })))
      assert.deepStrictEqual(
        [refused.code, refused.rawCode, refused.parameter, refused.statusCode, refused.retryable],
        ["validation", "valueTooLarge", "limit", 400, false]
      )

      const isCatalog = ({ path }: { readonly path: string }) => path === "/creators"
      yield* respondNext({ status: 503, body: "<h1>Down</h1>", match: isCatalog, times: 2 })
      const down = yield* Effect.flip(use((content) => content.creators))
      assert.deepStrictEqual([down.code, down.statusCode, down.retryable], ["serverError", 503, true])

      yield* respondNext({ status: 503, match: isCatalog })
      assert.isAbove((yield* use((content) => content.creators)).length, 10)

      yield* respondNext({ failure: "reset", match: isCatalog, times: 2 })
      const cut = yield* Effect.flip(use((content) => content.creators))
      assert.strictEqual(cut.code, "connection")
    })
  )

  it("is open to any page, and to identifiers as they are", async () => {
    await using emulator = await startEmulator()
    const raw = await fetch(`${emulator.url}/models/runware:101@1`)
    const encoded = await fetch(`${emulator.url}/models/runware%3A101%401`)
    assert.strictEqual(raw.headers.get("access-control-allow-origin"), "*")
    assert.deepStrictEqual(await raw.json(), await encoded.json())
    assert.strictEqual((await fetch(`${emulator.url}/models`, { method: "POST" })).status, 404)
    assert.strictEqual((await fetch(`${emulator.url}/models/%zz`)).status, 404)
  })

  it("lists the prices that tasks are billed at", async () => {
    await using emulator = await startEmulator()
    const response = await fetch(`${emulator.url}/models/runware:101@1/pricing`)
    const { pricingExamples } = (await response.json()) as {
      readonly pricingExamples: ReadonlyArray<{ readonly configuration: string; readonly price: string }>
    }
    const priced = await fetch(`${emulator.url}/v1?dryRun=1`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.apiKey}` },
      body: JSON.stringify([
        {
          taskType: "imageInference",
          taskUUID: crypto.randomUUID(),
          model: "runware:101@1",
          positivePrompt: "a lighthouse",
          width: 1024,
          height: 1024
        }
      ])
    })
    const { data } = (await priced.json()) as { readonly data: ReadonlyArray<{ readonly cost: number }> }
    assert.strictEqual(
      pricingExamples.find(({ configuration }) => configuration === "1024×1024")?.price,
      `$${data[0]?.cost}`
    )
  })
})
