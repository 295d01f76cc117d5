import type { WireItem } from "@effect-runware/core/Protocol"
import { assert, describe, it } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll } from "vitest"
import { startEmulator, type RunningEmulator } from "../src/index.ts"
import { picture, post, session } from "./client.ts"
import { ask, assertUtilityResults, transports } from "./transports.ts"

const otherKey = "rw_another_test_key"
let emulator: RunningEmulator
beforeAll(async () => {
  emulator = await startEmulator({
    seed: "models",
    otherKeys: { [otherKey]: 10 },
    favoriteModels: ["runware:101@1", "alibaba-happyhorse-1-0"]
  })
})
afterAll(() => emulator.close())

const search = (parameters: Readonly<Record<string, unknown>> = {}) => ({
  taskType: "modelSearch",
  taskUUID: randomUUID(),
  search: "",
  ...parameters
})

const upload = (parameters: Readonly<Record<string, unknown>> = {}) => ({
  taskType: "modelUpload",
  taskUUID: randomUUID(),
  category: "checkpoint",
  architecture: "sdxl",
  format: "safetensors",
  name: "Harbour Light",
  version: "1.2",
  downloadURL: "https://files.example.org/harbour.safetensors",
  ...parameters
})

interface Page {
  readonly total: number
  readonly rows: ReadonlyArray<WireItem>
}

const find = async (parameters: Readonly<Record<string, unknown>>, key = emulator.apiKey): Promise<Page> => {
  const { data, errors } = await post({ ...emulator, apiKey: key }, [search(parameters)])
  assert.deepStrictEqual(errors, [])
  assertUtilityResults("modelSearch", data)
  return {
    total: Number(data[0]?.["totalResults"]),
    rows: data[0]?.["results"] as ReadonlyArray<WireItem> // as its schema has it, checked above
  }
}

const airs = ({ rows }: Page) => rows.map(({ air }) => air)

const everything = async (parameters: Readonly<Record<string, unknown>> = {}): Promise<ReadonlyArray<WireItem>> => {
  const { total } = await find({ ...parameters, limit: 1 })
  const pages = await Promise.all(
    Array.from({ length: Math.ceil(total / 100) }, (_, page) => find({ ...parameters, limit: 100, offset: page * 100 }))
  )
  return pages.flatMap(({ rows }) => rows)
}

