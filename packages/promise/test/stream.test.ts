import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { type ClientConfig, createClient, isRunwareError, type RunwareClient, type RunwareError } from "../src/index.ts"
import { startStreamingService } from "./streamingService.ts"

const sky = { model: "alibaba:qwen@3.5-27b", messages: [{ role: "user", content: "Why is the sky blue?" }] } as const

let emulator: RunningEmulator
const clients = new Set<RunwareClient>()
const rejections: Array<unknown> = []
const onRejection = (reason: unknown) => rejections.push(reason)

const connect = (config: ClientConfig = {}): RunwareClient => {
  const client = createClient({ apiKey: emulator.apiKey, baseUrl: emulator.url, retryDelay: 5, ...config })
  clients.add(client)
  return client
}

/** A service that writes what the test says, and a client of it. */
const scripted = async (config: ClientConfig = {}) => {
  const service = await startStreamingService()
  onTestFinished(service.close)
  return { service, client: connect({ baseUrl: service.url, schemasUrl: emulator.url, ...config }) }
}

const collect = async <A>(all: AsyncIterable<A>): Promise<Array<A>> => {
  const found: Array<A> = []
  for await (const one of all) found.push(one)
  return found
}

/** The error that something rejects with. */
const errorOf = (promise: Promise<unknown>): Promise<RunwareError> =>
  promise.then(
    () => Promise.reject(new Error("It should have rejected")),
    (error: unknown) => (isRunwareError(error) ? error : Promise.reject(error))
  )

beforeAll(async () => {
  emulator = await startEmulator()
  process.on("unhandledRejection", onRejection)
})
afterEach(async () => {
  await Promise.all([...clients].map((client) => client.disconnect()))
  clients.clear()
  expect(rejections).toEqual([])
})
afterAll(async () => {
  process.off("unhandledRejection", onRejection)
  await emulator.close()
})

describe.each(["rest", "websocket"] as const)("a text stream of a client over %s", (transport) => {
  it("gives the text and the reasoning in pieces, and the whole at its end", async () => {
    const taskUUID = crypto.randomUUID()
    const stream = connect({ transport }).stream({ ...sky, taskUUID, includeUsage: true, includeCost: true })
    const pieces = await collect(stream.textStream)
    const reasoning = await collect(stream.reasoningStream)
    expect(pieces.length).toBeGreaterThan(10)
    expect(reasoning.length).toBeGreaterThan(10)
    expect(await stream.result()).toEqual({
      taskType: "textInference",
      taskUUID,
      text: pieces.join(""),
      reasoningContent: reasoning.join(""),
      finishReason: "stop",
      usage: expect.objectContaining({ promptTokens: expect.any(Number), completionTokens: expect.any(Number) }),
      cost: expect.any(Number)
    })
    expect(emulator.stats().openSockets).toBe(0)
  })
})

