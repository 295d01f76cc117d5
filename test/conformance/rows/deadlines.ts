/** Options that bound a wait, each with an answer that doesn't come; and the socket that must prove to be alive. */
import { createServer, type AddressInfo } from "node:net"
import { expect } from "vitest"
import { once, startRelay } from "../relay.ts"
import { area, carrying, image, rejection, until, type Row } from "../row.ts"

/** Runs with the address of a server that accepts connections and never says a word. */
const withSilence = async (run: (address: string) => Promise<void>): Promise<void> => {
  const server = createServer((socket) => void socket.on("error", () => undefined).resume())
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  try {
    // A server that listens on a port has an address of that kind.
    await run(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.close()
  }
}

export const deadlines: ReadonlyArray<Row> = area("deadlines", {
  "`connectTimeout` bounds the opening of a socket": {
    on: "websocket",
    run: ({ client }) =>
      withSilence((webSocketUrl) =>
        rejection(client({ webSocketUrl, connectTimeout: 60, maxRetries: 0, timeout: "10 seconds" }).run(image), {
          code: "connection",
          submission: "none",
          message: expect.stringContaining("did not open: no answer")
        }).then(() => undefined)
      )
  },
  "`authTimeout` bounds the authentication of a socket": {
    on: "websocket",
    run: async ({ client, emulator }) => {
      await using relay = await startRelay(emulator, { auth: () => "lose" })
      await rejection(client({ baseUrl: relay.url, authTimeout: 60, timeout: "10 seconds" }).run(image), {
        code: "auth",
        rawCode: "authTimeout",
        submission: "none",
        message: expect.stringContaining("60ms")
      })
      expect(emulator.stats().tasksAccepted).toBe(0)
    }
  },
  "`ackTimeout`: after it the service is asked whether it has the task": async ({ client, emulator, seen }) => {
    await using relay = await startRelay(emulator, { reply: once("lose") })
    const one = client({ baseUrl: relay.url, ackTimeout: 100, timeout: "10 seconds" })
    expect(await one.run(image)).toHaveLength(1)
    expect(carrying(seen, "imageInference")).toHaveLength(1)
    expect(emulator.stats()).toMatchObject({ tasksAccepted: 1, tasksBilled: 1 })
  },
  "`pollReplyTimeout`: a poll that is not answered is made again": async ({ client, emulator }) => {
    let polls = 0
    await using relay = await startRelay(emulator, {
      request: ([task]) => (task?.taskType === "getResponse" && polls++ === 0 ? "lose" : "pass")
    })
    const one = client({ baseUrl: relay.url, pollReplyTimeout: 100, timeout: "9 seconds" })
    expect(await one.run(image)).toHaveLength(1)
    expect(polls).toBeGreaterThan(1)
  },
  "`unknownTaskGrace`: so long an unknown task is asked for": async ({ client, seen }) => {
    const taskUUID = "6f0d4c55-5b1c-4a55-93b6-0e2f8f6b5a10"
    const one = client({ unknownTaskGrace: 1000, timeout: "10 seconds" })
    // The time that a socket takes to open is none of the grace that is measured here.
    await one.connect()
    const { elapsed } = await rejection(one.attach(taskUUID), { code: "notFound", taskUUID })
    expect(elapsed).toBeGreaterThanOrEqual(1000)
    expect(carrying(seen, "getResponse").length).toBeGreaterThan(1)
  },
  "`registryTimeout`: after it the registry of the release serves": async ({ client, emulator }) => {
    emulator.respondNext({ failure: "hang", times: 9, match: ({ path }) => path === "/registry.json" })
    // Less than the default, which is three seconds.
    const one = client({ registryTimeout: 50, timeout: 2_900 })
    expect(await one.run({ ...image, model: "bfl-flux-1-dev" })).toHaveLength(1)
  },
  "`heartbeatInterval`: the gap between pings on the socket": {
    on: "websocket",
    run: async ({ client, seen }) => {
      await client({ heartbeatInterval: 20, pongTimeout: 150 }).connect()
      await until(() => carrying(seen, "ping").length >= 2)
    }
  },
  "`pongTimeout`: a socket that answers no ping is left for another": {
    on: "websocket",
    service: { switches: { pong: false } },
    run: async ({ client, emulator, seen }) => {
      const one = client({ heartbeatInterval: 20, pongTimeout: 150 })
      await one.connect()
      await until(() => carrying(seen, "authentication").length >= 2)
      emulator.configure({ pong: true })
      expect(await one.run(image)).toHaveLength(1)
      expect(emulator.stats().tasksBilled).toBe(1)
    }
  }
})
