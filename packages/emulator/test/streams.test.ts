import { assert, describe, it } from "@effect/vitest"
import type { Event } from "../src/Command.ts"
import { bytesOf } from "../src/EventStream.ts"
import { startEmulator, type StreamSwitches } from "../src/index.ts"
import { defaultStreamSwitches, type StreamPart } from "../src/Streaming.ts"
import { codes, drive, poll, uuid } from "./fixtures.ts"

const about = { taskUUID: uuid(1), taskType: "textInference" }

const chat = (parameters: Readonly<Record<string, unknown>> = {}) => ({
  ...about,
  model: "demo:chat@1",
  deliveryMethod: "stream",
  messages: [{ role: "user", content: "[[slow:1000]] Why is the sky blue?" }],
  ...parameters
})

/** Everything that a service streams in answer to a task, with its time. */
const streamed = (task: unknown, stream?: Partial<StreamSwitches>) => {
  const service = drive()
  const parts: Array<{ readonly at: number; readonly part: StreamPart }> = []
  const take = (at: number, events: ReadonlyArray<Event>) => {
    for (const event of events) if (event._tag === "StreamPart") parts.push({ at, part: event.part })
  }
  const request = {
    _tag: "HttpRequest",
    requestId: "a",
    authorization: "Bearer key-of-the-test",
    body: JSON.stringify([task]),
    dryRun: false,
    stream
  } as const
  take(0, service.perform(request, 0))
  for (let at = service.nextWake(); at !== undefined && at < 60_000; at = service.nextWake()) take(at, service.tick(at))
  return { service, parts }
}

const chunks = (parts: ReadonlyArray<{ readonly part: StreamPart }>) =>
  parts.flatMap(({ part }) => (part._tag === "Data" && typeof part.payload === "object" ? [part.payload as Chunk] : []))

interface Chunk {
  readonly delta?: { readonly text?: string; readonly reasoningContent?: string }
  readonly [field: string]: unknown
}

const textOf = (all: ReadonlyArray<Chunk>) => all.map(({ delta }) => delta?.text ?? "").join("")

describe("a text stream", () => {
  it("tells in pieces what a poll has as a whole, evenly until the task is complete", () => {
    const { parts, service } = streamed(chat({ includeUsage: true, includeCost: true }))
    const item = service.post(60_000, [poll(1)])?.payload.data?.[0]
    const all = chunks(parts)
    assert.strictEqual(textOf(all), item?.["text"])
    assert.deepStrictEqual(all.at(-1), {
      ...about,
      delta: {},
      finishReason: "stop",
      usage: item?.["usage"],
      cost: item?.cost
    })
    assert.deepStrictEqual(
      parts.slice(-2).map(({ part }) => part),
      [{ _tag: "Data", payload: "[DONE]" }, { _tag: "End" }]
    )
    const times = parts.map(({ at }) => at)
    assert.strictEqual(times[0], 0)
    assert.strictEqual(times.at(-1), 1000)
    assert.isAbove(new Set(times).size, 20)
  })

  it("shows the reasoning of a model that is asked to think, before the text", () => {
    const all = chunks(streamed(chat({ settings: { thinkingLevel: "high" } })).parts)
    const reasoning = all.flatMap(({ delta }) => delta?.reasoningContent ?? []).join("")
    assert.include(reasoning, "“Why is the sky blue?”")
    assert.isBelow(
      all.findLastIndex(({ delta }) => delta?.reasoningContent !== undefined),
      all.findIndex(({ delta }) => delta?.text !== undefined)
    )
  })

  it("fails in the middle, under either key", () => {
    const failing = chat({ messages: [{ role: "user", content: "[[fail:providerUnavailable]]" }] })
    const now = chunks(streamed(failing).parts).at(-1)
    assert.nestedInclude(now, { "errors[0].code": "providerUnavailable", "errors[0].taskUUID": uuid(1) })
    const before = chunks(streamed(failing, { streamErrors: "error" }).parts).at(-1)
    assert.nestedInclude(before, { "error.code": "providerUnavailable", taskUUID: uuid(1) })
  })

  it("may end without a word, be cut, or stall", () => {
    const whole = chunks(streamed(chat()).parts).length
    const ends = (["noDone", "cut", "stall"] as const).map((streamEnd) => {
      const { parts } = streamed(chat(), { streamEnd })
      return [parts.at(-1)?.part._tag, chunks(parts).length < whole]
    })
    assert.deepStrictEqual(ends, [
      ["End", false],
      ["Cut", true],
      ["Data", true]
    ])
  })

  it("ends with its client, while its task goes on and is billed", () => {
    const service = drive()
    service.post(0, [chat()])
    service.perform({ _tag: "HttpGone", requestId: "request-1" }, 100)
    assert.deepStrictEqual(service.tick(1000), [])
    assert.strictEqual(service.state().totals.tasksBilled, 1)
  })

  it.each([
    ["a task of another type", { model: "demo:image@1", taskType: "imageInference", positivePrompt: "a" }],
    ["several texts", { numberResults: 2 }]
  ])("is refused for %s, in the form E4", (_, parameters) => {
    const reply = drive().post(0, [chat(parameters)])
    assert.strictEqual(reply?.status, 400)
    assert.nestedProperty(reply?.payload, "error.code")
  })

  it("is refused over a socket, and beside other tasks", () => {
    const service = drive()
    service.connect(0, "a")
    assert.deepStrictEqual(service.frame(0, "a", [chat()]).map(codes), [["unsupportedDeliveryMethod"]])
    const both = service.post(0, [chat(), { ...chat(), taskUUID: uuid(2) }])
    assert.deepStrictEqual(codes(both?.payload), ["unsupportedDeliveryMethod", "unsupportedDeliveryMethod"])
  })
})

