import { assert, describe, it } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import { afterAll, beforeAll } from "vitest"
import { startEmulator, type RequestEntry, type RunningEmulator } from "../src/index.ts"
import { connect, picture, post, session } from "./client.ts"

let emulator: RunningEmulator
const logged: Array<RequestEntry> = []
beforeAll(async () => {
  emulator = await startEmulator({ onRequest: (entry) => logged.push(entry) })
})
afterAll(async () => {
  await emulator.close()
  assert.notInclude(JSON.stringify(logged), emulator.apiKey)
})

describe("REST", () => {
  it("answers a task with an image that can be fetched", async () => {
    const task = picture({ includeCost: true, seed: 5 })
    const { data, status } = await post(emulator, [task])
    assert.strictEqual(status, 200)
    assert.hasAllKeys(data[0], ["taskType", "taskUUID", "imageUUID", "imageURL", "seed", "cost"])
    assert.strictEqual(data[0]?.taskUUID, task.taskUUID)
    const image = await fetch(String(data[0]?.["imageURL"]))
    assert.strictEqual(image.status, 200)
    assert.strictEqual(image.headers.get("content-type"), "image/jpeg")
  })

  it("takes the key from the first task as well", async () => {
    const response = await fetch(`${emulator.url}/v1`, {
      method: "POST",
      body: JSON.stringify([{ taskType: "authentication", apiKey: emulator.apiKey }, picture()])
    })
    const { data } = (await response.json()) as { readonly data: ReadonlyArray<{ readonly taskType: string }> }
    assert.deepStrictEqual(
      data.map(({ taskType }) => taskType),
      ["imageInference"]
    )
  })

  it.each([
    ["a wrong key", { authorization: "Bearer wrong" }, 401, "invalidApiKey"],
    ["no key", { authorization: "" }, 401, "missingApiKey"]
  ])("refuses %s", async (_name, headers, status, code) => {
    const reply = await post(emulator, [picture()], headers)
    assert.strictEqual(reply.status, status)
    assert.strictEqual(reply.errors[0]?.code, code)
  })

  it("refuses a taskUUID that was used, in the documented form", async () => {
    const task = picture()
    await post(emulator, [task])
    const { data, errors, status } = await post(emulator, [task])
    assert.strictEqual(status, 400)
    assert.deepStrictEqual(data, [])
    assert.strictEqual(errors[0]?.code, "conflictTaskUUID")
  })

  it("names everything that is wrong with the parameters, where, and where to read about it", async () => {
    const { errors, status } = await post(emulator, [picture({ steps: "20", heigth: 3, outputFormat: "GIF" })])
    assert.strictEqual(status, 400)
    const byParameter = Object.fromEntries(errors.map((error) => [String(error.parameter), error]))
    assert.hasAllKeys(byParameter, ["steps", "heigth", "outputFormat"])
    assert.deepInclude(byParameter["steps"], { code: "invalidSteps", type: "integer" })
    assert.deepInclude(byParameter["outputFormat"], { allowedValues: ["JPG", "PNG", "WEBP"] })
    const documentation = "https://runware.ai/docs/models/bfl-flux-1-dev#request-outputformat"
    assert.strictEqual(byParameter["outputFormat"]?.documentation, documentation)
  })

  it("refuses a body above 32 MiB", async () => {
    const { errors, status } = await post(emulator, [picture({ positivePrompt: "x".repeat(33 * 1024 * 1024) })])
    assert.strictEqual(status, 413)
    assert.strictEqual(errors[0]?.code, "maxRequestSize")
  })

  it("prices a dry run, by header or by query, and runs nothing", async () => {
    const before = emulator.stats().tasksAccepted
    const byHeader = await post(emulator, [picture()], { "x-runware-dry-run": "1" })
    assert.hasAllKeys(byHeader.data[0], ["taskType", "taskUUID", "cost"])
    const byQuery = await post(emulator, [picture()], {}, "?dryRun=1")
    assert.deepStrictEqual(byQuery.data[0]?.cost, byHeader.data[0]?.cost)
    assert.strictEqual(emulator.stats().tasksAccepted, before)
  })

  it("can be called from a page", async () => {
    const preflight = await fetch(`${emulator.url}/v1`, { method: "OPTIONS" })
    assert.strictEqual(preflight.status, 204)
    assert.include(preflight.headers.get("access-control-allow-headers") ?? "", "Authorization")
    const { headers } = await post(emulator, [picture()])
    assert.strictEqual(headers.get("access-control-allow-origin"), "*")
  })

  it("answers unknown paths with a JSON 404", async () => {
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/v2"],
      ["POST", "/v1/chat"],
      ["GET", "/media/none.png"],
      ["GET", "/resolve/%E0%A4%A"]
    ]) {
      const response = await fetch(`${emulator.url}${path}`, { method: String(method) })
      assert.strictEqual(response.status, 404, path)
      assert.strictEqual(((await response.json()) as { errors: [{ code: string }] }).errors[0].code, "resourceNotFound")
    }
  })

  it("gives 200 concurrent tasks their own results", async () => {
    const tasks = Array.from({ length: 200 }, (_, seed) => picture({ seed: seed + 1 }))
    const replies = await Promise.all(tasks.map((task) => post(emulator, [task])))
    replies.forEach(({ data }, index) => {
      assert.deepStrictEqual(
        data.map(({ seed, taskUUID }) => ({ seed, taskUUID })),
        [{ seed: index + 1, taskUUID: tasks[index]?.taskUUID }]
      )
    })
  })
})

