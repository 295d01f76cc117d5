/** What callbacks are told, on both transports and by both deliveries, over real sockets. */
import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import {
  type ClientConfig,
  createClient,
  type Ended,
  type Item,
  type LogEntry,
  type Progress,
  type RunwareClient,
  type RunwareError
} from "../src/index.ts"

const lighthouse = { model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 } as const
const failingSecond = { ...lighthouse, positivePrompt: "a lighthouse [[fail:inferenceError@2]]" }

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

beforeAll(async () => {
  emulator = await startEmulator({ timeScale: 0.01 })
})
afterEach(async () => {
  await Promise.all([...clients].map((client) => client.disconnect()))
  clients.clear()
})
afterAll(() => emulator.close())

const media = (items: ReadonlyArray<Ended<Item>>) =>
  items.map((item) => (item.error ? item.error.code : item["imageUUID"]))

describe.each([
  ["rest", "async"],
  ["rest", "sync"],
  ["websocket", "async"],
  ["websocket", "sync"]
] as const)("over %s, delivered %s", (transport, deliveryMethod) => {
  it("onResult is told each result once, before the call settles", async () => {
    const told: Array<Ended<Item>> = []
    const run = connect({ transport }).run(
      { ...lighthouse, deliveryMethod, numberResults: 3 },
      { onResult: (item) => void told.push(item as Ended<Item>) }
    )
    const atTheEnd = await run.then((results) => ({ results, told: [...told] }))
    expect(atTheEnd.told).toHaveLength(3)
    expect(media(atTheEnd.told).toSorted()).toEqual(atTheEnd.results.map(({ imageUUID }) => imageUUID).toSorted())
    expect(atTheEnd.told.every(({ error }) => error === undefined)).toBe(true)
  })

  it("onResult is told each failure once, before the call settles", async () => {
    const told: Array<Ended<Item>> = []
    const error: RunwareError = await connect({ transport })
      .run(
        { ...failingSecond, deliveryMethod, numberResults: 3 },
        { onResult: (item) => void told.push(item as Ended<Item>) }
      )
      .then(
        () => expect.unreachable(),
        (error: RunwareError) => error
      )
    expect(told).toHaveLength(3)
    const [failed, ...others] = told.filter((item) => item.error)
    expect(others).toEqual([])
    expect(failed).toMatchObject({
      taskType: "imageInference",
      taskUUID: error.taskUUID,
      status: "error",
      error: { code: "provider", rawCode: "inferenceError", submission: "accepted" }
    })
    expect(media(told.filter((item) => !item.error)).toSorted()).toEqual(
      (error.results ?? []).map((item) => item["imageUUID"]).toSorted()
    )
  })

  it("onResult is told the failure of the only generation", async () => {
    const told: Array<Ended<Item>> = []
    const failing = { ...lighthouse, deliveryMethod, positivePrompt: "[[fail:inferenceError]]" }
    await expect(
      connect({ transport }).run(failing, { onResult: (item) => void told.push(item as Ended<Item>) })
    ).rejects.toMatchObject({ code: "provider" })
    expect(media(told)).toEqual(["provider"])
  })

  it("onProgress is told each change, up to the end", async () => {
    const told: Array<Progress> = []
    const taskUUID = crypto.randomUUID()
    await connect({ transport }).run(
      { ...lighthouse, deliveryMethod, numberResults: 2, taskUUID },
      { onProgress: (progress) => void told.push(progress) }
    )
    expect(told.at(-1)).toEqual({ taskUUID, completed: 2, expected: 2 })
    expect(new Set(told.map((progress) => JSON.stringify(progress))).size).toBe(told.length)
  })

  it("what they throw or reject is logged, and harms nothing", async () => {
    const entries: Array<LogEntry> = []
    const results = await connect({ transport, logSink: (entry) => entries.push(entry) }).run(
      { ...lighthouse, deliveryMethod },
      {
        onResult: () => {
          throw new Error("thrown")
        },
        // A callback may be async, whatever its type says it gives.
        onProgress: (async () => {
          throw new Error("rejected")
        }) as () => void
      }
    )
    expect(results).toHaveLength(1)
    // A promise that is rejected shows a moment after the results are there.
    await expect
      .poll(() =>
        entries
          .filter(({ category }) => category === "callback")
          .map(({ data, message }) => `${message}: ${data["message"]}`)
      )
      .toEqual(expect.arrayContaining(["onProgress failed: rejected", "onResult failed: thrown"]))
  })
})

it("a refused task tells nothing: nothing of it has begun", async () => {
  const told: Array<unknown> = []
  await expect(
    connect().run({ ...lighthouse, width: "wide" as never }, { onResult: (item) => void told.push(item) })
  ).rejects.toMatchObject({ code: "validation", submission: "rejected" })
  expect(told).toEqual([])
})

it.each(["rest", "websocket"] as const)("tasks of a batch are told apart, over %s", async (transport) => {
  const told: Array<Ended<Item>> = []
  const progress: Array<Progress> = []
  const [one, other] = [crypto.randomUUID(), crypto.randomUUID()]
  const outcomes = await connect({ transport }).run(
    [
      { ...lighthouse, taskUUID: one, numberResults: 2 },
      { ...failingSecond, taskUUID: other, numberResults: 2 }
    ],
    { onResult: (item) => void told.push(item as Ended<Item>), onProgress: (one) => void progress.push(one) }
  )
  expect(outcomes.map(({ status }) => status)).toEqual(["success", "error"])
  expect(told.map(({ error, taskUUID }) => [taskUUID, error?.code]).toSorted()).toEqual(
    [
      [one, undefined],
      [one, undefined],
      [other, undefined],
      [other, "provider"]
    ].toSorted()
  )
  expect(new Set(progress.map(({ taskUUID }) => taskUUID))).toEqual(new Set([one, other]))
})
