import { assert, describe, it } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"
import { startEmulator, type RunningEmulator } from "../src/index.ts"
import { picture, post, session } from "./client.ts"

let emulator: RunningEmulator
beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

const send = (path = "/v1", tasks: unknown = [picture()], signal?: AbortSignal) =>
  fetch(`${emulator.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${emulator.apiKey}` },
    body: JSON.stringify(tasks),
    signal: signal ?? null
  })

describe("a scripted response", () => {
  it("stands in for the next answer, and only for it", async () => {
    emulator.respondNext({ status: 503, body: "<h1>Service Unavailable</h1>" })
    const scripted = await send()
    assert.strictEqual(scripted.status, 503)
    assert.strictEqual(scripted.headers.get("content-type"), "text/html")
    assert.strictEqual(await scripted.text(), "<h1>Service Unavailable</h1>")
    assert.strictEqual((await send()).status, 200)
  })

  it("holds as often as it says, with its headers", async () => {
    const body = { errors: [{ code: "rateLimitExceeded", message: "Queue full." }] }
    emulator.respondNext({ status: 429, headers: { "retry-after": "2" }, body, times: 2 })
    const replies = [await send(), await send(), await send()]
    assert.deepStrictEqual(
      replies.map(({ headers, status }) => [status, headers.get("retry-after")]),
      [
        [429, "2"],
        [429, "2"],
        [200, null]
      ]
    )
    assert.deepStrictEqual(await replies[0]?.json(), body)
  })

  it("holds for the requests that it matches", async () => {
    emulator.respondNext({
      status: 500,
      match: ({ tasks }) => tasks.some(({ taskType }) => taskType === "getResponse")
    })
    assert.strictEqual((await send()).status, 200)
    assert.strictEqual((await send("/v1", [{ taskType: "getResponse", taskUUID: picture().taskUUID }])).status, 500)
    emulator.respondNext({ status: 502, match: ({ path }) => path === "/registry.json" })
    assert.strictEqual((await fetch(`${emulator.url}/registry.json`)).status, 502)
  })

  it("may be cut in the middle", async () => {
    emulator.respondNext({ body: { data: [{ taskType: "imageInference" }] }, failure: "truncate" })
    const response = await send()
    assert.strictEqual(response.status, 200)
    assert.instanceOf(await response.text().catch((error: unknown) => error), Error)
  })

  it("may be a connection that is reset", async () => {
    emulator.respondNext({ failure: "reset" })
    assert.instanceOf(await send().catch((error: unknown) => error), TypeError)
  })

  it("may never come", async () => {
    const task = picture()
    emulator.respondNext({ failure: "hang", match: ({ tasks }) => tasks[0]?.taskUUID === task.taskUUID })
    const controller = new AbortController()
    const waiting = send("/v1", [task], controller.signal).catch(() => "still waiting")
    assert.strictEqual((await send()).status, 200)
    controller.abort()
    assert.strictEqual(await waiting, "still waiting")
  })

  it("may hide that the work was done", async () => {
    const task = picture()
    emulator.respondNext({ status: 502, processed: true })
    assert.strictEqual((await send("/v1", [task])).status, 502)
    const { errors } = await post(emulator, [task])
    assert.strictEqual(errors[0]?.code, "conflictTaskUUID")
  })
})

describe("sockets", () => {
  it("are dropped without a word, and the session can be resumed", async () => {
    const first = await session(emulator)
    assert.strictEqual(emulator.dropSockets(), 1)
    assert.strictEqual(await first.closed, 1006)
    const second = await session(emulator, first.sessionUUID)
    assert.strictEqual(second.sessionUUID, first.sessionUUID)
    assert.strictEqual(emulator.closeSockets(4000, "test"), 1)
    assert.strictEqual(await second.closed, 4000)
  })

  it("that are dropped lose no result: the next one gets it", async () => {
    await using lifelike = await startEmulator({ timeScale: 1 })
    const first = await session(lifelike)
    const task = picture({ positivePrompt: "a lighthouse [[slow:400]]" })
    first.send([task])
    while (lifelike.stats().tasksAccepted === 0) await new Promise((resolve) => setImmediate(resolve))
    lifelike.dropSockets()
    while (lifelike.stats().tasksBilled === 0) await new Promise((resolve) => setImmediate(resolve))
    const second = await session(lifelike, first.sessionUUID)
    assert.strictEqual((await second.next()).data?.[0]?.taskUUID, task.taskUUID)
  })

  it("meet the switches that are set while they are open", async () => {
    const socket = await session(emulator)
    emulator.configure({ errorEnvelope: "E5" })
    socket.send([picture({ model: "nothing" })])
    assert.property(await socket.next(), "error")
    emulator.configure({ errorEnvelope: "auto" })
    assert.strictEqual(emulator.switches().errorEnvelope, "auto")
    socket.webSocket.close()
  })
})
