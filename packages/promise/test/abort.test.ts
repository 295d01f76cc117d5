import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { type ClientConfig, createClient, type RunwareError } from "../src/index.ts"
import { type Stage, startStallingService } from "./stallingService.ts"

const taskUUID = "3f0d7c52-6d0c-4f6e-9d3b-5a8f7f6b2c11"
const lighthouse = {
  taskType: "imageInference",
  model: "runware:101@1",
  positivePrompt: "a lighthouse",
  width: 512,
  height: 512,
  taskUUID
} as const

let emulator: RunningEmulator
const cleanups: Array<() => Promise<void>> = []

beforeAll(async () => {
  emulator = await startEmulator()
})
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((clean) => clean()))
})
afterAll(() => emulator.close())

/** A loaded machine may take longer than the 50 ms that a call may take to settle. */
const atOnce = 200

/** Aborts a call when it has come where it should, and gives its error and the time that took. */
const abort = async (
  reached: Promise<unknown>,
  call: (signal: AbortSignal) => Promise<unknown>,
  giveUp = (controller: AbortController) => controller.abort(new Error("no longer wanted"))
) => {
  const controller = new AbortController()
  const settled = call(controller.signal).then(
    () => expect.unreachable("the call was to be aborted"),
    (error: RunwareError) => error
  )
  await reached
  const started = performance.now()
  giveUp(controller)
  const error = await settled
  return { error, milliseconds: performance.now() - started }
}

describe.each<[ClientConfig["transport"], Stage, RunwareError["submission"]]>([
  ["websocket", "connecting", "none"],
  ["websocket", "authenticating", "none"],
  ["websocket", "acknowledging", "unknown"],
  ["websocket", "delivering", "unknown"],
  ["websocket", "polling", "accepted"],
  ["rest", "acknowledging", "unknown"],
  ["rest", "delivering", "unknown"],
  ["rest", "polling", "accepted"]
])("over %s while %s", (transport, stage, submission) => {
  const start = async () => {
    const service = await startStallingService(stage)
    const client = createClient({
      apiKey: "key",
      baseUrl: service.url,
      transport,
      pollDelay: 1,
      deliveryMethod: stage === "delivering" ? "sync" : "async"
    })
    cleanups.push(client.disconnect, service.close)
    return { service, client }
  }

  it("gives a run up at once, and says what became of the purchase", async () => {
    const { client, service } = await start()
    const { error, milliseconds } = await abort(service.reached, (signal) => client.run(lighthouse, { signal }))
    expect(error).toMatchObject({
      code: "aborted",
      rawCode: "aborted",
      retryable: false,
      taskUUID,
      taskType: "imageInference",
      model: "runware:101@1",
      submission,
      attempts: 1,
      elapsed: expect.any(Number)
    })
    expect(error.message).toContain("no longer wanted")
    expect(error.message.includes("attach to its taskUUID")).toBe(submission !== "none")
    expect(milliseconds).toBeLessThan(atOnce)
  })

  it("gives a run with callbacks up as well", async () => {
    const { client, service } = await start()
    const { error, milliseconds } = await abort(service.reached, (signal) =>
      client.run(lighthouse, { signal, onProgress: () => {} })
    )
    expect(error).toMatchObject({ code: "aborted", taskUUID, submission })
    expect(milliseconds).toBeLessThan(atOnce)
  })

  it("tells a disconnect what it ends", async () => {
    const { client, service } = await start()
    const settled = client.run(lighthouse).catch((error: RunwareError) => error)
    await service.reached
    const started = performance.now()
    const closed = client.disconnect()
    expect(await settled).toMatchObject({ code: "connection", rawCode: "disconnected", taskUUID, submission })
    expect(performance.now() - started).toBeLessThan(atOnce)
    await closed
  })

  it("leaves nothing open", async () => {
    const { client, service } = await start()
    await abort(service.reached, (signal) => client.run(lighthouse, { signal }))
    // A socket outlives its calls, until the client is disconnected; a request doesn't.
    if (transport === "websocket") await client.disconnect()
    await vi.waitFor(() => expect(service.open()).toBe(0))
  })
})