describe("a search", () => {
  it.each(transports)("answers over %s", async (transport) => {
    const task = search({ search: "flux dev", limit: 1, sort: "name" })
    const { data, errors } = await ask(emulator, transport, [task])
    assert.deepStrictEqual(errors, [])
    assertUtilityResults("modelSearch", data)
    const { taskType, taskUUID } = task
    assert.hasAllKeys(data[0], ["taskType", "taskUUID", "totalResults", "results"])
    assert.deepInclude(data[0], { taskType, taskUUID })
    assert.isAbove(Number(data[0]?.["totalResults"]), 1)
    const [row] = (data[0]?.["results"] ?? []) as ReadonlyArray<WireItem>
    assert.include(String(row?.["name"]).toLowerCase(), "dev")
    const picture = await fetch(String(row?.["heroImage"]))
    assert.strictEqual(picture.headers.get("content-type"), "image/jpeg")
  })

  it("gives every model once, page by page", async () => {
    const rows = await everything()
    assert.strictEqual(new Set(rows.map(({ air }) => air)).size, rows.length)
    assert.strictEqual(rows.length, (await find({})).total)
    assert.isAbove(rows.length, 300)
    assert.strictEqual((await find({})).rows.length, 20)
    assert.deepStrictEqual((await find({ offset: 10_000 })).rows, [])
  })

  it("takes only what has every word, every capability, the architecture, the category and the source", async () => {
    const all = await everything()
    const words = await everything({ search: "  QWEN   image " })
    assert.isAbove(words.length, 0)
    assert.isBelow(words.length, all.length)
    const capabilities = ["text-to-image", "image-to-image"]
    const able = await everything({ capabilities })
    const expected = all.filter((row) =>
      capabilities.every((each) => (row["capabilities"] as Array<string>).includes(each))
    )
    assert.deepStrictEqual(able, expected)
    assert.isAbove(able.length, 0)
    const architecture = "z-image"
    assert.deepStrictEqual(
      await everything({ architecture }),
      all.filter((row) => row["architecture"] === architecture)
    )
    assert.strictEqual((await find({ category: "checkpoint", source: "featured" })).total, all.length)
    assert.strictEqual((await find({ source: "official" })).total, all.length)
    assert.strictEqual((await find({ category: "vae" })).total, 0)
    assert.strictEqual((await find({ search: "no such model anywhere" })).total, 0)
  })

  it("knows favorites, and needs no word", async () => {
    assert.sameMembers(airs(await find({ visibility: "favorite" })), ["runware:101@1", "alibaba:happyhorse@1.0"])
    assert.strictEqual((await find({ search: undefined, visibility: "all" })).total, (await find({})).total)
    assert.strictEqual((await find({ visibility: "owned" })).total, 0)
  })

  it.each(["popularity", "name", "addedUnixTimestamp", "updatedDateUnixTimestamp"])(
    "sorts by %s both ways, equals by AIR",
    async (sort) => {
      const [rising, falling] = await Promise.all([everything({ sort }), everything({ sort: `-${sort}` })])
      assert.sameMembers(
        rising.map(({ air }) => air),
        falling.map(({ air }) => air)
      )
      assert.notDeepEqual(rising, falling)
      assert.deepStrictEqual(rising, await everything({ sort }))
      if (sort !== "name") return
      const names = rising.map(({ name }) => String(name).toLowerCase())
      assert.deepStrictEqual(
        names,
        names.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0))
      )
    }
  )

  it("has the most popular first: by default, and by the bare word", async () => {
    assert.deepStrictEqual(await everything(), await everything({ sort: "popularity" }))
    const catalog = (await (await fetch(`${emulator.url}/models?sort=popularity&order=desc`)).json()) as ReadonlyArray<{
      readonly weight: number
      readonly air: string
    }>
    const weightOf = new Map(catalog.map(({ air, weight }) => [air, weight]))
    const weights = (await everything()).map(({ air }) => weightOf.get(String(air)) ?? 0)
    assert.deepStrictEqual(
      weights,
      weights.toSorted((one, other) => other - one)
    )
  })
})

