import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import {
  type ClientConfig,
  createClient,
  isRunwareError,
  type LogEntry,
  type Progress,
  type RunwareClient
} from "../src/index.ts"

const lighthouse = {
  taskType: "imageInference",
  model: "runware:101@1",
  positivePrompt: "a lighthouse in fog",
  width: 512,
  height: 512
} as const
const community = { model: "civitai:1@2", positivePrompt: "fog", width: 1024, height: 1024 } as const
const uuid = "3f0d7c52-6d0c-4f6e-9d3b-5a8f7f6b2c11"

let emulator: RunningEmulator
const clients = new Set<RunwareClient>()

const connect = (config: ClientConfig = {}): RunwareClient => {
  const client = createClient({
    apiKey: emulator.apiKey,
    baseUrl: emulator.url,
    pollDelay: 5,
    pollInterval: 5,
    ...config
  })
  clients.add(client)
  return client
}

/** An address where nobody listens. */
const nobody = async (): Promise<string> => {
  const { close, url } = await startEmulator()
  await close()
  return url
}

beforeAll(async () => {
  emulator = await startEmulator({ communityModels: { [community.model]: "sdxl" } })
})
afterEach(async () => {
  await Promise.all([...clients].map((client) => client.disconnect()))
  clients.clear()
})
afterAll(() => emulator.close())

