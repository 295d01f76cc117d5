import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Content from "../src/Content.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"

const model = (name: string, status = "live") => ({ model: name, air: `demo:${name}@1`, name, status })

/** A catalog that answers by path and query, and what it was asked. */
const catalogOf = (answers: Readonly<Record<string, () => Response>>) => {
  const asked: Array<string> = []
  const http = Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) =>
      Effect.sync(() => {
        asked.push(`${url.pathname}${url.search}`)
        assert.isUndefined(request.headers["authorization"])
        return HttpClientResponse.fromWeb(
          request,
          (answers[url.pathname + url.search] ?? (() => new Response("{}", { status: 404 })))()
        )
      })
    )
  )
  const layer = Content.layer.pipe(
    Layer.provide([RunwareConfig.layer({ apiKey: "test-key", maxRetries: 1, retryDelay: 0 }), http])
  )
  return { asked, layer }
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status })

const use = <A, E>(
  catalog: ReturnType<typeof catalogOf>,
  f: (content: Content.Content["Service"]) => Effect.Effect<A, E>
) => Effect.flatMap(Content.Content, f).pipe(Effect.provide(catalog.layer))

describe("models", () => {
  it.effect("are a list without those that only the OpenAI-compatible endpoint runs", () =>
    Effect.gen(function* () {
      const catalog = catalogOf({
        "/models?q=flux&sort=newest&limit=5": json([model("a"), model("b", "openai-compatible")])
      })
      const models = yield* use(catalog, (content) => content.models({ search: "flux", sort: "newest", limit: 5 }))
      assert.deepStrictEqual(models, [model("a")] as never)
    })
  )

  it.effect("are a page when asked to paginate, and all of a status when asked for it", () =>
    Effect.gen(function* () {
      const page = { total: 9, limit: 2, offset: 4, items: [model("b", "openai-compatible")] }
      const catalog = catalogOf({
        "/models?status=openai-compatible&paginate=true&offset=4": json(page)
      })
      const found = yield* use(catalog, (content) =>
        content.models({ status: "openai-compatible", paginate: true, offset: 4 })
      )
      assert.strictEqual(found.total, 9)
      assert.deepStrictEqual(found, page as never)
    })
  )

  it.effect("come page by page as one stream", () =>
    Effect.gen(function* () {
      const page = (offset: number, ...names: ReadonlyArray<string>) =>
        json({ total: 5, limit: 2, offset, items: names.map((name) => model(name)) })
      const catalog = catalogOf({
        "/models?category=image&limit=2&paginate=true&offset=0": page(0, "a", "b"),
        "/models?category=image&limit=2&paginate=true&offset=2": page(2, "c", "d"),
        "/models?category=image&limit=2&paginate=true&offset=4": page(4, "e")
      })
      const names = yield* use(catalog, (content) =>
        content.allModels({ category: "image", limit: 2 }).pipe(
          Stream.map((found) => found.model),
          Stream.runCollect
        )
      )
      assert.deepStrictEqual(names, ["a", "b", "c", "d", "e"])
      assert.strictEqual(catalog.asked.length, 3)
    })
  )

  it.effect("go by AIR, percent-encoded, with their examples, prices and guides", () =>
    Effect.gen(function* () {
      const catalog = catalogOf({
        "/models/demo%3Aa%401": json(model("a")),
        "/models/a/examples?capability=op%3Ainpainting": json([{ id: "x" }]),
        "/models/a/pricing": json({ model: "a" }),
        "/models/a/guides": json([{ slug: "g" }])
      })
      const found = yield* use(catalog, (content) =>
        Effect.all([
          content.model("demo:a@1"),
          content.examples("a", { capability: "op:inpainting" }),
          content.pricing("a"),
          content.guides("a")
        ])
      )
      assert.deepStrictEqual(found, [model("a"), [{ id: "x" }], { model: "a" }, [{ slug: "g" }]] as never)
    })
  )
})

