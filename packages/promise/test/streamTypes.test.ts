import type * as Core from "@effect-runware/core/TextStream"
import { describe, expectTypeOf, it } from "vitest"
import type {
  RunwareClient,
  StreamOptions,
  StreamParams,
  TextChunk,
  TextModel,
  TextResult,
  TextStream
} from "../src/index.ts"

// Types only: nothing of it runs.
declare const client: RunwareClient

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const
const sky = { model: "google:gemini@3.5-flash", messages } as const

describe("a text stream", () => {
  it("is of a text model, or of one that nobody knows", () => {
    const byAir = () => client.stream({ ...sky, settings: { temperature: 0.5 }, includeUsage: true, numberResults: 1 })
    const bySlug = () => client.stream({ ...sky, model: "google-gemini-3-5-flash" })
    const future = () => client.stream({ model: "demo:chat@1", messages, anything: { at: "all" } })
    const dynamic = (model: string) => client.stream({ model, messages })
    expectTypeOf([byAir, bySlug, future, dynamic]).items.returns.toEqualTypeOf<TextStream>()
    expectTypeOf<"google:gemini@3.5-flash">().toExtend<TextModel>()
  })

  it("is refused for what can't be streamed", () => {
    const refused = () => [
      // @ts-expect-error a stream is one text
      client.stream({ ...sky, numberResults: 2 }),
      // @ts-expect-error a model of images
      client.stream({ ...sky, model: "runware:101@1" }),
      // @ts-expect-error a text model answers messages
      client.stream({ model: "google:gemini@3.5-flash" }),
      // @ts-expect-error messages have a role
      client.stream({ ...sky, messages: [{ content: "fog?" }] }),
      // @ts-expect-error a misspelt parameter
      client.stream({ model: "google:gemini@3.5-flash", messages, includeUsages: true }),
      // @ts-expect-error an option that there isn't
      client.stream(sky, { replays: false }),
      // @ts-expect-error an option of other calls
      client.stream(sky, { attachOnConflict: true })
    ]
    expectTypeOf(refused).toBeFunction()
  })

  it("is read in pieces or as a whole", () => {
    expectTypeOf<TextStream["textStream"]>().toEqualTypeOf<AsyncIterable<string>>()
    expectTypeOf<TextStream["reasoningStream"]>().toEqualTypeOf<AsyncIterable<string>>()
    expectTypeOf<TextStream["chunks"]>().toEqualTypeOf<AsyncIterable<TextChunk>>()
    expectTypeOf<Awaited<TextStream>>().toEqualTypeOf<TextStream>()
    const body = (stream: TextStream) => new Response(stream.toReadableStream())
    expectTypeOf(body).returns.toEqualTypeOf<Response>()
    const { cost, finishReason, usage } = {} as TextResult
    expectTypeOf(cost).toEqualTypeOf<number | undefined>()
    expectTypeOf(usage?.totalTokens).toEqualTypeOf<number | undefined>()
    expectTypeOf(finishReason).toExtend<string | undefined>()
  })

  it("is what the core has", () => {
    expectTypeOf<TextChunk>().toEqualTypeOf<Core.TextChunk>()
    expectTypeOf<TextResult>().toEqualTypeOf<Core.TextResult>()
    expectTypeOf<TextModel>().toEqualTypeOf<Core.TextModel>()
    expectTypeOf<StreamParams<"google:gemini@3.5-flash">>().toEqualTypeOf<
      Core.StreamParams<"google:gemini@3.5-flash">
    >()
    expectTypeOf<StreamParams<string>>().toEqualTypeOf<Core.StreamParams<string>>()
    expectTypeOf<keyof StreamOptions>().toEqualTypeOf<keyof Core.TextStreamOptions | "signal">()
    expectTypeOf<Omit<StreamOptions, "signal">>().toExtend<Core.TextStreamOptions>()
  })
})