describe.each(["rest", "websocket"] as const)("over %s", (transport) => {
  it("runs a task to its end", async () => {
    const results = await connect({ transport }).run({
      ...lighthouse,
      taskUUID: crypto.randomUUID(),
      includeCost: true
    })
    expect(results).toEqual([
      {
        taskType: "imageInference",
        taskUUID: expect.any(String),
        imageUUID: expect.any(String),
        imageURL: expect.stringMatching(/^http:/),
        seed: expect.any(Number),
        cost: expect.any(Number)
      }
    ])
  })

  it.each(["async", "sync"] as const)("gives as many results as were asked for (%s)", async (deliveryMethod) => {
    const results = await connect({ transport, deliveryMethod }).run({ ...lighthouse, numberResults: 4 })
    expect(new Set(results.map(({ imageUUID }) => imageUUID)).size).toBe(4)
  })

  it("gives every one of many concurrent calls its own results", async () => {
    const client = connect({ transport })
    const uuids = Array.from({ length: 30 }, () => crypto.randomUUID())
    const all = await Promise.all(uuids.map((taskUUID) => client.run({ ...lighthouse, taskUUID })))
    expect(all.map(([result]) => result?.taskUUID)).toEqual(uuids)
  })

  it("attaches to what was submitted, by handle and by taskUUID alone", async () => {
    const handle = await connect({ transport }).submit({ ...lighthouse, numberResults: 2 })
    expect(handle).toEqual({
      taskUUID: expect.any(String),
      taskType: "imageInference",
      model: "runware:101@1",
      numberResults: 2,
      submittedAt: expect.stringMatching(/^\d{4}-.*Z$/)
    })
    const elsewhere = connect({ transport })
    const stored: typeof handle = JSON.parse(JSON.stringify(handle))
    const results = await elsewhere.attach(stored)
    expect(results.map(({ taskUUID }) => taskUUID)).toEqual([handle.taskUUID, handle.taskUUID])
    expect(await elsewhere.attach(handle.taskUUID)).toEqual(results)
  })

  it("gives the outcome of each generation where one fails, and tells each", async () => {
    const told: Array<unknown> = []
    const outcomes = await connect({ transport }).run(
      { ...lighthouse, positivePrompt: "one of three fails [[fail:providerTimeout@2]]", numberResults: 3 },
      { partial: true, onResult: (result) => told.push(result) }
    )
    expect(outcomes).toEqual([
      { status: "success", result: expect.objectContaining({ imageURL: expect.any(String) }) },
      { status: "success", result: expect.objectContaining({ imageURL: expect.any(String) }) },
      { status: "error", error: expect.objectContaining({ code: "timeout", rawCode: "providerTimeout" }) }
    ])
    expect(outcomes.map((outcome) => outcome.status === "error" && isRunwareError(outcome.error))).toContain(true)
    expect(told).toHaveLength(3)
  })

  it("rejects with `partial` where there are no generations to tell of", async () => {
    const refused = connect({ transport }).run({ ...lighthouse, numberResults: 100 }, { partial: true })
    await expect(refused).rejects.toMatchObject({ code: "validation", submission: "rejected" })
  })

  it("runs a community model as one of its family, which settles the task type", async () => {
    const params = { ...community, outputType: "dataURI", includeCost: true } as const
    const [image] = await connect({ transport }).runAs("sdxl", params)
    expect(image?.imageDataURI).toMatch(/^data:image/)
    expect(image?.cost).toBeGreaterThan(0)
    const told: Array<Progress> = []
    const outcomes = await connect({ transport }).runAs("sdxl", community, {
      partial: true,
      onProgress: (progress) => told.push(progress)
    })
    expect(told.at(-1)).toEqual({ taskUUID: expect.any(String), completed: 1, expected: 1 })
    expect(outcomes).toMatchObject([{ status: "success", result: { taskType: "imageInference" } }])
  })

  it("knows which families there are", async () => {
    const unknown = connect({ transport }).runAs("sdxxl" as "sdxl", community)
    await expect(unknown).rejects.toMatchObject({ code: "validation", message: expect.stringContaining("sdxl") })
  })

  it("runs several tasks in one request, each with its own outcome, in order", async () => {
    const refused = { ...lighthouse, numberResults: 100 }
    const outcomes = await connect({ transport }).run([
      { ...lighthouse, numberResults: 2 },
      refused,
      { positivePrompt: "no model" },
      lighthouse
    ])
    expect(outcomes.map((task) => (task.status === "success" ? task.results.length : task.error.submission))).toEqual([
      2,
      "rejected",
      "none",
      1
    ])
    expect(await connect({ transport }).run([])).toEqual([])
  })

  it("attaches on a conflict where that is asked for", async () => {
    const params = { ...lighthouse, taskUUID: crypto.randomUUID() }
    const client = connect({ transport })
    const bought = await client.run(params)
    await expect(client.run(params)).rejects.toMatchObject({ rawCode: "conflictTaskUUID" })
    expect(await client.run(params, { attachOnConflict: true })).toEqual(bought)
  })

  it("tells each result once, and all progress, before the call settles", async () => {
    const told: Array<unknown> = []
    const progress: Array<Progress> = []
    const results = await connect({ transport }).run(
      { ...lighthouse, numberResults: 3 },
      { onResult: (result) => told.push(result), onProgress: (one) => progress.push(one) }
    )
    expect(told).toEqual(results)
    expect(progress.at(-1)).toEqual({ taskUUID: results[0]?.taskUUID, completed: 3, expected: 3 })
  })

  it("tells the results that there are before it rejects, and keeps them on the error", async () => {
    const told: Array<unknown> = []
    const failed = connect({ transport }).run(
      { ...lighthouse, positivePrompt: "one of three fails [[fail:providerTimeout@2]]", numberResults: 3 },
      { onResult: (result) => void (result.error === undefined && told.push(result)) }
    )
    await expect(failed).rejects.toMatchObject({ code: "timeout", rawCode: "providerTimeout", submission: "accepted" })
    expect(told).toHaveLength(2)
    expect(await failed.catch((error: { results: unknown }) => error.results)).toEqual(told)
  })

  it("is not harmed by callbacks that throw or reject, and logs them", async () => {
    const entries: Array<LogEntry> = []
    const results = await connect({ transport, logSink: (entry) => entries.push(entry) }).run(lighthouse, {
      onResult: () => {
        throw new Error("thrown by the test")
      },
      onProgress: async () => {
        throw new Error("rejected by the test")
      }
    })
    expect(results).toHaveLength(1)
    await vi.waitFor(() =>
      expect(entries.filter(({ category }) => category === "callback")).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ message: "onResult failed", data: { message: "thrown by the test" } }),
          expect.objectContaining({ message: "onProgress failed", data: { message: "rejected by the test" } })
        ])
      )
    )
  })

  it("refuses calls after disconnect until it is connected again", async () => {
    const client = connect({ transport })
    await client.run(lighthouse)
    expect([client.isConnected(), client.status]).toEqual([true, "ready"])
    await client.disconnect()
    await client.disconnect()
    expect([client.isConnected(), client.status]).toEqual([false, "closed"])
    for (const call of [
      client.run(lighthouse),
      client.submit(lighthouse),
      client.attach(uuid),
      client.refreshRegistry()
    ]) {
      await expect(call).rejects.toMatchObject({ code: "connection", rawCode: "disconnected" })
    }
    await expect(client.run({ ...lighthouse, taskUUID: uuid })).rejects.toMatchObject({
      taskUUID: uuid,
      submission: "none"
    })
    await client.connect()
    expect([client.isConnected(), client.status]).toEqual([true, "ready"])
    expect(await client.run(lighthouse)).toHaveLength(1)
  })

  it("ends calls that wait when it is disconnected under them", async () => {
    const client = connect({ transport, pollDelay: "1 minute" })
    const taskUUID = crypto.randomUUID()
    const waiting = client.run({ ...lighthouse, taskUUID }).catch((error: unknown) => error)
    await vi.waitFor(() => expect(emulator.task(taskUUID)).toBeDefined())
    await client.disconnect()
    expect(await waiting).toMatchObject({ code: "connection", rawCode: "disconnected", taskUUID })
  })

  it("says that a key is wrong within a second", async () => {
    const started = performance.now()
    const client = connect({ transport, apiKey: "not-the-key" })
    await expect(client.run(lighthouse)).rejects.toMatchObject({ code: "auth", retryable: false })
    expect(performance.now() - started).toBeLessThan(1000)
    await expect(client.run(lighthouse)).rejects.toMatchObject({ code: "auth" })
  })

  it("says that the service is down after its retries", async () => {
    const client = connect({ transport, baseUrl: await nobody(), maxRetries: 2, retryDelay: 5 })
    const error: unknown = await client.run({ ...lighthouse, taskUUID: uuid }).catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: "connection",
      retryable: true,
      taskUUID: uuid,
      submission: "none",
      attempts: 3
    })
  })

  it("fetches the registry when asked, and says when it can't", async () => {
    await connect({ transport }).refreshRegistry()
    await expect(connect({ transport, schemasUrl: await nobody() }).refreshRegistry()).rejects.toMatchObject({
      code: "connection"
    })
  })
})

it("connects once for all who ask at once, and tells how far it is", async () => {
  const client = connect()
  expect([client.isConnected(), client.status]).toEqual([false, "idle"])
  const before = emulator.stats().frames
  await Promise.all([client.connect(), client.connect(), client.connect()])
  expect(client.status).toBe("ready")
  expect(emulator.stats().frames - before).toBe(1)
})

it("says that a key is wrong when it connects", async () => {
  await expect(connect({ apiKey: "not-the-key" }).connect()).rejects.toMatchObject({ code: "auth" })
})

it("may be awaited, and its methods taken off it", async () => {
  const { run } = await connect()
  expect(await run(lighthouse)).toHaveLength(1)
})

it("disconnects at the end of `await using`", async () => {
  const client = connect()
  await client.run(lighthouse)
  await client[Symbol.asyncDispose]()
  expect(client.status).toBe("closed")
})

it("connects again at once after a disconnect that is still under way", async () => {
  const client = connect()
  await client.run(lighthouse)
  const closing = client.disconnect()
  const opening = client.connect()
  await Promise.all([closing, opening])
  expect(client.status).toBe("ready")
  expect(await client.run(lighthouse)).toHaveLength(1)
})