describe("what is not there", () => {
  it.effect("is null, or an empty list", () =>
    Effect.gen(function* () {
      const nothing = yield* use(catalogOf({}), (content) =>
        Effect.all([
          content.model("x"),
          content.pricing("x"),
          content.collection("x"),
          content.creator("x"),
          content.examples("x"),
          content.guides("x")
        ])
      )
      assert.deepStrictEqual(nothing, [null, null, null, null, [], []])
    })
  )

  it.effect("is an error where the whole listing is missing", () =>
    Effect.gen(function* () {
      const errors = yield* use(catalogOf({}), (content) =>
        Effect.all([
          Effect.flip(content.models()),
          Effect.flip(content.collections()),
          Effect.flip(content.capabilities),
          Effect.flip(content.creators)
        ])
      )
      assert.deepStrictEqual(
        errors.map(({ code, statusCode }) => [code, statusCode]),
        errors.map(() => ["notFound" as const, 404])
      )
    })
  )

  it.effect("a name that is none is refused before anything is asked", () =>
    Effect.gen(function* () {
      const catalog = catalogOf({})
      for (const wrong of ["", undefined, 7]) {
        const error = yield* Effect.flip(use(catalog, (content) => content.model(wrong as string)))
        assert.strictEqual(error.code, "validation")
      }
      assert.deepStrictEqual(catalog.asked, [])
    })
  )
})

describe("failures", () => {
  it.live("W41: carry the status and its family, after the retries", () =>
    Effect.gen(function* () {
      const catalog = catalogOf({ "/creators": () => new Response("<h1>Down</h1>", { status: 503 }) })
      const error = yield* Effect.flip(use(catalog, (content) => content.creators))
      assert.deepStrictEqual([error.code, error.statusCode, error.submission], ["serverError", 503, "none"])
      assert.strictEqual(catalog.asked.length, 2)
    })
  )

  it.live("say what the catalog says: what is wrong, with which parameter, and when to come back", () =>
    Effect.gen(function* () {
      const refusal = (code: string, fields: object = {}) => ({ errors: [{ code, message: "Said so.", ...fields }] })
      const catalog = catalogOf({
        "/models?limit=5000": json(refusal("valueTooLarge", { parameter: "limit", max: 100 }), 400),
        "/creators": () =>
          Response.json(refusal("rateLimitExceeded"), { status: 429, headers: { "retry-after": "0.02" } })
      })
      const wrong = yield* Effect.flip(use(catalog, (content) => content.models({ limit: 5000 })))
      assert.deepStrictEqual(
        [wrong.code, wrong.rawCode, wrong.parameter, wrong.statusCode, wrong.submission, wrong.details],
        ["validation", "valueTooLarge", "limit", 400, "none", { max: 100 }]
      )
      assert.include(wrong.message, "Said so.")
      const limited = yield* Effect.flip(use(catalog, (content) => content.creators))
      assert.deepStrictEqual([limited.code, limited.retryAfter, limited.submission], ["rateLimit", 20, "none"])
      assert.deepStrictEqual(catalog.asked, ["/models?limit=5000", "/creators", "/creators"])
    })
  )

  it.live("a body that is not JSON is told as such", () =>
    Effect.gen(function* () {
      const catalog = catalogOf({ "/capabilities": () => new Response("<html>") })
      const error = yield* Effect.flip(use(catalog, (content) => content.capabilities))
      assert.deepStrictEqual([error.code, error.rawCode], ["serverError", "unrecognizedResponse"])
    })
  )
})

describe("what is wrong with a query is said before anything is asked", () => {
  it.effect.each<[unknown, string, string]>([
    [{ sort: "newst" }, "sort", "did you mean newest?"],
    [{ sort: 1 }, "sort", "one of"],
    [{ order: "down" }, "order", '"asc", "desc"'],
    [{ category: "images" }, "category", "did you mean image?"],
    [{ limit: 0 }, "limit", "a whole number, 1 or more, got 0"],
    [{ limit: "5" }, "limit", 'got "5"'],
    [{ limit: 1.5 }, "limit", "got 1.5"],
    [{ offset: -1 }, "offset", "0 or more, got -1"],
    [{ search: "" }, "search", "a non-empty string"],
    [{ paginate: "yes" }, "paginate", "true or false"],
    [{ serch: "fog" }, "serch", "did you mean search?"],
    [{ zzz: 1 }, "zzz", "No filter"],
    ["flux", "query", "must be an object"],
    [null, "query", "must be an object"]
  ])("%j", ([query, parameter, words]) =>
    Effect.gen(function* () {
      const catalog = catalogOf({})
      const error = yield* Effect.flip(use(catalog, (content) => content.models(query as never)))
      assert.deepStrictEqual(
        [error.code, error.rawCode, error.parameter, error.submission],
        ["validation", "invalidParams", parameter, "none"]
      )
      assert.include(error.message, words)
      assert.deepStrictEqual(catalog.asked, [])
    })
  )

  it.effect("also of examples and collections, which take fewer filters", () =>
    Effect.gen(function* () {
      const catalog = catalogOf({})
      const errors = yield* use(catalog, (content) =>
        Effect.all([
          Effect.flip(content.examples("a", { category: "image" } as never)),
          Effect.flip(content.collections({ category: "imag" } as never)),
          Effect.flip(content.guides(" "))
        ])
      )
      assert.deepStrictEqual(
        errors.map(({ parameter }) => parameter),
        ["category", "category", "airOrSlug"]
      )
      assert.deepStrictEqual(catalog.asked, [])
    })
  )

  it.effect("an undefined filter is none", () =>
    Effect.gen(function* () {
      const catalog = catalogOf({ "/models": json([]) })
      const query = { search: undefined, paginate: false, limit: undefined }
      assert.deepStrictEqual(yield* use(catalog, (content) => content.models(query)), [])
    })
  )
})

