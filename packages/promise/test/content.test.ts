import { startEmulator } from "@effect-runware/emulator"
import { afterAll, describe, expect, expectTypeOf, it, vi } from "vitest"
import { createClient, createContent, type Model, type Page } from "../src/index.ts"

const emulator = await startEmulator()
const client = createClient({ apiKey: emulator.apiKey, baseUrl: emulator.url, maxRetries: 0 })
const { content } = client

afterAll(async () => {
  await client.disconnect()
  await emulator.close()
})

it("lists, narrows and pages models, and the page changes the type", async () => {
  const videos = await content.models({ category: "video", sort: "name", limit: 3 })
  expectTypeOf(videos).toEqualTypeOf<Array<Model>>()
  const page = await content.models({ category: "video", sort: "name", limit: 2, offset: 1, paginate: true })
  expectTypeOf(page).toEqualTypeOf<Page<Model>>()
  expect(videos).toHaveLength(3)
  expect(page.items.map(({ air }) => air)).toEqual(videos.slice(1, 3).map(({ air }) => air))
  expect(page.total).toBeGreaterThan(50)
})

it("gives what belongs to a model, and what models belong to", async () => {
  const model = await content.model("runware:101@1")
  expect(model).toMatchObject({ air: "runware:101@1", model: "bfl-flux-1-dev" })
  expect((await content.pricing("bfl-flux-1-dev"))?.air).toBe("runware:101@1")
  expect((await content.examples("runware:101@1"))[0]?.model).toBe("bfl-flux-1-dev")
  expect(Array.isArray(await content.guides("runware:101@1"))).toBe(true)
  const [creator] = await content.creators()
  expect(await content.creator(String(creator?.id))).toMatchObject({ id: creator?.id })
  const [collection] = await content.collections({ category: "image" })
  expect(await content.collection(String(collection?.id))).toMatchObject({ id: collection?.id })
  expect((await content.capabilities())[0]).toMatchObject({ id: expect.any(String), label: expect.any(String) })
})

it("gives null or an empty list for what is not there", async () => {
  expect(await Promise.all([content.model("no:1@1"), content.pricing("no:1@1"), content.collection("no")])).toEqual([
    null,
    null,
    null
  ])
  expect(await Promise.all([content.creator("no"), content.examples("no:1@1"), content.guides("no:1@1")])).toEqual([
    null,
    [],
    []
  ])
})

it.each<[string, () => Promise<unknown>, object]>([
  ["a sort that there isn't", () => content.models({ sort: "newst" as never }), { parameter: "sort" }],
  ["a name that is none", () => content.model(7 as never), { parameter: "airOrSlug" }],
  ["an option that there isn't", () => content.creators({ timout: 5 } as never), { parameter: "timout" }],
  ["a deadline that is none", () => content.creators({ timeout: "soon" as never }), { parameter: "timeout" }],
  ["a signal that is none", () => content.model("a", { signal: "now" as never }), { parameter: "signal" }]
])("refuses %s", async (_, ask, expected) => {
  await expect(ask()).rejects.toMatchObject({ code: "validation", submission: "none", ...expected })
})

it("rejects with the status of a failure, at its deadline, and when its signal is aborted", async () => {
  const answering = (fetch: () => Promise<Response>) =>
    createClient({ apiKey: "key", transport: "rest", maxRetries: 0, dependencies: { fetch } }).content
  const down = answering(async () => new Response("<h1>Down</h1>", { status: 503 }))
  await expect(down.models()).rejects.toMatchObject({ code: "serverError", statusCode: 503 })
  const silent = answering(() => new Promise(() => {}))
  await expect(silent.creators({ timeout: 20 })).rejects.toMatchObject({ code: "timeout", submission: "none" })
  await expect(silent.creators({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: "timeout" })
})

describe("createContent", () => {
  const alone = createContent({ baseUrl: emulator.url, maxRetries: 0 })

  it("asks the same without a client", async () => {
    expect(await alone.model("runware:101@1")).toEqual(await content.model("runware:101@1"))
    expectTypeOf(await alone.models({ limit: 1 })).toEqualTypeOf<Array<Model>>()
    const page = await alone.models({ paginate: true, limit: 2 })
    expectTypeOf(page).toEqualTypeOf<Page<Model>>()
    expect(page.items).toHaveLength(2)
    expect(await alone.collection("no")).toBe(null)
  })

  it("sends no key, whatever the environment has", async () => {
    const seen: Array<Headers> = []
    vi.stubEnv("RUNWARE_API_KEY", emulator.apiKey)
    const asking = createContent({
      baseUrl: emulator.url,
      userAgent: "my-app/1.0",
      dependencies: {
        fetch: (input, init) => {
          seen.push(new Headers(init?.headers))
          return fetch(input, init)
        }
      }
    })
    await asking.creators()
    vi.unstubAllEnvs()
    expect(seen.map((headers) => headers.get("user-agent"))).toEqual([expect.stringMatching(/^my-app\/1\.0 /)])
    expect(JSON.stringify(seen.map((headers) => [...headers]))).not.toContain(emulator.apiKey)
    expect(seen.map((headers) => headers.get("authorization"))).toEqual([null])
  })

  it.each<[object, string, string]>([
    [{ apiKey: "rw_key" }, "apiKey", 'Unknown option "apiKey"'],
    [{ contentUrl: "here" }, "contentUrl", "must be an absolute URL"],
    [{ contentUlr: "http://a" }, "contentUlr", "Did you mean contentUrl?"],
    [{ timeout: 5 }, "timeout", 'Unknown option "timeout"'],
    [{ transformClient: () => {} }, "transformClient", "Unknown option"],
    [{ dependencies: { fetch: 1 } }, "fetch", "fetch must be a function"]
  ])("refuses %o at once", (config, parameter, hint) => {
    expect(() => createContent(config)).toThrow(
      expect.objectContaining({ code: "validation", parameter, message: expect.stringContaining(hint) })
    )
  })

  it("is given up by its signal and at its deadline", async () => {
    const silent = createContent({ dependencies: { fetch: () => new Promise<never>(() => {}) } })
    await expect(silent.creators({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" })
    await expect(silent.creators({ timeout: 5 })).rejects.toMatchObject({ code: "timeout", submission: "none" })
  })

  it("takes no key by its type", () => {
    // @ts-expect-error -- the catalog is public
    expect(() => createContent({ apiKey: "rw_key" })).toThrow()
  })
})