describe("WebSocket", () => {
  it("pushes results, acknowledges and answers polls on one socket", async () => {
    const socket = await session(emulator)
    const [sync, asynchronous] = [picture({ numberResults: 2 }), picture({ deliveryMethod: "async" })]
    socket.send([sync])
    assert.strictEqual((await socket.next()).data?.length, 2)
    socket.send([asynchronous])
    const { taskUUID } = asynchronous
    assert.deepStrictEqual(await socket.next(), { data: [{ taskType: "imageInference", taskUUID }] })
    socket.send([{ taskType: "getResponse", taskUUID }])
    assert.deepInclude((await socket.next()).data?.[0], { status: "success", taskUUID })
    socket.webSocket.close()
    assert.strictEqual(await socket.closed, 1005)
  })

  it("refuses a wrong key and closes with 1008", async () => {
    const socket = await connect(emulator)
    socket.send([{ taskType: "authentication", apiKey: "wrong" }])
    assert.strictEqual((await socket.next()).errors?.[0]?.code, "invalidApiKey")
    assert.strictEqual(await socket.closed, 1008)
  })

  it("closes with 1008 on a task before authentication, after saying so", async () => {
    const socket = await connect(emulator)
    socket.send([picture()])
    assert.strictEqual((await socket.next()).errors?.[0]?.code, "missingAuthentication")
    assert.strictEqual(await socket.closed, 1008)
  })

  it("answers pings of both kinds", async () => {
    const socket = await session(emulator)
    socket.send([{ taskType: "ping", ping: true }])
    assert.deepStrictEqual(await socket.next(), { data: [{ taskType: "ping", pong: true }] })
    const pong = new Promise((resolve) => {
      socket.webSocket.once("pong", resolve)
    })
    socket.webSocket.ping()
    await pong
    socket.webSocket.close()
  })

  it("is refused elsewhere than at /v1", async () => {
    const error = await connect({ url: `${emulator.url}/elsewhere` }).catch((cause: unknown) => cause)
    assert.include(String(error), "404")
  })

  it("gives 200 concurrent tasks their own results on one socket", async () => {
    const socket = await session(emulator)
    const tasks = Array.from({ length: 200 }, (_, seed) => picture({ seed: seed + 1 }))
    for (const task of tasks) socket.send([task])
    const seeds = new Map<unknown, unknown>()
    for (let count = 0; count < tasks.length; count++) {
      for (const { seed, taskUUID } of (await socket.next()).data ?? []) seeds.set(taskUUID, seed)
    }
    assert.deepStrictEqual(
      tasks.map(({ taskUUID }) => seeds.get(taskUUID)),
      tasks.map(({ seed }) => seed)
    )
    socket.webSocket.close()
  })
})

