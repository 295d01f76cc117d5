/** Webhooks and uploads, from a real emulator to a real receiver. */
import { assert, describe, it } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { makeCourier } from "../src/internal/courier.ts"
import { startEmulator } from "../src/index.ts"
import { picture, post } from "./client.ts"

interface Received {
  readonly method: string
  readonly url: string
  readonly contentType: string | undefined
  readonly body: Buffer
}

/** A receiver that answers each request as it is told, 204 when it is told nothing more. */
const startReceiver = async (...answers: ReadonlyArray<(response: ServerResponse) => void>) => {
  const received: Array<Received> = []
  const waiting: Array<() => void> = []
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const answer = answers[received.length] ?? status(204)
      const { method = "", url = "" } = request
      received.push({ method, url, contentType: request.headers["content-type"], body: Buffer.concat(chunks) })
      answer(response)
      for (const wake of waiting.splice(0)) wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
  return {
    url,
    received,
    /** Waits until so many requests came. */
    count: async (wanted: number): Promise<ReadonlyArray<Received>> => {
      while (received.length < wanted) await new Promise<void>((resolve) => waiting.push(resolve))
      return received
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

const status = (code: number, headers: Record<string, string> = {}) => {
  return (response: ServerResponse): void => {
    response.writeHead(code, headers).end("received")
  }
}

const reset = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy()
}

const jsonOf = ({ body }: Received): unknown => JSON.parse(body.toString("utf8"))

/** Waits until a condition of the emulator holds that follows from what the receiver answered. */
const eventually = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe("a webhook", () => {
  it("is told again until it answers 2xx, with the item that a poll gives", async () => {
    await using receiver = await startReceiver(status(500), reset, status(307, { location: "/other" }), status(201))
    await using emulator = await startEmulator()
    const task = picture({ deliveryMethod: "async", webhookURL: `${receiver.url}/done?secret=s1` })
    await post(emulator, [task])
    const requests = await receiver.count(4)
    await eventually(() => emulator.stats().delivered === 1)
    assert.deepStrictEqual(
      requests.map(({ contentType, method, url }) => [method, url, contentType]),
      Array.from({ length: 4 }, () => ["POST", "/done?secret=s1", "application/json"])
    )
    assert.isTrue(requests.every(({ body }) => requests[0]?.body.equals(body)))
    const { data } = await post(emulator, [{ taskType: "getResponse", taskUUID: task.taskUUID }])
    const { status: _status, ...item } = data[0] ?? {}
    assert.deepStrictEqual(jsonOf(requests[3] ?? assert.fail("no request")), item)
    assert.strictEqual(receiver.received.length, 4)
    assert.strictEqual(emulator.stats().undelivered, 0)
  })

  it("is given up after five attempts, and nothing else suffers", async () => {
    await using receiver = await startReceiver(...Array.from({ length: 9 }, () => status(404)))
    await using emulator = await startEmulator()
    const { data } = await post(emulator, [picture({ webhookURL: receiver.url })])
    assert.strictEqual(data.length, 1)
    await eventually(() => emulator.stats().undelivered === 1)
    assert.strictEqual(receiver.received.length, 5)
    assert.strictEqual(emulator.stats().delivered, 0)
  })

  it("may be where nobody listens", async () => {
    const receiver = await startReceiver()
    await receiver[Symbol.asyncDispose]()
    await using emulator = await startEmulator()
    await post(emulator, [picture({ webhookURL: receiver.url })])
    await eventually(() => emulator.stats().undelivered === 1)
    assert.strictEqual((await post(emulator, [picture()])).status, 200)
  })

  it("gets each of the results, wrapped where the switch says so, and errors of what failed", async () => {
    await using receiver = await startReceiver()
    await using emulator = await startEmulator({ switches: { webhookForm: "wrapped" } })
    const positivePrompt = "a lighthouse [[fail:inferenceError@2]]"
    await post(emulator, [picture({ webhookURL: receiver.url, numberResults: 3, positivePrompt })])
    const bodies = (await receiver.count(3)).map(jsonOf)
    const keys = bodies.flatMap((body) => Object.keys(body as object)).toSorted()
    assert.deepStrictEqual(keys, ["data", "data", "errors"])
  })
})

describe("an uploadEndpoint", () => {
  it("gets the bytes that are served, by PUT, one request for each output", async () => {
    await using receiver = await startReceiver(status(503))
    await using emulator = await startEmulator()
    const task = picture({ uploadEndpoint: `${receiver.url}/bucket`, numberResults: 2, outputFormat: "PNG" })
    const { data } = await post(emulator, [task])
    const requests = (await receiver.count(3)).map(({ body, contentType, method }) => [
      method,
      contentType,
      body.toString("base64")
    ])
    const served = await Promise.all(
      data.map(async (item) => {
        const response = await fetch(String(item["imageURL"]))
        return ["PUT", "image/png", Buffer.from(await response.arrayBuffer()).toString("base64")]
      })
    )
    assert.strictEqual(served.length, 2)
    assert.sameDeepMembers([...new Set(requests.map(String))], served.map(String))
    await eventually(() => emulator.stats().delivered === 2)
  })
})

describe("a receiver that doesn't answer in time", () => {
  it("counts as one that failed", async () => {
    await using receiver = await startReceiver(() => undefined)
    const told = await new Promise<unknown>((resolve) => {
      const courier = makeCourier(
        { dispatch: resolve, encode: async (payload) => JSON.stringify(payload) },
        async () => new Uint8Array(),
        50
      )
      courier.send({ _tag: "SendOutside", id: "one", url: receiver.url, body: { _tag: "Json", payload: {} } })
    })
    assert.deepStrictEqual(told, { _tag: "SentOutside", id: "one", succeeded: false })
  })

  it("holds up neither the emulator's end nor anything after it", async () => {
    await using receiver = await startReceiver(() => undefined)
    const emulator = await startEmulator()
    await post(emulator, [picture({ webhookURL: receiver.url, taskUUID: randomUUID() })])
    await receiver.count(1)
    await emulator.close()
    assert.deepStrictEqual(
      [emulator.stats().delivered, emulator.stats().undelivered, receiver.received.length],
      [0, 0, 1]
    )
  })
})
