/**
 * Who is measured: the Promise client as it is published, the vendor's older SDK, and loops written by hand over `ws` and
 * `fetch`, which do nothing but what the wire asks for. Each does the same tasks with the same service.
 */
import { randomUUID } from "node:crypto"
import { setTimeout } from "node:timers/promises"
import type { createClient as CreateClient } from "@effect-runware/promise"
import { WebSocket } from "ws"

/** Where the service is, and which build of the client is measured. */
export interface Target {
  readonly url: string
  readonly apiKey: string
  /** File URL of the built client. */
  readonly build: string
}

export interface Contender {
  /** A sync task: one request, one reply. */
  readonly call: (prompt: string) => Promise<unknown>
  /** An async task until its result is there; gives its taskUUID and checks that there is a result. */
  readonly run: (prompt: string) => Promise<string>
  readonly close: () => Promise<void> | void
}

export type ContenderName = keyof typeof contenders

const image = (positivePrompt: string) =>
  ({ taskType: "imageInference", model: "runware:101@1", positivePrompt, width: 512, height: 512 }) as const

/** An async task whose results the vendor's SDK polls for by itself; for images it leaves that to its caller. */
const song = (positivePrompt: string) =>
  ({ taskType: "audioInference", model: "elevenlabs:1@1", positivePrompt, duration: 10, numberResults: 1 }) as const

const wsUrl = (url: string) => `${url.replace("http", "ws")}/v1`

const ours =
  (transport: "websocket" | "rest") =>
  async ({ apiKey, build, url }: Target): Promise<Contender> => {
    const { createClient }: { readonly createClient: typeof CreateClient } = await import(build)
    const client = createClient({ apiKey, transport, baseUrl: url })
    await client.connect()
    return {
      call: (prompt) => client.run({ ...image(prompt), deliveryMethod: "sync" }),
      run: async (prompt) => {
        const [result] = await client.run({ ...song(prompt), deliveryMethod: "async" })
        return uuidOf(result)
      },
      close: () => client.disconnect()
    }
  }

const legacy = async ({ apiKey, url }: Target): Promise<Contender> => {
  const { Runware } = await import("@runware/sdk-js")
  const client = await Runware.initialize({ apiKey, url: wsUrl(url), timeoutDuration: 120_000 })
  return {
    call: (prompt) => client.imageInference({ ...image(prompt), deliveryMethod: "sync" }),
    run: async (prompt) => {
      const results = await client.audioInference({ ...song(prompt), deliveryMethod: "async" })
      return uuidOf(Array.isArray(results) ? results[0] : results)
    },
    close: () => client.disconnect()
  }
}

interface Item {
  readonly taskUUID: string
  readonly status?: string
  readonly audioURL?: string
}

type OwnTask = Readonly<Record<string, unknown>> & { readonly taskUUID: string }

const pollEvery = 100

/** One socket, one map: each reply goes to who asked for its taskUUID; an async task is asked for at once, and
 * then every 100 ms with all that wait. */
const bareSocket = async ({ apiKey, url }: Target): Promise<Contender> => {
  const socket = new WebSocket(wsUrl(url))
  const waiting = new Map<string, (item: Item) => void>()
  const polled = new Set<string>()
  /** Asked for and not answered: a busy service is not asked again meanwhile. */
  const asked = new Set<string>()
  await new Promise((resolve) => socket.once("open", resolve))
  socket.on("message", (bytes) => {
    // Bare as it is, it trusts the service: only its own emulator is asked.
    const { data } = JSON.parse(String(bytes)) as { readonly data: ReadonlyArray<Item> }
    for (const item of data) {
      asked.delete(item.taskUUID)
      waiting.get(item.taskUUID)?.(item)
    }
  })
  const exchange = (task: OwnTask) =>
    new Promise<Item>((resolve) => {
      waiting.set(task.taskUUID, resolve)
      socket.send(JSON.stringify([task]))
    })
  await new Promise((resolve) => {
    socket.once("message", resolve)
    socket.send(JSON.stringify([{ taskType: "authentication", apiKey }]))
  })
  const polls = setInterval(() => {
    if (asked.size > 0) return
    const all = [...polled]
    for (const taskUUID of all) asked.add(taskUUID)
    for (let from = 0; from < all.length; from += 100) {
      const some = all.slice(from, from + 100)
      socket.send(JSON.stringify(some.map((taskUUID) => ({ taskType: "getResponse", taskUUID }))))
    }
  }, pollEvery)
  return {
    call: async (prompt) => {
      const taskUUID = randomUUID()
      await exchange({ ...image(prompt), taskUUID, deliveryMethod: "sync" })
      waiting.delete(taskUUID)
    },
    run: async (prompt) => {
      const taskUUID = randomUUID()
      await exchange({ ...song(prompt), taskUUID, deliveryMethod: "async" })
      await new Promise<void>((resolve) => {
        waiting.set(taskUUID, ({ audioURL, status }) => {
          if (status === "success" && audioURL !== undefined) resolve()
        })
        polled.add(taskUUID)
        if (polled.size === 1) socket.send(JSON.stringify([{ taskType: "getResponse", taskUUID }]))
      })
      polled.delete(taskUUID)
      waiting.delete(taskUUID)
      return taskUUID
    },
    close: () => {
      clearInterval(polls)
      socket.close()
    }
  }
}

const bareFetch = async ({ apiKey, url }: Target): Promise<Contender> => {
  const exchange = async (task: OwnTask): Promise<Item | undefined> => {
    const response = await fetch(`${url}/v1`, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify([task])
    })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    // As bare as the other: it trusts the service.
    const { data } = (await response.json()) as { readonly data: ReadonlyArray<Item> }
    return data[0]
  }
  return {
    call: (prompt) => exchange({ ...image(prompt), taskUUID: randomUUID(), deliveryMethod: "sync" }),
    run: async (prompt) => {
      const taskUUID = randomUUID()
      await exchange({ ...song(prompt), taskUUID, deliveryMethod: "async" })
      for (;;) {
        const item = await exchange({ taskType: "getResponse", taskUUID })
        if (item?.status === "success" && item.audioURL !== undefined) return taskUUID
        await setTimeout(pollEvery)
      }
    },
    close: () => undefined
  }
}

export const contenders = {
  websocket: ours("websocket"),
  rest: ours("rest"),
  "@runware/sdk-js": legacy,
  ws: bareSocket,
  fetch: bareFetch
}

const uuidOf = (result: object | undefined): string => {
  const taskUUID: unknown = result === undefined ? undefined : Reflect.get(result, "taskUUID")
  if (result === undefined || !("audioURL" in result) || typeof taskUUID !== "string") throw new Error("No result")
  return taskUUID
}
