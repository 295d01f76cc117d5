/** The utilities of the client over real sockets, on both transports. */
import { startEmulator } from "@effect-runware/emulator"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { type ClientConfig, createClient, type RunwareClient, type UploadProgress } from "../src/index.ts"

const lighthouse = { model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 } as const
const upload = {
  category: "lora",
  architecture: "sdxl",
  format: "safetensors",
  name: "Ink wash",
  version: "1",
  downloadURL: "https://example.com/ink.safetensors"
} as const

const emulator = await startEmulator({ timeScale: 0.01 })
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

afterEach(async () => {
  await Promise.all([...clients].map((client) => client.disconnect()))
  clients.clear()
})
afterAll(() => emulator.close())

describe.each(["rest", "websocket"] as const)("over %s", (transport) => {
  it("finds models", async () => {
    const { results, totalResults } = await connect({ transport }).modelSearch({ search: "flux", limit: 2 })
    expect(results).toHaveLength(2)
    expect(totalResults).toBeGreaterThan(2)
  })

  it("uploads a model, tells how far it is, and runs nothing twice", async () => {
    const client = connect({ transport })
    const told: Array<UploadProgress> = []
    const { air, status } = await client.modelUpload(
      { ...upload, uniqueIdentifier: crypto.randomUUID() },
      { onProgress: (progress) => void told.push(progress) }
    )
    expect(air).toMatch(/^\S+:\S+@\S+$/)
    expect(status).toBe("ready")
    expect(told.map(({ status }) => status)).toEqual(
      transport === "websocket"
        ? ["validated", "downloaded", "optimized", "stored", "ready"]
        : expect.arrayContaining(["validated", "ready"])
    )
    expect(told.every(({ message }) => message !== "")).toBe(true)
  })

  it("rejects an upload that fails, with the service's message", async () => {
    const failing = { ...upload, name: "Ink [[fail:downloadFailed@2]]", uniqueIdentifier: crypto.randomUUID() }
    await expect(connect({ transport }).modelUpload(failing)).rejects.toMatchObject({
      code: "provider",
      rawCode: "taskFailed",
      taskType: "modelUpload",
      submission: "accepted",
      message: expect.stringContaining("downloadFailed")
    })
  })

  it("stores a file and deletes it", async () => {
    const client = connect({ transport })
    const pixel =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    const stored = await client.mediaStorage({ operation: "upload", media: pixel })
    expect((await fetch(stored.mediaURL)).status).toBe(200)
    const deleted = await client.mediaStorage({ operation: "delete", media: stored.mediaUUID })
    expect(deleted).toMatchObject({ operation: "delete", mediaUUID: stored.mediaUUID })
    expect((await fetch(stored.mediaURL)).status).toBe(404)
    // eslint-disable-next-line typescript/no-deprecated -- it is offered, and so it is tested
    expect((await client.imageUpload({ image: pixel })).imageUUID).toMatch(/^[\da-f-]{36}$/)
  })

  it("gives a task as it was sent and answered, and its state", async () => {
    const client = connect({ transport })
    const handle = await client.submit(lighthouse)
    expect((await client.getResponse(handle)).taskUUID).toBe(handle.taskUUID)
    const [image] = await client.attach(handle)
    const state = await client.getResponse(handle.taskUUID)
    expect(state).toEqual({ taskUUID: handle.taskUUID, status: "success", results: [image], errors: [], running: 0 })
    const details = await client.getTaskDetails(handle)
    expect(details.request[0]).toMatchObject({ ...lighthouse, taskUUID: handle.taskUUID })
    expect(details.response["data"]).toMatchObject([{ imageURL: image?.["imageURL"] }])
  })

  it("rejects for a task that nobody knows", async () => {
    const nobodys = crypto.randomUUID()
    const client = connect({ transport })
    await expect(client.getResponse(nobodys)).rejects.toMatchObject({ code: "notFound", taskUUID: nobodys })
    await expect(client.getTaskDetails(nobodys)).rejects.toMatchObject({ code: "notFound", taskUUID: nobodys })
  })

  it("pings", async () => {
    const client = connect({ transport })
    const [first, second] = await Promise.all([client.ping(), client.ping()])
    for (const { pong, roundTrip } of [first, second]) {
      expect(pong).toBe(true)
      expect(roundTrip).toBeGreaterThan(0)
      expect(roundTrip).toBeLessThan(5000)
    }
  })

  it("validates when asked to, and names what is missing", async () => {
    const client = connect({ transport, validate: true })
    await expect(client.modelSearch({} as never)).rejects.toMatchObject({
      code: "validation",
      parameter: "search",
      submission: "none"
    })
    expect((await client.modelSearch({ search: "flux", limit: 1 })).results).toHaveLength(1)
  })

  it("gives up with its signal and at its deadline", async () => {
    const client = connect({ transport })
    await expect(client.modelSearch({ search: "a" }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
      submission: "none"
    })
    await expect(client.ping({ timeout: 0 })).rejects.toMatchObject({ code: "timeout" })
  })
})

it.each<[string, (client: RunwareClient) => Promise<unknown>, string]>([
  ["an option misspelt", (client) => client.modelSearch({ search: "a" }, { timout: 1 } as never), "timout"],
  ["an option of others", (client) => client.modelSearch({ search: "a" }, { onResult: () => {} } as never), "onResult"],
  ["a check of pings", (client) => client.ping({ validate: true } as never), "validate"],
  ["a callback that is none", (client) => client.modelUpload(upload, { onProgress: 1 as never }), "onProgress"],
  ["a task without a name", (client) => client.getTaskDetails({} as never), "taskUUID"]
])("refuses %s before anything is sent", async (_, call, parameter) => {
  await expect(call(connect())).rejects.toMatchObject({ code: "validation", parameter, submission: "none" })
})