describe("an upload", () => {
  it("over a session pushes each stage", async () => {
    const task = upload({ name: "Pushed" })
    const { taskType, taskUUID } = task
    const socket = await session(emulator)
    socket.send([task])
    const items: Array<WireItem> = []
    while (items.at(-1)?.status !== "ready") items.push(...((await socket.next()).data ?? []))
    socket.webSocket.close()
    assertUtilityResults("modelUpload", items)
    const air = String(items.at(-1)?.["air"])
    assert.match(air, /^custom:\d+@1$/)
    assert.deepStrictEqual(items, [
      { taskType, taskUUID, status: "validated", message: "The description of the model is valid." },
      { taskType, taskUUID, status: "downloaded", message: "The file is downloaded." },
      { taskType, taskUUID, status: "optimized", message: "The model is optimized." },
      { taskType, taskUUID, status: "stored", message: "The model is stored." },
      { taskType, taskUUID, status: "ready", message: "The model can be used.", air }
    ])
  })

  it("over REST answers with the first stage, and a poll has the newest", async () => {
    const slow = await startEmulator({ timeScale: 1 })
    const task = upload({ comment: "[[slow:100]]" })
    const { data } = await post(slow, [task])
    assertUtilityResults("modelUpload", data)
    const { taskType, taskUUID } = task
    const validated = { taskType, taskUUID, status: "validated", message: "The description of the model is valid." }
    assert.deepStrictEqual(data, [validated])
    const seen = new Set<unknown>()
    for (let last: unknown; last !== "ready"; seen.add(last)) {
      const poll = await post(slow, [{ taskType: "getResponse", taskUUID }])
      last = poll.data[0]?.status
    }
    assert.deepStrictEqual([...seen].at(-1), "ready")
    assert.isAbove(seen.size, 2)
    const details = await post(slow, [{ taskType: "getTaskDetails", taskUUID }])
    const air = (await post(slow, [{ taskType: "getResponse", taskUUID }])).data[0]?.["air"]
    const ready = { taskType, taskUUID, status: "ready", message: "The model can be used.", air }
    assert.deepStrictEqual(details.data, [
      { taskType: "getTaskDetails", taskUUID, request: [task], response: { data: [ready] } }
    ])
    await slow.close()
  })

  it.each(transports)("makes a model that its owner finds and runs, and nobody else (%s)", async (transport) => {
    const air = `mine:${transport}@3`
    const before = await ask(emulator, "rest", [picture({ model: air, width: 1024, height: 1024 })])
    assert.deepStrictEqual(before.errors, [])
    await ask(emulator, transport, [upload({ air, name: `Owned ${transport}`, tags: ["seaside"] })])
    assert.deepStrictEqual((await find({ search: `seaside ${transport}`, visibility: "owned" })).rows, [
      {
        air,
        name: `Owned ${transport}`,
        category: "checkpoint",
        architecture: "sdxl",
        capabilities: (await find({ search: air })).rows[0]?.["capabilities"],
        source: "community",
        heroImage: null,
        private: true,
        isFavorite: false
      }
    ])
    assert.deepStrictEqual(airs(await find({ search: air, visibility: "private", source: "community" })), [air])
    assert.deepStrictEqual(airs(await find({ search: air, visibility: "public" })), [])
    assert.deepStrictEqual(airs(await find({ search: air }, otherKey)), [])
    const { data } = await ask(emulator, transport, [picture({ model: air, width: 1024, height: 1024 })])
    assert.strictEqual(data[0]?.taskType, "imageInference")
    const stranger = await post({ ...emulator, apiKey: otherKey }, [picture({ model: air })])
    assert.deepInclude(stranger.errors[0], { code: "modelNotFound", parameter: "model" })
  })

  it("is of everybody when it is not private, and its tasks are checked as those of its architecture", async () => {
    const air = "everyones:1@1"
    await post(emulator, [
      upload({ air, private: false, architecture: "z-image", heroImageURL: "https://a.example/b.png" })
    ])
    assert.deepStrictEqual(airs(await find({ search: air, visibility: "public" }, otherKey)), [air])
    assert.strictEqual((await find({ search: air })).rows[0]?.["heroImage"], "https://a.example/b.png")
    const wrong = await post(emulator, [picture({ model: air, nonsense: 1 })])
    assert.deepInclude(wrong.errors[0], { code: "unknownParameter", parameter: "nonsense" })
    const video = { taskType: "videoInference", taskUUID: randomUUID(), model: air, positivePrompt: "x" }
    assert.deepInclude((await post(emulator, [video])).errors[0], { code: "unsupportedTaskType" })
  })

  it("fails when it is told to, and leaves no model", async () => {
    const task = upload({ air: "failing:1@1", comment: "[[fail:modelFileBroken@3]]" })
    const { taskType, taskUUID } = task
    await post(emulator, [task])
    const message = "The upload is asked to fail with modelFileBroken."
    const { data } = await post(emulator, [{ taskType: "getResponse", taskUUID }])
    assertUtilityResults("modelUpload", data)
    assert.deepStrictEqual(data, [{ taskType, taskUUID, status: "failed", message }])
    assert.strictEqual((await find({ search: "failing:1@1" })).total, 0)
    assert.deepStrictEqual((await post(emulator, [upload({ air: "failing:1@1" })])).errors, [])
  })
})

describe("the address of a model", () => {
  let elsewhere: Server
  let url: string
  beforeAll(async () => {
    elsewhere = createServer((request, response) => {
      response.writeHead(request.url === "/model.safetensors" ? 200 : 404).end()
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve))
    url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
    emulator.configure({ modelDownloads: "checked" })
  })
  afterAll(() => {
    emulator.configure({ modelDownloads: "assumed" })
    elsewhere.closeAllConnections()
    elsewhere.close()
  })

  it.each([
    ["/model.safetensors", ["validated", "downloaded", "optimized", "stored", "ready"], "The model can be used."],
    ["/none?token=secret", ["validated", "failed"], "The file can't be downloaded: HOST/none answered 404."]
  ])("is asked for %s", async (path, statuses, message) => {
    const socket = await session(emulator)
    socket.send([upload({ downloadURL: `${url}${path}` })])
    const items: Array<WireItem> = []
    while (!["ready", "failed"].includes(String(items.at(-1)?.status)))
      items.push(...((await socket.next()).data ?? []))
    socket.webSocket.close()
    assert.deepStrictEqual(
      items.map(({ status }) => status),
      statuses
    )
    assert.strictEqual(items.at(-1)?.["message"], message.replace("HOST", new URL(url).host))
  })
})

