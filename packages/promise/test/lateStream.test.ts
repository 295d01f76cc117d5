import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { startStreamingService } from "./streamingService.ts"

const sky = { model: "alibaba:qwen@3.5-27b", messages: [{ role: "user", content: "Why is the sky blue?" }] } as const

let service: Awaited<ReturnType<typeof startStreamingService>>

beforeEach(async () => {
  service = await startStreamingService()
})
afterEach(async () => {
  vi.doUnmock("../src/internal/textHandle.ts")
  await service.close()
})

/** A client that has loaded nothing yet, as each is whose program has just started. */
const fresh = async () => {
  vi.resetModules()
  const { createClient } = await import("../src/createClient.ts")
  // The registry is asked for nowhere: the service has nothing but streams.
  const schemasUrl = "http://127.0.0.1:1"
  return createClient({ apiKey: "key", baseUrl: service.url, schemasUrl, transport: "rest", maxRetries: 0 })
}

const collect = async <A>(all: AsyncIterable<A>): Promise<Array<A>> => {
  const found: Array<A> = []
  for await (const one of all) found.push(one)
  return found
}

describe("the first text stream of a program", () => {
  it("has the same for all readers, however they read, and for those who come later", async () => {
    const client = await fresh()
    const stream = client.stream(sky)
    const first = stream.textStream[Symbol.asyncIterator]()
    const turns = [first.next(), first.next(), first.next()]
    const all = Promise.all([collect(stream.textStream), stream.text(), new Response(stream.toReadableStream()).text()])
    const response = await service.next()
    response.write({ delta: { text: "Light" } }, { delta: { text: " scatters" } }).end()
    expect(await Promise.all(turns)).toEqual([
      { done: false, value: "Light" },
      { done: false, value: " scatters" },
      { done: true, value: undefined }
    ])
    const whole = "Light scatters"
    expect(await all).toEqual([["Light", " scatters"], whole, whole])
    expect(await collect(stream.textStream)).toEqual(["Light", " scatters"])
    expect((await stream.result()).text).toBe(whole)
    expect(await new Response(stream.toReadableStream()).text()).toBe(whole)
    expect(service.requests()).toBe(1)
    await client.disconnect()
  })

  it("is not asked for by who leaves before reading", async () => {
    const client = await fresh()
    const stream = client.stream(sky)
    const iterator = stream.textStream[Symbol.asyncIterator]()
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    await stream.toReadableStream().cancel()
    await new Promise(setImmediate)
    expect(service.requests()).toBe(0)
    await client.disconnect()
  })

  it("closes its request when its only reader leaves in the middle", async () => {
    const client = await fresh()
    const stream = client.stream(sky)
    const reader = stream.toReadableStream().getReader()
    const piece = reader.read()
    const response = await service.next()
    response.write({ delta: { text: "Light" } })
    expect(new TextDecoder().decode((await piece).value)).toBe("Light")
    await reader.cancel()
    await service.idle()
    await client.disconnect()
  })

  it("says so to every reader when a part of the client can't be loaded", async () => {
    vi.doMock("../src/internal/textHandle.ts", () => {
      throw new Error("gone")
    })
    const client = await fresh()
    const stream = client.stream(sky)
    const moduleNotLoaded = expect.objectContaining({
      name: "RunwareError",
      rawCode: "moduleNotLoaded",
      submission: "none"
    })
    await expect(collect(stream.chunks)).rejects.toEqual(moduleNotLoaded)
    await expect(stream.text()).rejects.toEqual(moduleNotLoaded)
    await expect(new Response(stream.toReadableStream()).text()).rejects.toEqual(moduleNotLoaded)
    expect(service.requests()).toBe(0)
    await client.disconnect()
  })
})
