/** Options of a client, each by what it changes; and the connection: opening, closing, breaking, coming back. */
import type { ClientDependencies } from "@effect-runware/promise"
import { expect } from "vitest"
import { area, carrying, image, pixel, rejection, slowImage, text, until, untyped, type Row } from "../row.ts"

type Fetch = NonNullable<ClientDependencies["fetch"]>

/** A `fetch` that keeps the addresses of what it carries. */
const listening = () => {
  const addresses: Array<string> = []
  const fetch: Fetch = (input, init) => {
    addresses.push(String(input))
    return globalThis.fetch(input, init)
  }
  return { addresses, fetch }
}

const options = area("options", {
  "`dependencies.fetch` carries every request": async ({ client, emulator, transport }) => {
    const { addresses, fetch } = listening()
    const one = client({ dependencies: { fetch } })
    await one.run({ ...image, model: "bfl-flux-1-dev" }, { validate: true })
    await one.stream(text).text()
    await one.content.creators()
    for (const path of ["/v1", "/registry.json", "/creators"]) expect(addresses).toContain(`${emulator.url}${path}`)
    expect(addresses.some((address) => address.startsWith(`${emulator.url}/resolve/`))).toBe(true)
    // Over a socket the text stream alone is a request to inference.
    const inference = addresses.filter((address) => address === `${emulator.url}/v1`)
    expect(transport === "rest" ? inference.length > 1 : inference.length === 1).toBe(true)
  },
  "`dependencies.WebSocket` opens the socket": {
    on: "websocket",
    run: async ({ client, emulator }) => {
      const opened: Array<string> = []
      const { WebSocket } = await import("ws")
      class Own extends WebSocket {
        constructor(url: string, protocols?: string | Array<string>) {
          super(url, protocols)
          opened.push(url)
        }
      }
      expect(await client({ dependencies: { WebSocket: untyped(Own) } }).run(image)).toHaveLength(1)
      expect(opened).toEqual([expect.stringContaining(`${emulator.url.replace("http", "ws")}/v1`)])
    }
  },
  "`restUrl`, `webSocketUrl`, `schemasUrl`, `contentUrl` overrule `baseUrl`": async ({ client, emulator, seen }) => {
    const { url } = emulator
    const webSocketUrl = `${url.replace("http", "ws")}/v1`
    const one = client({
      baseUrl: "http://127.0.0.1:9",
      restUrl: `${url}/v1`,
      webSocketUrl,
      schemasUrl: url,
      contentUrl: url
    })
    expect(await one.run({ ...image, model: "bfl-flux-1-dev" })).toHaveLength(1)
    expect((await one.content.creators()).length).toBeGreaterThan(0)
    expect(seen.map(({ path }) => path)).toEqual(expect.arrayContaining(["/v1", "/registry.json", "/creators"]))
  },
  "`pollTimeout` bounds the polling of a task": async ({ client }) => {
    await rejection(client({ pollTimeout: 150 }).run(slowImage(10_000)), { code: "timeout", submission: "accepted" })
  },
  "`requestTimeout`: after it a sync result is fetched by polling": async ({ client, emulator, seen }) => {
    const task = { ...slowImage(600), deliveryMethod: "sync" } as const
    expect(await client({ requestTimeout: 150 }).run(task)).toHaveLength(1)
    expect(carrying(seen, "getResponse").length).toBeGreaterThan(0)
    expect(emulator.stats().tasksAccepted).toBe(1)
  },
  "`polling: standard`: `pollDelay` and `pollInterval` set the pace": async ({ client, seen }) => {
    await client({ polling: "standard", pollDelay: 5, pollInterval: 5, pollFactor: 1 }).run(slowImage(300))
    expect(carrying(seen, "getResponse").length).toBeGreaterThanOrEqual(3)
  },
  "`polling: adaptive` asks seldom": async ({ client, seen }) => {
    await client({ polling: "adaptive" }).run(slowImage(300))
    expect(carrying(seen, "getResponse").length).toBeLessThan(20)
  },
  "`maxMediaBytes` bounds the files of a task": async ({ client, emulator }) => {
    const bytes = Buffer.from(pixel.split(",")[1] ?? "", "base64")
    await rejection(client({ maxMediaBytes: 10 }).run(untyped({ model: "bria:2@1", inputs: { image: bytes } })), {
      code: "validation",
      parameter: "inputs.image",
      submission: "none"
    })
    expect(emulator.stats().tasksAccepted).toBe(0)
  },
  "`logSink` gets entries, and never the key": async ({ client, emulator }) => {
    const entries: Array<{ readonly category: string; readonly timestamp: number }> = []
    await client({ logSink: (entry) => void entries.push(entry) }).run(image)
    expect(entries.map(({ category }) => category)).toEqual(expect.arrayContaining(["send", "receive"]))
    expect(entries.every(({ timestamp }) => timestamp > 1e12)).toBe(true)
    expect(JSON.stringify(entries)).not.toContain(emulator.apiKey)
  },
  "`registryTtl`: an old registry is fetched anew": async ({ client, seen }) => {
    const one = client({ registryTtl: 1 })
    await one.run({ ...image, model: "bfl-flux-1-dev" })
    await one.run({ ...image, model: "bfl-flux-1-dev" })
    await until(() => seen.filter(({ path }) => path === "/registry.json").length >= 2)
  },
  "`refreshRegistry` knows models of today at once": async ({ client, emulator }) => {
    const one = client()
    const models = { "bfl:today@1": { taskType: "imageInference", id: "today" } }
    const registry = (await (await fetch(`${emulator.url}/registry.json`)).json()) as object
    emulator.respondNext({
      body: { ...registry, version: "29990101000000", models },
      match: ({ path }) => path === "/registry.json"
    })
    await one.refreshRegistry()
    // The service itself doesn't know it: what it refuses is the AIR that the slug stands for.
    await rejection(one.run(untyped({ ...image, model: "today" })), { model: "bfl:today@1", submission: "rejected" })
  },
  "`refreshRegistry` rejects when it can't be had, and calls go on": async ({ client, emulator }) => {
    emulator.respondNext({
      status: 503,
      times: Number.POSITIVE_INFINITY,
      match: ({ path }) => path === "/registry.json"
    })
    const one = client({ maxRetries: 0 })
    await rejection(one.refreshRegistry(), { code: "serverError", statusCode: 503 })
    expect(await one.run({ ...image, model: "bfl-flux-1-dev" })).toHaveLength(1)
  }
})