describe("what can't be searched or uploaded is refused, by code and parameter", () => {
  beforeAll(async () => {
    await post(emulator, [upload({ air: "taken:1@1", uniqueIdentifier: "once" })])
    await post({ ...emulator, apiKey: otherKey }, [upload({ air: "theirs:1@1" })])
    await post(emulator, [upload({ air: "a:lora@1", category: "lora" })])
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>, string, string]>([
    ["limit 0", search({ limit: 0 }), "valueTooSmall", "limit"],
    ["limit 101", search({ limit: 101 }), "valueTooLarge", "limit"],
    ["limit as text", search({ limit: "5" }), "invalidLimit", "limit"],
    ["a negative offset", search({ offset: -1 }), "valueTooSmall", "offset"],
    ["an unknown sort", search({ sort: "rating" }), "unsupportedSort", "sort"],
    ["an unknown category", search({ category: "model" }), "unsupportedCategory", "category"],
    ["an unknown source", search({ source: "mine" }), "unsupportedSource", "source"],
    ["an unknown visibility", search({ visibility: "secret" }), "unsupportedVisibility", "visibility"],
    ["capabilities as text", search({ capabilities: "text-to-image" }), "invalidCapabilities", "capabilities"],
    ["a search that is no text", search({ search: 5 }), "invalidSearch", "search"],
    ["an unknown filter", search({ tags: ["a"] }), "unknownParameter", "tags"],
    ["no taskUUID", search({ taskUUID: undefined }), "missingTaskUUID", "taskUUID"],
    ["an upload of no name", upload({ name: undefined }), "missingName", "name"],
    ["an upload of an empty name", upload({ name: " " }), "invalidName", "name"],
    ["an upload of an empty version", upload({ version: "" }), "invalidVersion", "version"],
    ["an upload of no format", upload({ format: "ckpt" }), "unsupportedFormat", "format"],
    ["an upload from a path", upload({ downloadURL: "./a.safetensors" }), "invalidDownloadURL", "downloadURL"],
    ["an upload from a file", upload({ downloadURL: "file:///a" }), "invalidDownloadURL", "downloadURL"],
    ["a hero that is no address", upload({ heroImageURL: "a.png" }), "invalidHeroImageURL", "heroImageURL"],
    ["an AIR that is none", upload({ air: "mine" }), "invalidAir", "air"],
    ["an AIR that is listed", upload({ air: "runware:101@1" }), "modelAlreadyExists", "air"],
    ["an AIR of one's own", upload({ air: "taken:1@1" }), "modelAlreadyExists", "air"],
    ["an AIR of others", upload({ air: "theirs:1@1" }), "modelOwnershipValidationError", "air"],
    ["an identifier of one's own", upload({ uniqueIdentifier: "once" }), "modelAlreadyExists", "uniqueIdentifier"],
    ["a weight too large", upload({ defaultWeight: 5 }), "valueTooLarge", "defaultWeight"],
    ["a LoRA as a model", picture({ model: "a:lora@1" }), "invalidModel", "model"]
  ])("%s", async (_name, task, code, parameter) => {
    const { errors, status } = await post(emulator, [task])
    assert.isAtLeast(status, 400)
    assert.deepStrictEqual(
      errors.map((error) => ({ code: error.code, parameter: error.parameter })),
      [{ code, parameter }]
    )
  })

  it("a taskUUID that an upload took", async () => {
    const task = upload()
    await post(emulator, [task])
    assert.deepInclude((await post(emulator, [task])).errors[0], { code: "conflictTaskUUID", parameter: "taskUUID" })
  })
})