describe("layerPublic", () => {
  const answering = (seen: Array<readonly [url: string, headers: Readonly<Record<string, string | undefined>>]>) =>
    Layer.succeed(
      HttpClient.HttpClient,
      HttpClient.make((request, url) =>
        Effect.sync(() => {
          seen.push([url.href, request.headers])
          return HttpClientResponse.fromWeb(request, Response.json([]))
        })
      )
    )
  const noEnvironment = ConfigProvider.layer(ConfigProvider.fromUnknown({}))

  it.effect("asks without a client, and without a key", () =>
    Effect.gen(function* () {
      const seen: Array<readonly [string, Readonly<Record<string, string | undefined>>]> = []
      const layer = Content.layerPublic().pipe(Layer.provide([answering(seen), noEnvironment]))
      assert.deepStrictEqual(yield* Content.creators.pipe(Effect.provide(layer)), [])
      assert.deepStrictEqual(seen, [["https://content.runware.ai/creators", { accept: "application/json" }]])
    })
  )

  it.effect("asks where its options and the environment say", () =>
    Effect.gen(function* () {
      const seen: Array<readonly [string, Readonly<Record<string, string | undefined>>]> = []
      const environment = ConfigProvider.layer(ConfigProvider.fromUnknown({ RUNWARE_BASE_URL: "http://emulator:1/" }))
      const ask = (options?: RunwareConfig.CatalogOptions) =>
        Content.creators.pipe(
          Effect.provide(Content.layerPublic(options).pipe(Layer.provide([answering(seen), environment])))
        )
      yield* ask()
      yield* ask({ contentUrl: "http://catalog" })
      assert.deepStrictEqual(
        seen.map(([url]) => url),
        ["http://emulator:1/creators", "http://catalog/creators"]
      )
    })
  )

  it.effect.each<[object, string, string]>([
    [{ contentUrl: "ftp://catalog" }, "contentUrl", "must be an absolute URL"],
    [{ retryDelay: -1 }, "retryDelay", "a duration such as"],
    [{ contentUlr: "http://a" }, "contentUlr", "Did you mean contentUrl?"],
    [{ apiKey: "test-key" }, "apiKey", 'Unknown option "apiKey"'],
    [{ timeout: 1 }, "timeout", 'Unknown option "timeout"']
  ])("refuses %o", ([options, parameter, hint]) =>
    Effect.gen(function* () {
      const layer = Content.layerPublic(options).pipe(Layer.provide([answering([]), noEnvironment]))
      const error = yield* Effect.flip(Content.creators.pipe(Effect.provide(layer)))
      assert.deepStrictEqual([error.code, error.parameter, error.submission], ["validation", parameter, "none"])
      assert.include(error.message, hint)
      assert.notInclude(error.message, "test-key")
    })
  )
})

it.effect("a catalog that stays silent is given up", () =>
  Effect.gen(function* () {
    const silent = Layer.succeed(
      HttpClient.HttpClient,
      HttpClient.make(() => Effect.never)
    )
    const settings = RunwareConfig.layer({ apiKey: "test-key", maxRetries: 0 })
    const asking = Content.creators.pipe(
      Effect.provide(Layer.provide(Content.layer, [settings, silent])),
      Effect.flip,
      Effect.forkChild
    )
    const fiber = yield* asking
    yield* TestClock.adjust("1 minute")
    assert.deepStrictEqual((yield* Fiber.join(fiber)).code, "timeout")
  })
)