const connection = area("connection", {
  "`connect`, `isConnected`, `disconnect`": async ({ client, emulator, transport }) => {
    const one = client()
    await one.connect()
    expect([one.isConnected(), one.status]).toEqual([true, "ready"])
    if (transport === "websocket") expect(emulator.stats().openSockets).toBe(1)
    await one.disconnect()
    expect(one.isConnected()).toBe(false)
    await until(() => emulator.stats().openSockets === 0)
    await rejection(one.run(image), { code: "connection" })
    await one.connect()
    expect(await one.run(image)).toHaveLength(1)
  },
  "reconnects after a dropped socket, and nothing is bought twice": {
    on: "websocket",
    run: async ({ client, emulator }) => {
      const one = client()
      const run = one.run(slowImage(300))
      await until(() => emulator.stats().tasksAccepted === 1)
      expect(emulator.dropSockets()).toBe(1)
      expect(await run).toHaveLength(1)
      expect(emulator.stats()).toMatchObject({ tasksAccepted: 1, tasksBilled: 1 })
    }
  },
  "`maxReconnectAttempts` gives up": {
    on: "websocket",
    run: async ({ client, emulator }) => {
      const one = client({ maxReconnectAttempts: 1, reconnectDelay: 5, timeout: "5 seconds" })
      await one.connect()
      await emulator.close()
      await rejection(one.run(image), { code: "connection" })
    }
  }
})

export const settings: ReadonlyArray<Row> = [...options, ...connection]
