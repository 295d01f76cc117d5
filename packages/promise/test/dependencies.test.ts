import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as ws from "ws"
import { createClient } from "../src/index.ts"

const lighthouse = { model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 }

let emulator: RunningEmulator
beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

/** A `ws` that remembers how it was made; as in browsers, with two arguments only, if told so. */
const recording = (length: 2 | 3) => {
  const made: Array<ReadonlyArray<unknown>> = []
  class Recorded extends ws.WebSocket {
    constructor(url: string, protocols?: string | Array<string>, options?: ws.ClientOptions) {
      if (length === 2) super(url, protocols)
      else super(url, protocols, options)
      made.push([url, protocols, options?.headers])
    }
  }
  return { made, WebSocket: Recorded }
}

describe("an injected fetch", () => {
  it("carries every request of the client, the registry's included", async () => {
    const asked: Array<string> = []
    const fetch = (url: URL | string, init?: RequestInit) => {
      asked.push(`${init?.method} ${new URL(url).pathname}`)
      return globalThis.fetch(url, init)
    }
    const before = emulator.stats().requests
    const client = createClient({
      apiKey: emulator.apiKey,
      baseUrl: emulator.url,
      transport: "rest",
      pollDelay: 1,
      dependencies: { fetch }
    })
    await client.refreshRegistry()
    await client.run(lighthouse)
    await client.disconnect()
    expect(asked.slice(0, 3)).toEqual(["GET /registry.json", "POST /v1", "POST /v1"])
    expect(asked.filter((one) => one === "POST /v1")).toHaveLength(emulator.stats().requests - before)
  })

  it("is not the only thing that may be injected: the registry of a WebSocket client goes through it, too", async () => {
    const asked: Array<string> = []
    const { made, WebSocket } = recording(3)
    const client = createClient({
      apiKey: emulator.apiKey,
      baseUrl: emulator.url,
      pollDelay: 1,
      dependencies: {
        WebSocket,
        fetch: (url, init) => {
          asked.push(new URL(url).pathname)
          return globalThis.fetch(url, init)
        }
      }
    })
    await client.run(lighthouse)
    await client.disconnect()
    expect(made).toHaveLength(1)
    expect(asked).toEqual(["/registry.json"])
  })

  it("says what the fetch threw", async () => {
    const fetch = () => Promise.reject(new TypeError("no route in the tunnel"))
    const client = createClient({ apiKey: "key", transport: "rest", maxRetries: 0, dependencies: { fetch } })
    await expect(client.run(lighthouse)).rejects.toMatchObject({
      code: "connection",
      message: expect.stringContaining("no route in the tunnel")
    })
  })
})

describe("an injected WebSocket", () => {
  it("may be of `ws`, and then names us in the handshake", async () => {
    const { made, WebSocket } = recording(3)
    const client = createClient({
      apiKey: emulator.apiKey,
      baseUrl: emulator.url,
      pollDelay: 1,
      userAgent: "darkroom/2.0",
      dependencies: { WebSocket }
    })
    expect(await client.run(lighthouse)).toHaveLength(1)
    await client.disconnect()
    expect(made).toEqual([
      [
        `${emulator.url.replace("http", "ws")}/v1`,
        undefined,
        {
          "user-agent": expect.stringMatching(
            /^darkroom\/2\.0 effect-runware\/\S+ \(node\/\S+; \S+ \S+\) schemas\/\d+$/
          )
        }
      ]
    ])
  })

  it("may be as in browsers", async () => {
    const { made, WebSocket } = recording(2)
    const client = createClient({
      apiKey: emulator.apiKey,
      baseUrl: emulator.url,
      pollDelay: 1,
      dependencies: { WebSocket }
    })
    expect(await client.run(lighthouse)).toHaveLength(1)
    await client.disconnect()
    expect(made).toHaveLength(1)
  })

  it("is left alone over REST", async () => {
    const { made, WebSocket } = recording(2)
    const client = createClient({
      apiKey: emulator.apiKey,
      baseUrl: emulator.url,
      transport: "rest",
      pollDelay: 1,
      dependencies: { WebSocket }
    })
    await client.run(lighthouse)
    await client.disconnect()
    expect(made).toEqual([])
  })
})