describe("schemas", () => {
  it("serves the registry, once", async () => {
    const first = await fetch(`${emulator.url}/registry.json`)
    const registry = (await first.json()) as { readonly models: Readonly<Record<string, unknown>> }
    assert.deepStrictEqual(registry.models["runware:101@1"], { taskType: "imageInference", id: "bfl-flux-1-dev" })
    const etag = first.headers.get("etag") ?? ""
    const second = await fetch(`${emulator.url}/registry.json`, { headers: { "if-none-match": etag } })
    assert.strictEqual(second.status, 304)
    const stale = await fetch(`${emulator.url}/registry.json`, { headers: { "if-none-match": '"other"' } })
    assert.strictEqual(stale.status, 200)
  })

  it.each(["runware:101@1", "runware%3A101%401", "bfl-flux-1-dev"])("resolves %s", async (id) => {
    const response = await fetch(`${emulator.url}/resolve/${id}`)
    assert.strictEqual(response.headers.get("cache-control"), "max-age=300")
    const { documentation, requestSchema } = (await response.json()) as Record<string, Record<string, unknown>>
    assert.strictEqual(documentation as unknown, "https://runware.ai/docs/models/bfl-flux-1-dev")
    assert.isObject(requestSchema?.["properties"])
  })

  it("does not resolve what it does not know", async () => {
    assert.strictEqual((await fetch(`${emulator.url}/resolve/nothing`)).status, 404)
  })

  it("serves the schema map, the latest and by version", async () => {
    const latest = await fetch(`${emulator.url}/releases/latest/schema-map.json`)
    const { version } = (await latest.json()) as { readonly version: string }
    assert.strictEqual((await fetch(`${emulator.url}/releases/${version}/schema-map.json`)).status, 200)
    assert.strictEqual((await fetch(`${emulator.url}/releases/1/schema-map.json`)).status, 404)
  })
})

describe("the account", () => {
  it("falls by what was done, and says no when it is used up", async () => {
    await using poor = await startEmulator({ balance: 0.005 })
    let spent = 0
    for (;;) {
      const { data, errors, status } = await post(poor, [picture({ includeCost: true, width: 1024, height: 1024 })])
      if (status === 402) {
        assert.strictEqual(errors[0]?.code, "insufficientCredits")
        break
      }
      spent += data[0]?.cost ?? 0
    }
    const { amountBilled, balance, tasksAccepted, tasksBilled } = poor.stats()
    assert.closeTo(amountBilled, spent, 1e-9)
    assert.closeTo(balance, 0.005 - spent, 1e-9)
    assert.strictEqual(tasksBilled, tasksAccepted)
  })
})

describe("the emulator as a tool", () => {
  it("remembers a task", async () => {
    const task = picture()
    await post(emulator, [task])
    assert.deepStrictEqual(emulator.task(task.taskUUID)?.request, task)
    assert.isUndefined(emulator.task(randomUUID()))
  })

  it("closes at once, with sockets open and requests waiting", async () => {
    const busy = await startEmulator({ timeScale: 100 })
    const socket = await session(busy)
    const waiting = post(busy, [picture()]).catch(() => "cut")
    while (busy.stats().tasksAccepted === 0) await new Promise((resolve) => setImmediate(resolve))
    const started = performance.now()
    await busy.close()
    assert.isBelow(performance.now() - started, 500)
    assert.strictEqual(await waiting, "cut")
    assert.strictEqual(await socket.closed, 1006)
  })

  it("gives the same seed the same results", async () => {
    const task = picture({ numberResults: 2 })
    const results = await Promise.all(
      ["golden", "golden", "other"].map(async (seed) => {
        await using emulator = await startEmulator({ seed })
        return (await post(emulator, [task])).data.map((item) => [item["imageUUID"], item["seed"]])
      })
    )
    assert.deepStrictEqual(results[0], results[1])
    assert.notDeepEqual(results[0], results[2])
  })

  it("says which port can't be had", async () => {
    const port = Number(new URL(emulator.url).port)
    const error = await startEmulator({ port }).catch((cause: unknown) => cause)
    assert.include(String(error), `Can't listen on 127.0.0.1:${port}`)
  })
})
