/** Calls that must compile, and what they give. The compiler is the test: nothing here runs. */
import type { ModelParams } from "@effect-runware/schemas/parameters"
import type { TaskResults } from "@effect-runware/schemas/results"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"
import type { RunwareError } from "../../src/RunwareError.ts"
import type * as Media from "../../src/Media.ts"
import * as Runware from "../../src/Runware.ts"
import type { Item, TaskEvent, TaskHandle, TaskParams } from "../../src/Task.ts"
import type { TextChunk, TextStream } from "../../src/TextStream.ts"
import type { ResultOf } from "./result.ts"

const size = { width: 768, height: 512 }
const flux = { model: "runware:101@1", positivePrompt: "fog", ...size } as const

// imageInference
const image = Runware.run({ model: "runware:101@1", positivePrompt: "fog", width: 768, height: 512 })
expectTypeOf<ResultOf<typeof image>["imageURL"]>().toEqualTypeOf<string>()
expectTypeOf<ResultOf<typeof image>["imageUUID"]>().toEqualTypeOf<string>()
expectTypeOf<ResultOf<typeof image>["imageBase64Data"]>().toEqualTypeOf<string | undefined>()
expectTypeOf<ResultOf<typeof image>["seed"]>().toEqualTypeOf<number | undefined>()
expectTypeOf<ResultOf<typeof image>["cost"]>().toEqualTypeOf<number | undefined>()
expectTypeOf<ResultOf<typeof image>["taskType"]>().toEqualTypeOf<"imageInference">()

const bySlug = Runware.run({ model: "bfl-flux-1-dev", positivePrompt: "fog", width: 768, height: 512 })
expectTypeOf<ResultOf<typeof bySlug>>().toEqualTypeOf<ResultOf<typeof image>>()

const several = Runware.run({ ...flux, numberResults: 4, includeCost: true })
expectTypeOf<ResultOf<typeof several>["cost"]>().toEqualTypeOf<number>()

const base64 = Runware.run({ ...flux, outputType: "base64Data" })
expectTypeOf<ResultOf<typeof base64>["imageBase64Data"]>().toEqualTypeOf<string>()
expectTypeOf<ResultOf<typeof base64>["imageURL"]>().toEqualTypeOf<string | undefined>()

const dataURI = Runware.run({ ...flux, outputType: "dataURI" })
expectTypeOf<ResultOf<typeof dataURI>["imageDataURI"]>().toEqualTypeOf<string>()

const url = Runware.run({ ...flux, outputType: "URL", includeCost: false })
expectTypeOf<ResultOf<typeof url>["imageURL"]>().toEqualTypeOf<string>()
expectTypeOf<ResultOf<typeof url>["cost"]>().toEqualTypeOf<number | undefined>()

const eitherOutput = (outputType: "URL" | "dataURI", includeCost: boolean) =>
  Runware.run({ ...flux, outputType, includeCost })
expectTypeOf<ResultOf<ReturnType<typeof eitherOutput>>["imageURL"]>().toEqualTypeOf<string | undefined>()
expectTypeOf<ResultOf<ReturnType<typeof eitherOutput>>["cost"]>().toEqualTypeOf<number | undefined>()

export const filledIn = Runware.run({
  ...flux,
  taskType: "imageInference",
  taskUUID: "00000000-0000-4000-8000-000000000001",
  deliveryMethod: "sync"
})
export const nested = Runware.run({
  ...flux,
  steps: 20,
  outputFormat: "WEBP",
  safety: { checkContent: true },
  lora: [{ model: "civitai:1@2", weight: 0.5 }],
  acceleratorOptions: { teaCache: true, teaCacheDistance: 0.5 }
})
export const absent = (seed: number | undefined) => Runware.run({ ...flux, seed })
export const timed = Runware.run(flux, { timeout: "1 minute", validate: true })

// videoInference
const video = Runware.run({ model: "alibaba:happyhorse@1.0", positivePrompt: "fog", duration: 5, resolution: "720p" })
expectTypeOf<ResultOf<typeof video>["videoURL"]>().toEqualTypeOf<string>()
const frames = Runware.run({
  model: "alibaba:happyhorse@1.1",
  inputs: { frameImages: ["https://example.com/a.png", { image: "https://example.com/b.png", frame: "first" }] }
})
expectTypeOf<ResultOf<typeof frames>["videoUUID"]>().toEqualTypeOf<string>()
export const lengths = Runware.run({ model: "alibaba-wan2-6", positivePrompt: "fog", duration: 15 })

// audioInference
const speech = Runware.run({
  model: "alibaba:qwen@3-tts-1.7b-customvoice",
  speech: { text: "fog" },
  audioSettings: { channels: 2, sampleRate: 48_000 },
  outputFormat: "WAV"
})
expectTypeOf<ResultOf<typeof speech>["audioURL"]>().toEqualTypeOf<string>()

