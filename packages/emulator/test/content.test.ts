import examples from "@effect-runware/schemas/examples.json" with { type: "json" }
import { assert, describe, it } from "@effect/vitest"
import { makeLibrary } from "../src/internal/content/library.ts"
import { at, catalog, found, library, registry } from "./contentFixtures.ts"

interface Model {
  readonly model: string
  readonly air: string
  readonly name: string
  readonly creator: string
  readonly status: string
  readonly weight: number
  readonly releasedAt: string
  readonly capabilities: ReadonlyArray<string>
}

interface Page {
  readonly total: number
  readonly limit: number
  readonly offset: number
  readonly items: ReadonlyArray<Model>
}

const slugs = (query: string) => found<ReadonlyArray<Model>>("models", query).map(({ model }) => model)

describe("models", () => {
  it("are all of the registry, and three that only another API runs", () => {
    const models = found<ReadonlyArray<Model>>("models")
    const own = models.filter(({ status }) => status === "live")
    assert.sameMembers(
      own.map(({ air }) => air),
      Object.keys(registry.models)
    )
    assert.deepStrictEqual(
      models.flatMap(({ air, status }) => (status === "live" ? [] : [[air, status]])).toSorted(),
      ["large", "medium", "small"].map((size) => [`runware:chat-only@${size}`, "openai-compatible"])
    )
  })

  it("have every field of the shape, of the right type", () => {
    for (const model of found<ReadonlyArray<Record<string, unknown>>>("models")) {
      for (const field of ["model", "air", "name", "creator", "status", "headline", "description"]) {
        assert.match(String(model[field]), /\S/, `${String(model["model"])}: ${field}`)
        assert.isString(model[field])
      }
      assert.match(String(model["releasedAt"]), /^202[456]-\d\d-\d\d$/)
      assert.isNumber(model["weight"])
      assert.isBoolean(model["hosted"])
      assert.match(String(model["coverImage"]), /^http:\/\/here\/assets\/models\/[\w.-]+\/cover\.jpg$/)
      assert(Array.isArray(model["capabilities"]) && model["capabilities"].length > 0)
      assert.isTrue(model["capabilities"].every((each) => /^(?:io|op|form):[a-z0-9-]+$/.test(String(each))))
      assert(Array.isArray(model["pricingExamples"]) && model["pricingExamples"].length > 0)
      for (const row of model["pricingExamples"]) {
        assert.deepStrictEqual(Object.keys(row as object), ["configuration", "price"])
        assert.match((row as { price: string }).price, /^\$\d+\.\d{2,6}$/)
      }
    }
  })

  it.each([
    ["capability=op:upscale", (model: Model) => model.capabilities.includes("op:upscale")],
    ["category=video", (model: Model) => model.capabilities.some((each) => each.endsWith("-to-video"))],
    ["creator=bfl", (model: Model) => model.creator === "bfl"],
    ["status=openai-compatible", (model: Model) => model.status === "openai-compatible"],
    [
      "capability=io:image-to-image&capability=form:lora&creator=bfl",
      (model: Model) =>
        ["io:image-to-image", "form:lora"].every((each) => model.capabilities.includes(each)) && model.creator === "bfl"
    ],
    ["q=FLUX klein", (model: Model) => /flux.*klein/i.test(model.name)]
  ])("are narrowed by %s", (query, fits) => {
    const all = found<ReadonlyArray<Model>>("models")
    const some = found<ReadonlyArray<Model>>("models", query)
    assert.isAbove(some.length, 0)
    assert.isBelow(some.length, all.length)
    assert.deepStrictEqual(some, all.filter(fits))
  })

  it.each([
    ["weight", "weight", "desc"],
    ["popularity", "weight", "desc"],
    ["newest", "releasedAt", "desc"],
    ["releasedAt", "releasedAt", "desc"],
    ["name", "name", "asc"],
    ["alpha", "name", "asc"],
    ["creator", "creator", "asc"]
  ] as const)("are sorted by %s, and the other way round when asked", (sort, field, order) => {
    const values = (query: string) =>
      found<ReadonlyArray<Model>>("models", query).map((model) => {
        const value = model[field]
        return typeof value === "string" ? value.toLowerCase() : value
      })
    const rises = (all: ReadonlyArray<string | number>) =>
      all.every((value, index) => index === 0 || (all[index - 1] ?? value) <= value)
    const asStated = values(`sort=${sort}`)
    assert.isTrue(rises(order === "asc" ? asStated : asStated.toReversed()))
    assert.deepStrictEqual(values(`sort=${sort}&order=${order}`), asStated)
    assert.isTrue(rises(values(`sort=${sort}&order=asc`)))
    assert.isTrue(rises(values(`sort=${sort}&order=desc`).toReversed()))
  })

  it("come in pages that hold each model once, with the right total", () => {
    const query = "category=image&sort=name&paginate=true&limit=50"
    const whole = slugs("category=image&sort=name")
    const pages: Array<Page> = []
    for (let offset = 0; offset < whole.length; offset += 50) {
      pages.push(found<Page>("models", `${query}&offset=${offset}`))
    }
    assert.deepStrictEqual(
      pages.flatMap(({ items }) => items.map(({ model }) => model)),
      whole
    )
    assert.deepStrictEqual(
      pages.map(({ limit, offset, total }) => [total, limit, offset]),
      pages.map((_, index) => [whole.length, 50, index * 50])
    )
    assert.deepStrictEqual(found<Page>("models", `${query}&offset=5000`).items, [])
  })

  it("come as a list, cut likewise, when nobody asks for pages", () => {
    assert.deepStrictEqual(slugs("limit=3&offset=2"), slugs("").slice(2, 5))
    assert.deepStrictEqual(slugs("paginate=false"), slugs(""))
  })

  it.each([
    ["limit=0", "limit", "valueTooSmall"],
    ["limit=501", "limit", "valueTooLarge"],
    ["limit=ten", "limit", "invalidLimit"],
    ["limit=", "limit", "invalidLimit"],
    ["offset=-1", "offset", "valueTooSmall"],
    ["offset=1.5", "offset", "invalidOffset"],
    ["sort=size", "sort", "invalidSort"],
    ["order=up", "order", "invalidOrder"],
    ["category=smell", "category", "invalidCategory"],
    ["paginate=yes", "paginate", "invalidPaginate"]
  ])("refuse %s and name the parameter", (query, parameter, code) => {
    const answer = at("models", query)
    assert(answer?._tag === "Wrong")
    assert.deepStrictEqual([answer.error.code, answer.error.parameter], [code, parameter])
    assert.include(answer.error.message, parameter)
  })

  it("are the same in every run", () => {
    const again = makeLibrary(registry, catalog)
    assert.deepStrictEqual(
      [again.models, again.collections, again.creators],
      [library.models, library.collections, library.creators]
    )
  })

  it("go by AIR and by slug", () => {
    assert.deepStrictEqual(found("models/runware:101@1"), found("models/bfl-flux-1-dev"))
    assert.strictEqual(found<Model>("models/runware:101@1").name, "Flux 1 Dev")
  })
})