describe("the bytes of a part", () => {
  const text = (part: StreamPart, switches: Partial<StreamSwitches> = {}) =>
    new TextDecoder().decode(Buffer.concat(bytesOf(part, { ...defaultStreamSwitches, ...switches })))

  it("are one line of data and a blank one", () => {
    assert.strictEqual(text({ _tag: "Data", payload: { a: 1 } }), 'data: {"a":1}\n\n')
    assert.strictEqual(text({ _tag: "Data", payload: "[DONE]" }, { streamLines: "crlf" }), "data: [DONE]\r\n\r\n")
    assert.strictEqual(text({ _tag: "Comment", text: "ping" }, { streamLines: "cr" }), ": ping\r\r")
    assert.strictEqual(text({ _tag: "End" }), "")
  })

  it("may come with all that the grammar allows, and one by one", () => {
    const noisy = text({ _tag: "Data", payload: { a: 1 } }, { streamNoise: true })
    assert.strictEqual(noisy, 'retry: 3000\nid: 7\njunk\nfield: unknown\n: comment\ndata:{\ndata:"a":1}\n\n')
    const switches = { ...defaultStreamSwitches, streamPieces: "bytes" } as const
    assert.deepStrictEqual(
      bytesOf({ _tag: "Comment", text: "é" }, switches).map((piece) => piece.length),
      [1, 1, 1, 1, 1, 1]
    )
  })
})

describe("over HTTP", () => {
  it("is an event stream, which a script may spoil once", async () => {
    await using emulator = await startEmulator()
    const ask = async () => {
      const response = await fetch(`${emulator.url}/v1`, {
        method: "POST",
        headers: { authorization: `Bearer ${emulator.apiKey}` },
        body: JSON.stringify([{ ...chat(), model: "alibaba:qwen@3.5-27b", taskUUID: crypto.randomUUID() }])
      })
      const type = response.headers.get("content-type")
      return { type, text: await response.text().catch(() => "broken") }
    }
    emulator.respondNext({ stream: { streamEnd: "cut" } })
    assert.strictEqual((await ask()).text, "broken")
    const { text, type } = await ask()
    assert.strictEqual(type, "text/event-stream; charset=utf-8")
    assert.match(text, /^: ping\n\ndata: \{.*\n\ndata: \[DONE\]\n\n$/s)
  })
})