// textInference
const text = Runware.run({ model: "alibaba:qwen@3.5-27b", messages: [{ role: "user", content: "fog?" }] })
expectTypeOf<ResultOf<typeof text>["text"]>().toEqualTypeOf<string>()
expectTypeOf<ResultOf<typeof text>["usage"]["totalTokens"]>().toEqualTypeOf<number>()
export const json = Runware.run({
  model: "anthropic:claude@fable-5",
  messages: [{ role: "user", content: "fog?" }],
  outputFormat: "JSON",
  jsonSchema: { type: "object" }
})

// 3dInference
const mesh = Runware.run({ model: "hyper3d:rodin@gen-2", positivePrompt: "a lighthouse", outputFormat: "GLB" })
expectTypeOf<ResultOf<typeof mesh>["outputs"]["files"][number]["url"]>().toEqualTypeOf<string>()

// training
const training = Runware.run({ model: "runware:flux-1-dev@style-lora-training" })
expectTypeOf<ResultOf<typeof training>["air"]>().toEqualTypeOf<string>()

// caption
const caption = Runware.run({ model: "memories:1@1", inputs: { video: "https://example.com/a.mp4" } })
expectTypeOf<ResultOf<typeof caption>["text"]>().toEqualTypeOf<string>()
const ages = Runware.run({ model: "memories-video-age-detection", inputs: { video: "https://example.com/a.mp4" } })
expectTypeOf<ResultOf<typeof ages>["structuredData"]>().toEqualTypeOf<Readonly<Record<string, unknown>>>()

// promptEnhance
const enhanced = Runware.run({ model: "runware:llama-3-1-8b@prompt-enhancer", prompt: "fog", promptVersions: 3 })
expectTypeOf<ResultOf<typeof enhanced>["text"]>().toEqualTypeOf<string>()

// upscale
const largerVideo = Runware.run({
  model: "bria:50@1",
  inputs: { video: "https://example.com/a.mp4" },
  upscaleFactor: 2
})
expectTypeOf<ResultOf<typeof largerVideo>["videoURL"]>().toEqualTypeOf<string>()
const largerImage = Runware.run({ model: "bria:52@1", inputs: { image: "a" }, outputType: "dataURI" })
expectTypeOf<ResultOf<typeof largerImage>["imageDataURI"]>().toEqualTypeOf<string>()

// removeBackground
const cutOut = Runware.run({ model: "rembg-v1-4", inputs: { image: "a" } })
expectTypeOf<ResultOf<typeof cutOut>["imageURL"]>().toEqualTypeOf<string>()

// vectorize
const vector = Runware.run({ model: "recraft:v4-pro@vector", positivePrompt: "a lighthouse", outputFormat: "SVG" })
expectTypeOf<ResultOf<typeof vector>["imageURL"]>().toEqualTypeOf<string>()

// controlNetPreprocess
const guide = Runware.run({ model: "controlnet-preprocess-canny", inputs: { image: "a" }, outputType: "base64Data" })
expectTypeOf<ResultOf<typeof guide>["guideImageBase64Data"]>().toEqualTypeOf<string>()
expectTypeOf<ResultOf<typeof guide>["inputImageUUID"]>().toEqualTypeOf<string>()

// imageMasking
const mask = Runware.run({ model: "runware:35@1", inputs: { image: "a" }, settings: { confidence: 0.5 } })
expectTypeOf<ResultOf<typeof mask>["maskImageURL"]>().toEqualTypeOf<string>()
expectTypeOf<ResultOf<typeof mask>["detections"][number]["x_min"]>().toEqualTypeOf<number>()

// Utilities
const search = Runware.run({ taskType: "modelSearch", search: "fog", limit: 5, category: "lora" })
expectTypeOf<ResultOf<typeof search>["results"][number]["air"]>().toEqualTypeOf<string>()
const account = Runware.run({ taskType: "accountManagement", operation: "getDetails" })
expectTypeOf<ResultOf<typeof account>["operation"]>().toExtend<string>()
export const state = Runware.run({ taskType: "getResponse", taskUUID: "00000000-0000-4000-8000-000000000001" })
export const stored = Runware.run({ taskType: "mediaStorage", operation: "upload", media: "data:," })

