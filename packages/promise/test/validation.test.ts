import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { afterAll, afterEach, beforeAll, expect, it } from "vitest"
import {
  clearValidatorCache,
  type ClientConfig,
  createClient,
  type LogEntry,
  type RunwareClient
} from "../src/index.ts"

const lighthouse = { model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 } as const
const impossible = { ...lighthouse, maskMargin: 7, numberResults: 21 } as const

let emulator: RunningEmulator
const clients = new Set<RunwareClient>()

/** A client that tells which schemas it asks for. */
const connect = (config: ClientConfig = {}) => {
  const asked: Array<string> = []
  const client = createClient({
    apiKey: emulator.apiKey,
    baseUrl: emulator.url,
    transport: "rest",
    pollDelay: 1,
    dependencies: {
      fetch: (url, init) => {
        const { pathname } = new URL(url)
        if (pathname.startsWith("/resolve")) asked.push(pathname)
        return globalThis.fetch(url, init)
      }
    },
    ...config
  })
  clients.add(client)
  return { asked, client }
}

/** An address where nobody listens. */
const nobody = async (): Promise<string> => {
  const { close, url } = await startEmulator()
  await close()
  return url
}

beforeAll(async () => {
  emulator = await startEmulator()
})
afterEach(async () => {
  await Promise.all([...clients].map((client) => client.disconnect()))
  clients.clear()
})
afterAll(() => emulator.close())

it("says all that is wrong with a task before it is sent", async () => {
  const { asked, client } = connect({ validate: true })
  const accepted = emulator.stats().tasksAccepted
  await expect(client.run(impossible)).rejects.toMatchObject({
    code: "validation",
    submission: "none",
    validationErrors: expect.arrayContaining([
      expect.objectContaining({ path: "maskMargin", rule: "minimum" }),
      expect.objectContaining({ path: "numberResults", rule: "maximum" })
    ])
  })
  expect(await client.run(lighthouse)).toHaveLength(1)
  expect(asked).toHaveLength(1)
  expect(emulator.stats().tasksAccepted - accepted).toBe(1)
})

it("is asked for by a call, or spared it", async () => {
  const unchecked = connect()
  await expect(unchecked.client.run(impossible, { validate: true })).rejects.toHaveProperty("validationErrors")
  const checked = connect({ validate: true })
  expect(await checked.client.run(lighthouse, { validate: false })).toHaveLength(1)
  expect(checked.asked).toEqual([])
})

it("checks a community model by its family", async () => {
  const { client } = connect({ validate: true })
  const failed = client.runAs("sdxl", { ...impossible, model: "civitai:1@2" })
  await expect(failed).rejects.toMatchObject({ code: "validation", parameter: "maskMargin" })
})

it("tells each of several tasks what is wrong with it", async () => {
  const { client } = connect({ validate: true })
  const [wrong, right] = await client.run([impossible, lighthouse])
  expect(wrong).toMatchObject({ status: "error", error: { code: "validation" } })
  expect(right).toMatchObject({ status: "success", results: [{ imageURL: expect.any(String) }] })
})

it("works with the bundled schemas where the service has no answer", async () => {
  const entries: Array<LogEntry> = []
  const { client } = connect({ validate: true, schemasUrl: await nobody(), logSink: (entry) => entries.push(entry) })
  await expect(client.run(impossible)).rejects.toMatchObject({ code: "validation", submission: "none" })
  expect(await client.run(lighthouse)).toHaveLength(1)
  expect(entries.some(({ category }) => category === "validation")).toBe(true)
})

it("asks anew after the client was told to forget", async () => {
  const { asked, client } = connect({ validate: true })
  await client.run(lighthouse)
  await client.run(lighthouse)
  expect(asked).toHaveLength(1)
  client.clearValidatorCache()
  await client.run(lighthouse)
  await client.run(lighthouse)
  expect(asked).toHaveLength(2)
})

it("asks anew in every client after all were told to forget", async () => {
  const all = [connect({ validate: true }), connect({ validate: true })]
  for (const { client } of all) await client.run(lighthouse)
  clearValidatorCache()
  for (const { client } of all) await client.run(lighthouse)
  clearValidatorCache()
  await all[0]?.client.run(lighthouse)
  expect(all.map(({ asked }) => asked.length)).toEqual([3, 2])
})

it("has nothing to forget before the first call", async () => {
  const { asked, client } = connect({ validate: true })
  client.clearValidatorCache()
  clearValidatorCache()
  await client.run(lighthouse)
  expect(asked).toHaveLength(1)
})