describe("readers", () => {
  it("share one request, those included that come late", async () => {
    const before = emulator.stats().requests
    const stream = connect().stream(sky)
    const [text, pieces, chunks, bytes] = await Promise.all([
      stream.text(),
      collect(stream.textStream),
      collect(stream.chunks),
      new Response(stream.toReadableStream()).text()
    ])
    expect(pieces.join("")).toBe(text)
    expect(chunks.map(({ delta }) => delta?.text ?? "").join("")).toBe(text)
    expect(bytes).toBe(text)
    expect(await collect(stream.textStream)).toEqual(pieces)
    expect(await collect(stream.chunks)).toEqual(chunks)
    expect(await stream.text()).toBe(text)
    expect(emulator.stats().requests - before).toBe(1)
  })

  it("can await the stream as well as take it at once", async () => {
    const stream = await connect().stream(sky)
    expect(stream).not.toHaveProperty("then")
    expect(await stream.text()).not.toBe("")
  })

  it("can take its parts off it", async () => {
    const { result, text, toReadableStream } = connect().stream(sky)
    expect(await new Response(toReadableStream()).text()).toBe(await text())
    expect((await result()).text).toBe(await text())
  })

  it("send nothing until they read, and then once", async () => {
    const { client, service } = await scripted()
    const stream = client.stream(sky)
    const iterator = stream.textStream[Symbol.asyncIterator]()
    const body = stream.toReadableStream()
    await new Promise(setImmediate)
    expect(service.requests()).toBe(0)
    const text = stream.text()
    const response = await service.next()
    response.write({ delta: { text: "Light" } }).end()
    expect(await text).toBe("Light")
    expect(await iterator.next()).toEqual({ done: false, value: "Light" })
    expect(await new Response(body).text()).toBe("Light")
    expect(service.requests()).toBe(1)
  })

  it("get what is unknown as it came", async () => {
    const { client, service } = await scripted()
    const stream = client.stream({ ...sky, taskUUID: "3f0d7c52-6d0c-4f6e-9d3b-5a8f7f6b2c11" })
    const chunks = collect(stream.chunks)
    const response = await service.next()
    const call = { toolCalls: [{ id: "1", name: "weather", input: {} }] }
    response.write({ delta: call }).write({ delta: {}, finishReason: "tool_calls", novelty: 1 }).end()
    const about = { taskType: "textInference", taskUUID: "3f0d7c52-6d0c-4f6e-9d3b-5a8f7f6b2c11" }
    expect(await chunks).toEqual([
      { ...about, delta: call },
      { ...about, delta: {}, finishReason: "tool_calls", novelty: 1 }
    ])
    expect(await stream.result()).toEqual({ ...about, text: "", finishReason: "tool_calls", novelty: 1 })
  })

  it("may ask again before they have an answer", async () => {
    const { client, service } = await scripted()
    const iterator = client.stream(sky).textStream[Symbol.asyncIterator]()
    const asked = [iterator.next(), iterator.next(), iterator.next()]
    const response = await service.next()
    response.write({ delta: { text: "a" } }, { delta: { text: "b" } }).end()
    expect(await Promise.all(asked)).toEqual([
      { done: false, value: "a" },
      { done: false, value: "b" },
      { done: true, value: undefined }
    ])
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it("get whole characters as bytes, wherever the service cuts them", async () => {
    const { client, service } = await scripted()
    const reader = client.stream(sky).toReadableStream().getReader()
    const first = reader.read()
    const response = await service.next()
    response.write({ delta: { text: "a\uD83C" } })
    const pieces = [(await first).value]
    response.write({ delta: { text: "\uDF0A" } }).end()
    pieces.push((await reader.read()).value)
    expect(pieces.map((bytes) => new TextDecoder().decode(bytes))).toEqual(["a", "🌊"])
    expect((await reader.read()).done).toBe(true)
  })

  it("that come late get only what follows with `replay: false`, and the whole nevertheless", async () => {
    const { client, service } = await scripted()
    const stream = client.stream(sky, { replay: false })
    const first = stream.textStream[Symbol.asyncIterator]()
    const one = first.next()
    const response = await service.next()
    response.write({ delta: { text: "one " } })
    expect(await one).toEqual({ done: false, value: "one " })
    const late = collect(stream.textStream)
    response.write({ delta: { text: "two" } }).end()
    expect(await late).toEqual(["two"])
    expect(await stream.text()).toBe("one two")
  })

  it("that fall behind fail alone", async () => {
    const { client, service } = await scripted({ streamBuffer: 2 })
    const stream = client.stream(sky)
    const slow = stream.textStream[Symbol.asyncIterator]()
    const first = slow.next()
    const response = await service.next()
    const fast = stream.textStream[Symbol.asyncIterator]()
    const pieces = ["a", "b", "c", "d", "e"]
    const read: Array<unknown> = []
    for (const text of pieces) {
      const next = fast.next()
      response.write({ delta: { text } })
      read.push((await next).value)
    }
    expect(await first).toEqual({ done: false, value: "a" })
    expect(await errorOf(slow.next())).toMatchObject({ rawCode: "streamBufferExceeded" })
    response.end()
    expect(await fast.next()).toEqual({ done: true, value: undefined })
    expect(read).toEqual(pieces)
    expect(await stream.text()).toBe("abcde")
  })

  it("complete a hundred streams at once", async () => {
    const client = connect()
    const texts = await Promise.all(
      Array.from({ length: 100 }, async (_, seed) => {
        const stream = client.stream({ ...sky, settings: { seed } })
        const [pieces, text] = await Promise.all([collect(stream.textStream), stream.text()])
        return pieces.join("") === text && text !== ""
      })
    )
    expect(texts).toEqual(Array.from({ length: 100 }, () => true))
  })
})

describe("a reader that leaves", () => {
  it("ends the request, when it is the last one", async () => {
    const { client, service } = await scripted()
    const stream = client.stream(sky)
    const left = vi.fn()
    const reading = (async () => {
      for await (const _ of stream.textStream) break
      left()
    })()
    const response = await service.next()
    response.write({ delta: { text: "Light" } })
    await reading
    await service.idle()
    expect(left).toHaveBeenCalledOnce()
    const error = await errorOf(stream.text())
    expect(error).toMatchObject({ code: "aborted", submission: "accepted", results: [{ text: "Light" }] })
    expect(service.open()).toBe(0)
  })

  it("leaves the others what they read", async () => {
    const { client, service } = await scripted()
    const stream = client.stream(sky)
    const staying = collect(stream.textStream)
    const leaving = (async () => {
      for await (const _ of stream.chunks) break
    })()
    const response = await service.next()
    response.write({ delta: { text: "a" } })
    await leaving
    expect(service.open()).toBe(1)
    response.write({ delta: { text: "b" } }).end()
    expect(await staying).toEqual(["a", "b"])
  })

  it("is not waited for by one that comes at the same moment", async () => {
    const { client, service } = await scripted()
    const stream = client.stream(sky)
    const first = stream.textStream[Symbol.asyncIterator]()
    const one = first.next()
    const response = await service.next()
    response.write({ delta: { text: "a" } })
    await one
    const other = collect(stream.textStream)
    await first.return?.()
    response.write({ delta: { text: "b" } }).end()
    expect(await other).toEqual(["a", "b"])
  })

  it("needs no answer to leave", async () => {
    const { client, service } = await scripted()
    const iterator = client.stream(sky).textStream[Symbol.asyncIterator]()
    const waiting = iterator.next()
    await service.next()
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect(await waiting).toEqual({ done: true, value: undefined })
    await service.idle()
  })

  it("cancels a stream of bytes", async () => {
    const { client, service } = await scripted()
    const reader = client.stream(sky).toReadableStream().getReader()
    const first = reader.read()
    const response = await service.next()
    response.write({ delta: { text: "Light" } })
    expect(new TextDecoder().decode((await first).value)).toBe("Light")
    await reader.cancel()
    await service.idle()
  })
})

describe("a stream that is given up", () => {
  it("sends nothing when its signal is aborted already", async () => {
    const { client, service } = await scripted()
    const stream = client.stream(sky, { signal: AbortSignal.abort() })
    const error = await errorOf(stream.text())
    expect(error).toMatchObject({ code: "aborted", submission: "none", model: sky.model })
    expect(await errorOf(collect(stream.textStream))).toBe(error)
    expect(service.requests()).toBe(0)
  })

  it("closes the request before its first byte, and settles every reader", async () => {
    const { client, service } = await scripted()
    const controller = new AbortController()
    const stream = client.stream(sky, { signal: controller.signal })
    const readers = [
      stream.text(),
      stream.result(),
      collect(stream.textStream),
      collect(stream.reasoningStream),
      collect(stream.chunks),
      new Response(stream.toReadableStream()).text()
    ].map(errorOf)
    await service.next()
    controller.abort(new Error("the page was left"))
    await service.idle()
    const errors = await Promise.all(readers)
    expect(errors.map(({ code }) => code)).toEqual(errors.map(() => "aborted"))
    expect(errors[0]).toMatchObject({ submission: "unknown", cause: controller.signal.reason })
    expect(errors[0]?.message).toContain("the page was left")
  })

  it("closes the request in the middle, and tells what came", async () => {
    const { client, service } = await scripted()
    const controller = new AbortController()
    const stream = client.stream(sky, { signal: controller.signal })
    const whole = errorOf(stream.result())
    const iterator = stream.textStream[Symbol.asyncIterator]()
    const first = iterator.next()
    const response = await service.next()
    response.write({ delta: { text: "Light " } }, { delta: { text: "scatters" } })
    expect(await first).toEqual({ done: false, value: "Light " })
    controller.abort()
    await service.idle()
    const error = await whole
    expect(error).toMatchObject({
      code: "aborted",
      submission: "accepted",
      taskUUID: expect.any(String),
      results: [expect.objectContaining({ text: "Light scatters" })]
    })
    // What it has not read yet it does not get any more.
    expect(await errorOf(iterator.next())).toBe(error)
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(await errorOf(stream.text())).toBe(error)
  })

  it("has code `timeout` when its signal times out, or its own time is up", async () => {
    const { client, service } = await scripted()
    const bySignal = errorOf(client.stream(sky, { signal: AbortSignal.timeout(20) }).text())
    const byOption = errorOf(client.stream(sky, { timeout: 20 }).text())
    expect(await bySignal).toMatchObject({ code: "timeout" })
    expect(await byOption).toMatchObject({ code: "timeout" })
    await service.idle()
  })

  it("has code `timeout` when the service falls silent", async () => {
    const { client, service } = await scripted({ streamIdleTimeout: 30 })
    const text = errorOf(client.stream(sky).text())
    const response = await service.next()
    response.write({ delta: { text: "Light" } })
    expect(await text).toMatchObject({ code: "timeout", results: [{ text: "Light" }] })
    await service.idle()
  })

  it("ends with the client, and none begins after that", async () => {
    const { client, service } = await scripted()
    const stream = client.stream(sky)
    const text = errorOf(stream.text())
    await service.next()
    await client.disconnect()
    await service.idle()
    expect(await text).toMatchObject({ code: "connection", rawCode: "disconnected" })
    expect(await errorOf(client.stream(sky).text())).toMatchObject({ rawCode: "disconnected", submission: "none" })
    expect(service.requests()).toBe(1)
  })

  it("stays readable after its end, whatever is aborted then", async () => {
    const controller = new AbortController()
    const client = connect()
    const stream = client.stream(sky, { signal: controller.signal })
    const text = await stream.text()
    controller.abort()
    await client.disconnect()
    expect((await collect(stream.textStream)).join("")).toBe(text)
  })
})

describe("a stream that fails", () => {
  it("is refused before it is sent, by every reader", async () => {
    const { client, service } = await scripted()
    const several = { ...sky, numberResults: 2 } as object as typeof sky
    const stream = client.stream(several)
    expect(await errorOf(stream.text())).toMatchObject({ code: "validation", parameter: "numberResults" })
    expect(await errorOf(collect(stream.chunks))).toMatchObject({ code: "validation", submission: "none" })
    const misspelt = client.stream(sky, { replays: false } as object)
    const error = await errorOf(collect(misspelt.textStream))
    expect(error).toMatchObject({ code: "validation", rawCode: "invalidConfig", parameter: "replays" })
    expect(error.message).toContain("Did you mean replay?")
    const unknown = { ...sky, depth: 3 } as object as typeof sky
    const checked = client.stream(unknown, { validate: true })
    expect(await errorOf(checked.text())).toMatchObject({ code: "validation", parameter: "depth", submission: "none" })
    expect(service.requests()).toBe(0)
  })

  it("rejects nothing without a reader", async () => {
    const client = connect()
    client.stream({ ...sky, numberResults: 2 } as object as typeof sky)
    client.stream(sky, { signal: AbortSignal.abort() })
    client.stream(sky).toReadableStream()
    const left = client.stream({ ...sky, numberResults: 2 } as object as typeof sky).textStream[Symbol.asyncIterator]()
    void left.next().catch(() => {})
    await left.return?.()
    await new Promise(setImmediate)
    expect(rejections).toEqual([])
  })

  it("is sent again as long as no byte has come", async () => {
    const before = emulator.stats()
    emulator.respondNext({ status: 429, headers: { "retry-after": "0" }, body: {} })
    emulator.respondNext({ status: 503, body: {} })
    const stream = connect().stream(sky)
    expect(await stream.text()).not.toBe("")
    expect(emulator.stats().tasksBilled - before.tasksBilled).toBe(1)
  })

  it("tells what came before it was cut, and isn't sent again", async () => {
    const { client, service } = await scripted()
    const stream = client.stream(sky)
    const pieces: Array<string> = []
    const reading = errorOf(
      (async () => {
        for await (const piece of stream.textStream) pieces.push(piece)
      })()
    )
    const response = await service.next()
    response.write({ delta: { text: "Light " } }, { delta: { text: "scat" } })
    await vi.waitFor(() => expect(pieces).toEqual(["Light ", "scat"]))
    response.cut()
    expect(await reading).toMatchObject({
      code: "connection",
      submission: "accepted",
      results: [expect.objectContaining({ text: "Light scat" })]
    })
    // A late reader gets the part, and then the error.
    const late = stream.textStream[Symbol.asyncIterator]()
    expect([await late.next(), await late.next()].map(({ value }) => value)).toEqual(["Light ", "scat"])
    expect(await errorOf(late.next())).toMatchObject({ code: "connection" })
    expect(service.requests()).toBe(1)
  })

  it("is incomplete without its last word", async () => {
    emulator.respondNext({ stream: { streamEnd: "noDone" } })
    const error = await errorOf(connect().stream(sky).text())
    expect(error).toMatchObject({ code: "connection", results: [{ text: expect.any(String) }] })
  })

  it.each(["errors", "error"] as const)("has the error that the service puts under `%s`", async (streamErrors) => {
    emulator.respondNext({ stream: { streamErrors } })
    const messages = [{ role: "user", content: "[[fail:providerTimeout]] Why is the sky blue?" }] as const
    const error = await errorOf(
      connect()
        .stream({ ...sky, messages })
        .text()
    )
    expect(error).toMatchObject({ code: "timeout", rawCode: "providerTimeout", submission: "accepted" })
  })

  it("survives whatever the grammar allows", async () => {
    emulator.respondNext({ stream: { streamNoise: true, streamLines: "crlf", streamPieces: "bytes" } })
    const client = connect()
    const stream = client.stream(sky)
    const { taskUUID, text } = await stream.result()
    expect((await collect(stream.textStream)).join("")).toBe(text)
    expect(await client.attach(taskUUID)).toMatchObject([{ text }])
  })
})

describe("an injected fetch", () => {
  it("carries the stream, and is told when nobody reads it any more", async () => {
    const cancelled = vi.fn()
    const event = (text: string) => `data: ${JSON.stringify({ taskType: "textInference", delta: { text } })}\n\n`
    const fetch = async () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode(event("Light ") + event("scatters"))),
          cancel: cancelled
        }),
        { headers: { "content-type": "text/event-stream" } }
      )
    const stream = connect({ transport: "rest", registryTimeout: 0, dependencies: { fetch } }).stream(sky)
    const pieces: Array<string> = []
    for await (const piece of stream.textStream) if (pieces.push(piece) === 2) break
    expect(pieces).toEqual(["Light ", "scatters"])
    expect(cancelled).toHaveBeenCalledOnce()
  })
})
