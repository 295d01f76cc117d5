import { describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { expect } from "vitest"
import * as Decoding from "../src/internal/textStream/decoding.ts"
import type { TextChunk } from "../src/TextStream.ts"
import { uuid } from "./builders.ts"

const task = { taskType: "textInference", taskUUID: uuid(1) } as const
const encoder = new TextEncoder()

const textChunk = (text: string): TextChunk => ({ ...task, delta: { text }, finishReason: null })

/** Feeds bytes cut at the given places. */
const decoded = (bytes: Uint8Array, cuts: ReadonlyArray<number> = []) => {
  const decoder = Decoding.make(task)
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  const chunks = places.slice(1).flatMap((end, i) => decoder.feed(bytes.subarray(places[i], end)))
  const last = decoder.ending() === undefined ? decoder.flush() : []
  return { chunks: [...chunks, ...last], ending: decoder.ending() }
}

const read = (text: string) => decoded(encoder.encode(text))
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`

/** Texts with what cuts badly: emoji of several parts, combining marks, control characters, line breaks. */
const pieces = Arbitrary.array(
  Arbitrary.schema(
    Schema.Union([
      Schema.String,
      Schema.Literals(["👩‍👩‍👧‍👦", "e\u0301", "🌈", "नमस्ते", "\u0000", "\r\n", "\u2028", "data: [DONE]", "\ufeff"])
    ])
  ),
  { maxLength: 20 }
)
const cuts = Arbitrary.array(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))), {
  maxLength: 30
})
const lineEnd = Arbitrary.schema(Schema.Literals(["\n", "\r\n", "\r"]))
const noise = Arbitrary.array(
  Arbitrary.schema(Schema.Literals([": ping", "retry: 5", "id: 1", "junk", "field: x", "data", ":"])),
  { maxLength: 4 }
)

describe("the decoder of a text stream", () => {
  it.prop(
    "gives the same chunks wherever the bytes are cut, whatever ends the lines and stands between the events",
    [pieces, cuts, lineEnd, noise, Arbitrary.schema(Schema.Boolean)],
    ([texts, at, end, between, hasSpace]) => {
      const chunks = texts.map(textChunk)
      const field = hasSpace ? "data: " : "data:"
      const events = chunks.flatMap((chunk) => [`${field}${JSON.stringify(chunk)}`, "", ...between, ""])
      const text = [...events, `${field}[DONE]`, "", ""].join(end)
      const result = decoded(encoder.encode(text), at)
      expect(result).toEqual({ chunks, ending: { _tag: "Done" } })
      // Half of a pair of surrogates has no bytes: JSON escapes it, and gives it back.
      expect(result.chunks.map(({ delta }) => delta?.text).join("")).toBe(texts.join(""))
    }
  )

  it("W48: gives whole characters when every byte comes alone", () => {
    const bytes = encoder.encode(event(textChunk("naïve 🌈 e\u0301")))
    const everywhere = Array.from({ length: bytes.length }, (_, index) => index)
    expect(decoded(bytes, everywhere).chunks).toEqual([textChunk("naïve 🌈 e\u0301")])
  })

  it("W44: knows the end without a space after the colon", () => {
    expect(read("data:[DONE]\n\n").ending).toEqual({ _tag: "Done" })
  })

  it("W42: counts a last event without its blank line, unless it is cut", () => {
    expect(read(event(textChunk("a")).trimEnd()).chunks).toEqual([textChunk("a")])
    expect(read("data: [DONE]").ending).toEqual({ _tag: "Done" })
    expect(read(`${event(textChunk("a"))}data: {"delta":{"te`)).toEqual({ chunks: [textChunk("a")], ending: undefined })
  })

  it.each([
    ["errors", { errors: [{ code: "providerError", message: "No." }] }],
    ["the older error", { error: { code: "providerError", message: "No." }, taskUUID: uuid(1) }],
    ["a text", { error: "No." }],
    ["wrapped errors", { data: { errors: [{ code: "providerError", message: "No." }] } }]
  ])("W43: ends with %s, and nothing that follows counts", (_, body) => {
    const { chunks, ending } = read(event(textChunk("a")) + event(body) + event(textChunk("b")))
    expect(chunks).toEqual([textChunk("a")])
    expect(ending).toMatchObject({ _tag: "Errors" })
  })

  it("takes an empty list of errors for none", () => {
    expect(read(event({ ...textChunk("a"), errors: [] })).chunks).toEqual([{ ...textChunk("a"), errors: [] }])
  })

  it("unwraps chunks that an older service wraps", () => {
    const text = event({ data: textChunk("a") }) + event({ data: [textChunk("b"), textChunk("c")] })
    expect(read(text).chunks).toEqual(["a", "b", "c"].map(textChunk))
  })

  it("W47: keeps fields that nobody knows, calls of tools among them", () => {
    const chunk = { ...task, delta: { toolCalls: [{ id: "1", name: "look" }] }, finishReason: "tool_calls", odd: 1 }
    expect(read(event(chunk)).chunks).toEqual([chunk])
  })

  it("drops what is not of its type, and names the task where the service didn't", () => {
    const misfit = {
      delta: { text: null, reasoningContent: "hm" },
      finishReason: 3,
      usage: "none",
      cost: "0.1",
      odd: 1
    }
    expect(read(event(misfit) + event({ delta: null })).chunks).toEqual([
      { ...task, delta: { reasoningContent: "hm" }, odd: 1 },
      { ...task }
    ])
  })

  it.each(["nothing", "[1]", "12", "{"])("can't read on after an event that is %s", (data) => {
    expect(read(`data: ${data}\n\n${event(textChunk("a"))}`)).toEqual({
      chunks: [],
      ending: { _tag: "Unreadable", why: "an event that is no JSON object" }
    })
  })

  it("doesn't collect an event without end", () => {
    const decoder = Decoding.make(task)
    const piece = encoder.encode(`data: ${"a".repeat(1024 * 1024)}`)
    for (let i = 0; i < 12; i++) decoder.feed(piece)
    expect(decoder.ending()).toEqual({ _tag: "Unreadable", why: "an event without end" })
  })
})