describe("the reason of a signal", () => {
  const waiting = async () => {
    const service = await startStallingService("polling")
    const client = createClient({ apiKey: "key", baseUrl: service.url, transport: "rest", pollDelay: 1 })
    cleanups.push(client.disconnect, service.close)
    return async (...reason: [unknown?]) => {
      const call = (signal: AbortSignal) => client.run(lighthouse, { signal })
      return (await abort(service.reached, call, (controller) => controller.abort(...reason))).error
    }
  }

  it("is the cause of the error, and its words are in the message", async () => {
    const reason = new Error("no longer wanted")
    const error = await (await waiting())(reason)
    expect(error).toMatchObject({ code: "aborted", message: expect.stringContaining("no longer wanted") })
    expect(error.cause).toBe(reason)
  })

  it("says nothing where it is the usual one", async () => {
    const error = await (await waiting())()
    expect(error.message).toMatch(/^The call was aborted\. The service has the task/)
  })

  it("makes the error a timeout where it is that of `AbortSignal.timeout`", async () => {
    const error = await (await waiting())(new DOMException("The operation timed out", "TimeoutError"))
    expect(error).toMatchObject({
      code: "timeout",
      rawCode: "timeout",
      retryable: true,
      submission: "accepted",
      taskUUID
    })
    expect(error.message).toMatch(/^The call was given up: its signal timed out\. The service has the task/)
  })

  it("is a timeout for `AbortSignal.timeout` itself", async () => {
    const service = await startStallingService("acknowledging")
    const client = createClient({ apiKey: "key", baseUrl: service.url })
    cleanups.push(client.disconnect, service.close)
    await expect(client.run(lighthouse, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: "timeout" })
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
    expect(milliseconds).toBeLessThan(atOnce)
  })

  it("gives an attachment up at once, and knows that the service has the task", async () => {
    const { client, reached } = silent()
    const { error, milliseconds } = await abort(reached, (signal) => client.attach(taskUUID, { signal }))
    expect(error).toMatchObject({ code: "aborted", taskUUID, submission: "accepted" })
    expect(milliseconds).toBeLessThan(atOnce)
  })

  it("gives up while the registry is asked for a slug", async () => {
    const { asked, client, reached } = silent()
    const brandNew: string = "brand-new-model"
    const { error, milliseconds } = await abort(reached, (signal) =>
      client.run({ model: brandNew, positivePrompt: "a lighthouse" }, { signal })
    )
    expect(asked).toEqual(["/registry.json"])
    expect(error).toMatchObject({ code: "aborted", model: "brand-new-model", submission: "none" })
    expect(milliseconds).toBeLessThan(atOnce)
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

it("tells of several tasks the one on which money was spent", async () => {
  const emulator = await startEmulator({ timeScale: 1 })
  const client = createClient({ apiKey: emulator.apiKey, baseUrl: emulator.url, pollDelay: 5, pollInterval: 5 })
  cleanups.push(client.disconnect, emulator.close)
  const slow = { ...lighthouse, positivePrompt: "slow [[slow:60000]]", taskUUID: crypto.randomUUID() }
  const refused = { ...lighthouse, taskUUID: crypto.randomUUID(), width: "wide" }
  const controller = new AbortController()
  // @ts-expect-error which the service refuses, too
  const settled = client.run([refused, slow], { signal: controller.signal }).catch((error: RunwareError) => error)
  await vi.waitFor(() => expect(emulator.task(slow.taskUUID)).toBeDefined())
  await vi.waitFor(() => expect(emulator.stats().frames).toBeGreaterThan(3))
  controller.abort()
  expect(await settled).toMatchObject({ code: "aborted", submission: "accepted", taskUUID: slow.taskUUID })
  await client.disconnect()
  await vi.waitFor(() => expect(emulator.stats().openSockets).toBe(0))
})

it("leaves the client, other calls and the task itself alone", async () => {
  const client = createClient({ apiKey: emulator.apiKey, baseUrl: emulator.url, pollDelay: 5, pollInterval: 5 })
  cleanups.push(client.disconnect)
  const handle = await client.submit(lighthouse)
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
