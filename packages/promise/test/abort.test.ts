import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { createClient, type RunwareError } from "../src/index.ts"
import { type Stage, startStallingService } from "./stallingService.ts"

const taskUUID = "3f0d7c52-6d0c-4f6e-9d3b-5a8f7f6b2c11"
const lighthouse = { taskType: "imageInference", model: "runware:101@1", positivePrompt: "a lighthouse", taskUUID }

let emulator: RunningEmulator
const cleanups: Array<() => Promise<void>> = []

beforeAll(async () => {
  emulator = await startEmulator()
})
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((clean) => clean()))
})
afterAll(() => emulator.close())

/** Aborts a call when it has come where it should, and gives its error and the time that took. */
const abort = async (reached: Promise<unknown>, call: (signal: AbortSignal) => Promise<unknown>) => {
  const controller = new AbortController()
  const settled = call(controller.signal).then(
    () => expect.unreachable("the call was to be aborted"),
    (error: RunwareError) => error
  )
  await reached
  const started = performance.now()
  controller.abort(new Error("no longer wanted"))
  const error = await settled
  return { error, milliseconds: performance.now() - started }
}

describe.each<[Stage, RunwareError["submission"]]>([
  ["connecting", "unknown"],
  ["authenticating", "unknown"],
  ["acknowledging", "unknown"],
  ["polling", "accepted"]
])("while %s", (stage, submission) => {
  it("gives a run up at once", async () => {
    const service = await startStallingService(stage)
    const client = createClient({ apiKey: "key", baseUrl: service.url, pollDelay: 1 })
    cleanups.push(client.disconnect, service.close)
    const { error, milliseconds } = await abort(service.reached, (signal) => client.run(lighthouse, { signal }))
    expect(error).toMatchObject({ code: "aborted", rawCode: "aborted", retryable: false, taskUUID, submission })
    expect(error.message).toContain("no longer wanted")
    expect(milliseconds).toBeLessThan(50)
  })
})

describe("over REST", () => {
  /** A `fetch` that never answers, not even to its own signal. */
  const silentFetch = () => {
    const asked: Array<string> = []
    let arrive = () => {}
    const reached = new Promise<void>((resolve) => (arrive = resolve))
    const fetch = (url: URL | string) => {
      asked.push(new URL(url).pathname)
      arrive()
      return new Promise<Response>(() => {})
    }
    return { asked, reached, fetch }
  }

  const silent = () => {
    const { asked, fetch, reached } = silentFetch()
    const client = createClient({ apiKey: "key", transport: "rest", dependencies: { fetch } })
    cleanups.push(client.disconnect)
    return { asked, client, reached }
  }

  it("gives a submission up at once", async () => {
    const { client, reached } = silent()
    const { error, milliseconds } = await abort(reached, (signal) => client.submit(lighthouse, { signal }))
    expect(error).toMatchObject({ code: "aborted", taskUUID, submission: "unknown" })
    expect(milliseconds).toBeLessThan(50)
  })

  it("gives an attachment up at once, and knows that the service has the task", async () => {
    const { client, reached } = silent()
    const { error, milliseconds } = await abort(reached, (signal) => client.attach(taskUUID, { signal }))
    expect(error).toMatchObject({ code: "aborted", taskUUID, submission: "accepted" })
    expect(milliseconds).toBeLessThan(50)
  })

  it("gives up while the registry is asked for a slug", async () => {
    const { asked, client, reached } = silent()
    const { error, milliseconds } = await abort(reached, (signal) =>
      client.run({ model: "brand-new-model", positivePrompt: "a lighthouse" }, { signal })
    )
    expect(asked).toEqual(["/registry.json"])
    expect(error).toMatchObject({ code: "aborted", model: "brand-new-model", taskUUID: expect.any(String) })
    expect(milliseconds).toBeLessThan(50)
  })

  it("sends nothing when the signal is aborted already", async () => {
    const { asked, client } = silent()
    const signal = AbortSignal.abort()
    for (const call of [
      client.run(lighthouse, { signal }),
      client.submit(lighthouse, { signal }),
      client.run(lighthouse, { signal, onResult: () => expect.unreachable("nothing was run") })
    ]) {
      await expect(call).rejects.toMatchObject({ code: "aborted", taskUUID, submission: "none" })
    }
    await expect(client.attach(taskUUID, { signal })).rejects.toMatchObject({ code: "aborted", submission: "accepted" })
    expect(asked).toEqual([])
  })
})

it("leaves the client, other calls and the task itself alone", async () => {
  const client = createClient({ apiKey: emulator.apiKey, baseUrl: emulator.url, pollDelay: 5, pollInterval: 5 })
  cleanups.push(client.disconnect)
  const image = { ...lighthouse, width: 512, height: 512 }
  const handle = await client.submit(image)
  const controller = new AbortController()
  const given = client.attach(handle, { signal: controller.signal }).catch((error: RunwareError) => error.code)
  const other = client.attach(handle)
  controller.abort()
  expect(await given).toBe("aborted")
  expect(await other).toHaveLength(1)
})

it("keeps no listener on a signal that outlives the calls", async () => {
  const client = createClient({ apiKey: emulator.apiKey, baseUrl: emulator.url, pollDelay: 5, pollInterval: 5 })
  cleanups.push(client.disconnect)
  const { signal } = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--
    remove(...args)
  }
  await client.run({ model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 }, { signal })
  expect(listeners).toBe(0)
})
