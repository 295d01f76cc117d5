/** Texts as they are written. Over either transport a stream is an HTTP request of its own. */
import { expect } from "vitest"
import { area, carrying, rejection, text, until, untyped, type Row } from "../row.ts"

const collect = async <A>(pieces: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = []
  for await (const piece of pieces) all.push(piece)
  return all
}

/** A text that is written over half a second, by a model that keeps its reasoning to itself. */
const paced = {
  model: "google:gemini@3.5-flash",
  messages: [{ role: "user", content: "Why is the sky blue? [[slow:50000]]" }]
} as const

export const streaming: ReadonlyArray<Row> = area("streaming", {
  "`textStream`: the answer in pieces": async ({ client }) => {
    const stream = client().stream(text)
    const pieces = await collect(stream.textStream)
    expect(pieces.length).toBeGreaterThan(3)
    expect(pieces.join("")).toBe(await stream.text())
  },
  "`await client.stream(...)` gives it, too": async ({ client }) => {
    const stream = await client().stream(text)
    expect(await stream.text()).toMatch(/\w+ .+\.$/)
  },
  "`result()`: text, finish reason, usage and cost": async ({ client, emulator }) => {
    const stream = client().stream({ ...text, includeUsage: true, includeCost: true })
    const result = await stream.result()
    expect(result).toMatchObject({
      taskType: "textInference",
      text: expect.stringMatching(/\w+/),
      finishReason: "stop",
      usage: { totalTokens: expect.any(Number) },
      cost: expect.any(Number)
    })
    const { completionTokens = 0, promptTokens = 0, thinkingTokens = 0, totalTokens } = result.usage ?? {}
    expect(totalTokens).toBe(promptTokens + completionTokens + thinkingTokens)
    expect(emulator.stats().amountBilled).toBeCloseTo(result.cost ?? 0, 9)
  },
  "`reasoningStream`: the reasoning, apart": async ({ client }) => {
    const stream = client().stream(untyped({ ...text, settings: { thinkingLevel: "high" } }))
    const [reasoning, result] = await Promise.all([collect(stream.reasoningStream), stream.result()])
    expect(reasoning.join("")).toBe(result.reasoningContent)
    expect(reasoning.length).toBeGreaterThan(1)
  },
  "`chunks`: everything as the service sent it": async ({ client }) => {
    const chunks = await collect(client().stream(text).chunks)
    expect(chunks.every(({ taskType }) => taskType === "textInference")).toBe(true)
    expect(chunks.filter(({ finishReason }) => typeof finishReason === "string")).toHaveLength(1)
  },
  "`toReadableStream()`: the body of a Response": async ({ client }) => {
    const stream = client().stream(text)
    expect(await new Response(stream.toReadableStream()).text()).toBe(await stream.text())
  },
  "any number of readers, one request, one purchase": async ({ client, emulator, seen }) => {
    const stream = client().stream(text)
    const [one, other, whole] = await Promise.all([
      collect(stream.textStream),
      collect(stream.textStream),
      stream.text()
    ])
    expect([one.join(""), other.join(""), (await collect(stream.textStream)).join("")]).toEqual([whole, whole, whole])
    expect(carrying(seen, "textInference")).toHaveLength(1)
    expect(emulator.stats().tasksBilled).toBe(1)
  },
  "nothing is sent without a reader": async ({ client, emulator }) => {
    const one = client()
    one.stream(text)
    await one.ping()
    expect(emulator.stats().tasksAccepted).toBe(0)
  },
  "`break` leaves, and the task is billed": async ({ client, emulator }) => {
    const stream = client().stream(text)
    for await (const piece of stream.textStream) {
      expect(piece).not.toBe("")
      break
    }
    expect(emulator.stats().tasksAccepted).toBe(1)
    await until(() => emulator.stats().tasksBilled === 1)
  },
  "one that breaks off is an error with what came": async ({ client, emulator }) => {
    emulator.configure({ streamEnd: "cut" })
    await rejection(client().stream(paced).result(), {
      code: "connection",
      submission: "accepted",
      results: [{ text: expect.stringMatching(/\w/) }]
    })
  },
  "one without its last word is an error": async ({ client, emulator }) => {
    emulator.configure({ streamEnd: "noDone" })
    await rejection(client().stream(text).result(), {
      code: "connection",
      submission: "accepted",
      results: [{ text: expect.stringMatching(/\w/) }]
    })
  },
  "`streamIdleTimeout` ends silence": async ({ client, emulator }) => {
    emulator.configure({ streamEnd: "stall" })
    // Where it stalls follows from the UUID: here in the middle.
    const taskUUID = "7d3f7c1e-4f0a-4b5c-8d9e-0a1b2c3d4e5f"
    await rejection(
      client({ streamIdleTimeout: 300 })
        .stream({ ...paced, taskUUID })
        .result(),
      {
        code: "timeout",
        results: [{ text: expect.stringMatching(/\w/) }]
      }
    )
  },
  "`streamBuffer`: a reader that falls behind fails alone": async ({ client }) => {
    const stream = client({ streamBuffer: 2 }).stream(paced)
    const slow = stream.textStream[Symbol.asyncIterator]()
    await slow.next()
    expect(await stream.text()).toMatch(/\w/)
    const rest = (async () => {
      while ((await slow.next()).done !== true);
    })()
    await rejection(rest, { rawCode: "streamBufferExceeded" })
  },
  "`replay: false`: late readers get what follows": async ({ client }) => {
    const stream = client().stream(text, { replay: false })
    const whole = await stream.text()
    expect(whole.length).toBeGreaterThan((await collect(stream.textStream)).join("").length)
  },
  "`timeout` bounds the whole stream": async ({ client }) => {
    const slow = { ...text, messages: [{ role: "user", content: "Why? [[slow:1000000]]" }] } as const
    await rejection(client().stream(slow, { timeout: 150 }).text(), { code: "timeout" })
  },
  "`numberResults` above 1 is refused": async ({ client, seen }) => {
    await rejection(
      client()
        .stream(untyped({ ...text, numberResults: 2 }))
        .text(),
      {
        code: "validation",
        parameter: "numberResults",
        submission: "none"
      }
    )
    expect(carrying(seen, "textInference")).toEqual([])
  },
  "`validate` of a stream": async ({ client, seen }) => {
    await rejection(
      client()
        .stream(untyped({ ...text, messages: "Why?" }), { validate: true })
        .text(),
      {
        code: "validation",
        parameter: "messages",
        submission: "none"
      }
    )
    expect(carrying(seen, "textInference")).toEqual([])
  },
  "a refusal of the service, by every reader": async ({ client, emulator }) => {
    const stream = client().stream(untyped({ model: text.model }))
    for (const reader of [stream.text(), stream.result(), collect(stream.textStream)]) {
      await rejection(reader, { code: "validation", submission: "rejected" })
    }
    expect(emulator.stats().tasksAccepted).toBe(0)
  }
})