// Architectures, modalities, operations
const sdxl = Runware.runAs("sdxl", { model: "civitai:1@2", positivePrompt: "fog", ...size, outputType: "dataURI" })
expectTypeOf<ResultOf<typeof sdxl>["imageDataURI"]>().toEqualTypeOf<string>()
const pony = Runware.runAs("pony", { model: "civitai:1@2", positivePrompt: "fog", ...size, includeCost: true }, {})
expectTypeOf<ResultOf<typeof pony>["cost"]>().toEqualTypeOf<number>()
const newVideo = Runware.runAs("video", { model: "demo:video@1", positivePrompt: "fog", newParameter: true })
expectTypeOf<ResultOf<typeof newVideo>["videoURL"]>().toEqualTypeOf<string>()
const masking = Runware.runAs("masking", { model: "demo:mask@1", inputs: { image: "a" } })
expectTypeOf<ResultOf<typeof masking>["maskImageURL"]>().toEqualTypeOf<string>()

// Models that the release doesn't know, and parameters that a program puts together
const community = Runware.run({ model: "civitai:1@2", taskType: "imageInference", anything: { at: "all" } })
expectTypeOf<ResultOf<typeof community>>().toExtend<TaskResults["imageInference"]>()
expectTypeOf<ResultOf<typeof community>["imageURL"]>().toEqualTypeOf<string>()
const future = Runware.run({ model: "demo:dream@1", taskType: "dreamInference", depth: 3 })
expectTypeOf<ResultOf<typeof future>>().toEqualTypeOf<Item>()
const dynamic = (model: string) => Runware.run({ model, positivePrompt: "fog", anything: 1 })
expectTypeOf<ResultOf<ReturnType<typeof dynamic>>>().toEqualTypeOf<Item>()
const loose = (params: TaskParams) => Runware.run(params)
expectTypeOf<ResultOf<ReturnType<typeof loose>>>().toEqualTypeOf<Item>()
const prepared = (params: ModelParams["runware:101@1"]) => Runware.run(params)
expectTypeOf<ResultOf<ReturnType<typeof prepared>>["imageUUID"]>().toEqualTypeOf<string>()
export const either = (model: "alibaba:qwen-image@2.0" | "alibaba:qwen-image@2.0-pro") =>
  Runware.run({ model, positivePrompt: "fog" })
export const gathered = (items: ReadonlyArray<ResultOf<typeof image>>): ReadonlyArray<Item> => items

// The other operations take the same parameters
const events = Runware.events({ ...flux, outputType: "base64Data" })
expectTypeOf<ResultOf<typeof events>["imageBase64Data"]>().toEqualTypeOf<string>()
export const submitted = Runware.submit({ ...flux, numberResults: 2 })
expectTypeOf<typeof submitted>().toExtend<ReturnType<typeof Runware.submit>>()

// Whoever is told of a call is told of its results; who takes any result is told as well.
export const told = [
  Runware.run(
    { ...flux, outputType: "base64Data" },
    { onEvent: (event) => (event._tag === "Item" ? heard(event.item.imageBase64Data) : Effect.void) }
  ),
  Runware.run([flux, { ...flux, includeCost: true }], {
    onEvent: (event) => (event._tag === "Item" ? heard(event.item.imageURL) : Effect.void)
  }),
  Runware.runAs(
    "sdxl",
    { model: "civitai:1@2", positivePrompt: "fog", ...size },
    { onEvent: (event) => (event._tag === "Done" ? heard(...event.results.map((one) => one.imageURL)) : Effect.void) }
  ),
  Runware.run(flux, { onEvent: (event: TaskEvent) => heard(event._tag) }),
  Runware.run(
    { model: "civitai:1@2", taskType: "dreamInference" },
    { onEvent: (event) => heard(String(event._tag === "Item" && event.item["dream"])) }
  )
]
declare const heard: (...texts: ReadonlyArray<string>) => Effect.Effect<void>
const toldOfAll = Runware.run(flux, { onEvent: (event) => heard(event._tag) })
expectTypeOf<typeof toldOfAll>().toEqualTypeOf<typeof image>()
const outcomes = Runware.run(flux, { partial: true, onEvent: (event) => heard(event._tag) })
expectTypeOf<ResultOf<typeof outcomes>>().toEqualTypeOf<Result.Result<ResultOf<typeof image>, RunwareError>>()
const perhaps = (partial: boolean) => Runware.run(flux, { partial })
type Image = ResultOf<typeof image>
expectTypeOf<ResultOf<ReturnType<typeof perhaps>>>().toEqualTypeOf<Image | Result.Result<Image, RunwareError>>()

// A handle that comes from `submit` knows its results; one that was stored, and a taskUUID, lead back to any.
type Submitted = Effect.Success<typeof submitted>
export const attached = (given: Submitted) => Runware.attach(given)
expectTypeOf<ResultOf<ReturnType<typeof attached>>>().toEqualTypeOf<ResultOf<typeof image>>()
export const attachedInAPipe = submitted.pipe(Effect.flatMap(Runware.attach))
expectTypeOf<ResultOf<typeof attachedInAPipe>>().toEqualTypeOf<ResultOf<typeof image>>()
export const attachedToEvent = (event: Stream.Success<typeof events> & { readonly _tag: "Accepted" }) =>
  Runware.attach(event.handle)
