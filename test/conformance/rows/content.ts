/** The catalog: `client.content` with its ten methods. It is plain HTTP, whatever carries the tasks. */
import { expect } from "vitest"
import { area, rejection, untyped, type Row } from "../row.ts"

export const content: ReadonlyArray<Row> = area("content", {
  "`models`, filtered": async ({ client }) => {
    const models = await client().content.models({ creator: "bfl", category: "image" })
    expect(models.length).toBeGreaterThan(0)
    expect(models.every(({ creator }) => creator === "bfl")).toBe(true)
  },
  "`models`, searched and sorted": async ({ client }) => {
    const models = await client().content.models({ search: "flux", sort: "name", order: "desc" })
    const names = models.map(({ name }) => name)
    expect(names.length).toBeGreaterThan(2)
    expect(names).toEqual(names.toSorted((one, other) => other.localeCompare(one)))
  },
  "`models` with `limit` and `offset`": async ({ client }) => {
    const { content } = client()
    const all = await content.models({ sort: "name", limit: 6 })
    const later = await content.models({ sort: "name", limit: 3, offset: 3 })
    expect(later.map(({ air }) => air)).toEqual(all.slice(3).map(({ air }) => air))
  },
  "`paginate: true` gives a page": async ({ client }) => {
    const page = await client().content.models({ paginate: true, limit: 4, offset: 2 })
    expect(page).toMatchObject({ limit: 4, offset: 2, total: expect.any(Number) })
    expect(page.items).toHaveLength(4)
    expect(page.total).toBeGreaterThan(100)
  },
  "models of the OpenAI-compatible endpoint only when asked for": async ({ client }) => {
    const { content } = client()
    const [own, others] = await Promise.all([content.models(), content.models({ status: "openai-compatible" })])
    const hidden = new Set(others.map(({ air }) => air))
    expect(hidden.size).toBeGreaterThan(0)
    expect(own.filter(({ air }) => hidden.has(air))).toEqual([])
  },
  "`model` by AIR and by slug": async ({ client }) => {
    const { content } = client()
    const [byAir, bySlug] = await Promise.all([content.model("runware:101@1"), content.model("bfl-flux-1-dev")])
    expect(byAir?.air).toBe("runware:101@1")
    expect(bySlug).toEqual(byAir)
  },
  "`model` that is not there is null": async ({ client }) => {
    expect(await client().content.model("nothing:here@1")).toBeNull()
  },
  "`examples`, by capability": async ({ client }) => {
    const examples = await client().content.examples("runware:101@1", { capability: "io:text-to-image" })
    expect(examples.length).toBeGreaterThan(0)
    expect(examples.every(({ capability }) => capability === "io:text-to-image")).toBe(true)
  },
  "`examples` of nothing are an empty list": async ({ client }) => {
    expect(await client().content.examples("nothing:here@1")).toEqual([])
  },
  "`pricing`": async ({ client }) => {
    const { content } = client()
    expect((await content.pricing("runware:101@1"))?.air).toBe("runware:101@1")
    expect(await content.pricing("nothing:here@1")).toBeNull()
  },
  "`guides`": async ({ client }) => {
    const { content } = client()
    expect((await content.guides("bfl-flux-1-dev")).map(({ url }) => url)).toContain(
      "https://runware.ai/docs/models/bfl-flux-1-dev"
    )
    expect(await content.guides("nothing:here@1")).toEqual([])
  },
  "`collections` and `collection`": async ({ client }) => {
    const { content } = client()
    const [first, ...others] = await content.collections({ category: "audio" })
    expect(others).toEqual([])
    expect(await content.collection("audio")).toEqual(first)
    expect(await content.collection("nothing")).toBeNull()
  },
  "`capabilities`": async ({ client }) => {
    const capabilities = await client().content.capabilities()
    expect(capabilities).toContainEqual(expect.objectContaining({ id: "io:text-to-image", label: "Text to image" }))
  },
  "`creators` and `creator`": async ({ client }) => {
    const { content } = client()
    const creators = await content.creators()
    expect(await content.creator("bfl")).toEqual(creators.find(({ id }) => id === "bfl"))
    expect(await content.creator("nobody")).toBeNull()
  },
  "other failures have status and code": async ({ client, emulator }) => {
    emulator.respondNext({ status: 500, times: 99, match: ({ path }) => path === "/creators" })
    await rejection(client({ maxRetries: 0 }).content.creators(), { code: "serverError", statusCode: 500 })
  },
  "a wrong filter is refused before anything is asked": async ({ client, seen }) => {
    await rejection(client().content.models(untyped({ sort: "weigth" })), {
      code: "validation",
      parameter: "sort",
      message: expect.stringContaining("did you mean weight?")
    })
    expect(seen.filter(({ path }) => path.startsWith("/models"))).toEqual([])
  },
  "`signal` and `timeout`": async ({ client }) => {
    const { content } = client()
    await rejection(content.models({}, { signal: AbortSignal.abort() }), { code: "aborted" })
    await rejection(content.models({}, { timeout: 0 }), { code: "timeout" })
  }
})