describe("a model's", () => {
  it("examples are requests that it takes, with answers that link to real pictures", () => {
    interface Example {
      readonly id: string
      readonly model: string
      readonly capability: string
      readonly asset: string | null
      readonly request: { readonly taskType: string; readonly taskUUID: string }
      readonly response: { readonly data: ReadonlyArray<Readonly<Record<string, unknown>>> }
    }
    const all = found<ReadonlyArray<Example>>("models/runware:400@2/examples")
    assert.isAtLeast(all.length, 5)
    for (const { asset, id, model, request, response } of all) {
      assert.strictEqual(model, library.find("runware:400@2")?.model)
      assert.deepStrictEqual(catalog.violations(request), [], id)
      assert.strictEqual(response.data[0]?.["taskUUID"], request.taskUUID)
      assert.strictEqual(response.data[0]?.["imageURL"], asset)
      assert.strictEqual(at(String(asset).replace("http://here/", ""))?._tag, "Picture")
    }
    const some = found<ReadonlyArray<Example>>("models/runware:400@2/examples", "capability=io:image-to-image")
    assert.deepStrictEqual(
      some,
      all.filter(({ capability }) => capability === "io:image-to-image")
    )
    assert.isAbove(some.length, 0)
    assert.isBelow(some.length, all.length)
  })

  it("examples are those of its task type that its schema takes, where the snapshot has none of its own", () => {
    const chat = library.models.find(
      ({ air }) =>
        registry.models[air]?.taskType === "textInference" && !examples.some(({ target }) => target === `model:${air}`)
    )
    assert(chat !== undefined)
    const all = found<ReadonlyArray<{ readonly request: { readonly model: string } }>>(`models/${chat.model}/examples`)
    assert.isAbove(all.length, 0)
    assert.isTrue(all.every(({ request }) => request.model === chat.air))
  })

  it("price list is that of its listing, with its category", () => {
    assert.deepStrictEqual(found("models/bfl-flux-1-dev/pricing"), {
      model: "bfl-flux-1-dev",
      air: "runware:101@1",
      name: "Flux 1 Dev",
      status: "live",
      coverImage: "http://here/assets/models/bfl-flux-1-dev/cover.jpg",
      releasedAt: library.find("runware:101@1")?.releasedAt,
      pricingOverview: library.find("runware:101@1")?.pricingOverview,
      pricingExamples: library.find("runware:101@1")?.pricingExamples,
      category: ["image"]
    })
  })

  it("guides point to its pages", () => {
    const guides = found<ReadonlyArray<Readonly<Record<string, unknown>>>>("models/bfl-flux-1-dev/guides")
    assert.isAbove(guides.length, 1)
    for (const guide of guides) {
      assert.hasAllKeys(guide, ["slug", "title", "description", "date", "url"])
      assert.match(String(guide["url"]), /^https:\/\/runware\.ai\/docs\/models\/bfl-flux-1-dev(?:#[a-z-]+)?$/)
    }
  })

  it("cover can be drawn, also by AIR", () => {
    const answer = at("assets/models/runware:101@1/cover.jpg")
    assert(answer?._tag === "Picture")
    assert.deepStrictEqual([answer.media.width, answer.media.height, answer.media.format], [640, 360, "JPG"])
  })
})

describe("collections, capabilities, creators", () => {
  it("hold whole models, and refer to the rest by id", () => {
    const creators = found<ReadonlyArray<{ readonly id: string; readonly models: ReadonlyArray<Model> }>>("creators")
    const all = found<ReadonlyArray<Model>>("models")
    assert.sameDeepMembers(
      creators.flatMap(({ models }) => models),
      [...all]
    )
    assert.isTrue(creators.every(({ id, models }) => models.every(({ creator }) => creator === id)))
    assert.deepStrictEqual(
      found("creators/bfl"),
      creators.find(({ id }) => id === "bfl")
    )
  })

  it("are in order, by category, and without what the client can't run", () => {
    interface Collection {
      readonly id: string
      readonly order: number
      readonly category: ReadonlyArray<string>
      readonly models: ReadonlyArray<Model>
    }
    const all = found<ReadonlyArray<Collection>>("collections")
    assert.deepStrictEqual(
      all.map(({ order }) => order),
      all.map((_, index) => index)
    )
    assert.isTrue(all.every(({ models }) => models.length > 0 && models.every(({ status }) => status === "live")))
    const video = found<ReadonlyArray<Collection>>("collections", "category=video")
    assert.deepStrictEqual(
      video.map(({ id }) => id),
      ["video", "remove-background", "upscale"]
    )
    assert.deepStrictEqual(found("collections/video"), video[0])
    assert.strictEqual(at("collections", "category=smell")?._tag, "Wrong")
  })

  it("are all that models have", () => {
    const ids = found<ReadonlyArray<{ readonly id: string; readonly label: string }>>("capabilities")
    assert.sameMembers(
      ids.map(({ id }) => id),
      [...new Set(found<ReadonlyArray<Model>>("models").flatMap(({ capabilities }) => capabilities))]
    )
    assert.deepStrictEqual(
      ids.find(({ id }) => id === "form:lora"),
      { id: "form:lora", label: "LoRA" }
    )
  })
})

describe("what is not there", () => {
  it.each([
    "models/demo:none@1",
    "models/demo:none@1/examples",
    "models/bfl-flux-1-dev/likes",
    "models/bfl-flux-1-dev/examples/1",
    "collections/none",
    "collections/image/models",
    "creators/none",
    "capabilities/op:upscale",
    "assets/models/bfl-flux-1-dev/examples/media/none.jpg",
    "assets/models/none/cover.jpg"
  ])("%s", (path) => assert.deepStrictEqual(at(path), { _tag: "Missing" }))

  it.each(["v1", "registry.json", ""])("is nothing of the catalog: %s", (path) => assert.isUndefined(at(path)))
})