expectTypeOf<ResultOf<ReturnType<typeof attachedToEvent>>["imageBase64Data"]>().toEqualTypeOf<string>()
export const kept = (given: Submitted): TaskHandle => given
export const handle = (given: TaskHandle) => Runware.attach(given)
expectTypeOf<ResultOf<ReturnType<typeof handle>>>().toEqualTypeOf<Item>()
export const parsed = (text: string) => Runware.attach(JSON.parse(text))
expectTypeOf<ResultOf<ReturnType<typeof parsed>>>().toEqualTypeOf<Item>()
export const handleOrUuid = (given: TaskHandle | string) => Runware.attach(given, { timeout: "1 minute" })
expectTypeOf<ResultOf<ReturnType<typeof handleOrUuid>>>().toEqualTypeOf<Item>()
export const byUuid = Runware.attach("00000000-0000-4000-8000-000000000001")
expectTypeOf<ResultOf<typeof byUuid>>().toEqualTypeOf<Item>()
export const laidOpen = Runware.attach({
  taskUUID: "00000000-0000-4000-8000-000000000001",
  taskType: "imageInference",
  numberResults: 1,
  submittedAt: "2026-07-01T00:00:00.000Z"
})
expectTypeOf<ResultOf<typeof laidOpen>>().toEqualTypeOf<Item>()

// streams: by AIR, by slug, by a model that nobody knows, with tools
const messages = [{ role: "user", content: "Why?" }]
const stream = Runware.stream({
  model: "alibaba:qwen@3.5-27b",
  messages,
  settings: { maxTokens: 3 },
  includeUsage: true
})
expectTypeOf(stream).toEqualTypeOf<Stream.Stream<TextChunk, RunwareError, Runware.Runware>>()
expectTypeOf(Runware.textStream({ model: "google-gemini-3-5-flash", messages }, { replay: false })).toEqualTypeOf<
  Effect.Effect<TextStream, RunwareError, Runware.Runware | Scope.Scope>
>()
Runware.stream({ model: "someone:chat@1", messages, whatever: 1 })
Runware.stream({
  model: "alibaba:qwen@3.5-27b",
  messages: [{ role: "tool", id: "1", content: "12 °C" }],
  tools: [{ type: "function", name: "weather", schema: { type: "object" } }],
  toolChoice: { type: "auto" }
})

// A medium stands where a parameter takes one, besides its URL, data URI, base64 or UUID.
declare const bytes: Uint8Array
declare const buffer: ArrayBuffer
declare const blob: Blob
declare const file: File
declare const medium: Media.MediaFile
declare const source: Media.MediaSource
const happyhorse = { model: "alibaba:happyhorse@1.1", positivePrompt: "fog" } as const
export const media = [
  Runware.run({ ...happyhorse, inputs: { frameImages: [{ image: bytes, frame: "first" }] } }),
  Runware.run({
    ...happyhorse,
    inputs: { referenceImages: [blob, file, medium, buffer, "https://im.example/a"] }
  }),
  Runware.runAs("sdxl", {
    ...flux,
    model: "civitai:1@1",
    ipAdapters: [{ model: "runware:55@1", guideImages: [source] }]
  }),
  Runware.run({ taskType: "imageUpload", image: medium }),
  Runware.run({ taskType: "mediaStorage", operation: "upload", media: file }),
  Runware.run({ taskType: "caption", model: "civitai:1@1", anything: [{ at: { all: bytes } }] }),
  Runware.runAs("upscale-image", { model: "civitai:1@1", inputs: { image: new DataView(buffer) } })
]

// batches: tasks of any kind, made by the program too
const first = Runware.run([
  { ...flux, includeCost: true },
  { taskType: "modelSearch", search: "fog" }
])
const second = (prompts: ReadonlyArray<string>) =>
  Runware.run(prompts.map((positivePrompt) => ({ ...flux, positivePrompt })))
type OutcomeOf<E, N extends number> =
  E extends Effect.Effect<infer A, RunwareError, Runware.Runware>
    ? A extends ReadonlyArray<unknown>
      ? A[N]
      : never
    : never
type EachOf<R> = R extends { readonly success: ReadonlyArray<infer A> } ? A : never
expectTypeOf<EachOf<OutcomeOf<typeof first, 0>>["cost"]>().toEqualTypeOf<number>()
expectTypeOf<EachOf<OutcomeOf<typeof first, 1>>["totalResults"]>().toEqualTypeOf<number>()
expectTypeOf<EachOf<OutcomeOf<ReturnType<typeof second>, 0>>["imageURL"]>().toEqualTypeOf<string>()
