/**
 * Calls that must not compile, each with what the compiler says after its code. `types.test.ts` takes the directives away
 * and finds each of these errors where it is expected.
 */
import * as Runware from "../../src/Runware.ts"
import type { TaskHandle, TaskParams } from "../../src/Task.ts"
import type { ResultOf } from "./result.ts"

const flux = { model: "runware:101@1", positivePrompt: "fog", width: 768, height: 512 } as const
const url = "https://example.com/a"
const happyhorse = "alibaba:happyhorse@1.1"
const voice = "alibaba:qwen@3-tts-1.7b-customvoice"
declare const image: ResultOf<ReturnType<typeof imageOf>>
const imageOf = () => Runware.run(flux)

// imageInference
// @ts-expect-error 2561: 'positivePromt' does not exist
export const a1 = Runware.run({ model: "runware:101@1", positivePromt: "fog", width: 768, height: 512 })
// @ts-expect-error 2345: 'height' is missing
export const a2 = Runware.run({ model: "runware:101@1", positivePrompt: "fog", width: 768 })
// @ts-expect-error 2345: missing the following properties from type 'BflFlux1DevParams': height, positivePrompt, width
export const a3 = Runware.run({ model: "runware:101@1" })
// @ts-expect-error 2820: "PNGG"
export const a4 = Runware.run({ ...flux, outputFormat: "PNGG" })
// @ts-expect-error 2322: "string" is not "number"
export const a5 = Runware.run({ ...flux, width: "768" })
// @ts-expect-error 2322: "URI"
export const a6 = Runware.run({ ...flux, outputType: "URI" })
// @ts-expect-error 2322: "videoInference"
export const a7 = Runware.run({ ...flux, taskType: "videoInference" })
// @ts-expect-error 2322: numberResults
export const a8 = Runware.run({ ...flux, numberResults: "4" })
// @ts-expect-error 2353: LoRAs are a list
export const a9 = Runware.run({ ...flux, lora: { model: "civitai:1@2" } })
// @ts-expect-error 2741: 'model' is missing
export const a10 = Runware.run({ ...flux, lora: [{ weight: 1 }] })
// @ts-expect-error 2353: 'duration'
export const a11 = Runware.run({ ...flux, duration: 5 })
// @ts-expect-error 2322: includeCost
export const a12 = Runware.run({ ...flux, includeCost: "yes" })
// @ts-expect-error 2322: "later"
export const a13 = Runware.run({ ...flux, deliveryMethod: "later" })
// @ts-expect-error 2345: by slug, 'height' is missing
export const a14 = Runware.run({ model: "bfl-flux-1-dev", positivePrompt: "fog", width: 768 })
// @ts-expect-error 2561: 'timeOut'
export const a15 = Runware.run(flux, { timeOut: 5 })

// videoInference
// @ts-expect-error 2322: "4K"
export const b1 = Runware.run({ model: "alibaba:happyhorse@1.0", resolution: "4K" })
// @ts-expect-error 2322: 7
export const b2 = Runware.run({ model: "alibaba:wan@2.6", positivePrompt: "fog", duration: 7 })
// @ts-expect-error 2322: "dataURI"
export const b3 = Runware.run({ model: "alibaba:happyhorse@1.0", outputType: "dataURI" })
// @ts-expect-error 2322: "second"
export const b4 = Runware.run({ model: happyhorse, inputs: { frameImages: [{ image: url, frame: "second" }] } })
// @ts-expect-error 2322: "sync"
export const b5 = Runware.run({ model: "alibaba:happyhorse@1.0", deliveryMethod: "sync" })

// audioInference
// @ts-expect-error 2322: 3
export const c1 = Runware.run({ model: voice, speech: {}, audioSettings: { channels: 3 } })
// @ts-expect-error 2345: 'speech' is missing
export const c2 = Runware.run({ model: "alibaba:qwen@3-tts-1.7b-customvoice" })

// textInference
// @ts-expect-error 2345: 'messages' is missing
export const d1 = Runware.run({ model: "alibaba:qwen@3.5-27b" })
// @ts-expect-error 2322: text has no output type
export const d2 = Runware.run({ model: "alibaba:qwen@3.5-27b", messages: [], outputType: "URL" })
// @ts-expect-error 2322: "JSON"
export const d3 = Runware.run({ model: "alibaba:qwen@3.5-27b", messages: [], outputFormat: "JSON" })

// 3dInference
// @ts-expect-error 2322: "OBJ"
export const e1 = Runware.run({ model: "hyper3d:rodin@gen-2", outputFormat: "OBJ" })

// training
// @ts-expect-error 2345: 'importModel', 'inputs'
export const f1 = Runware.run({ model: "exactly:illustrative@training" })

// caption
// @ts-expect-error 2345: 'inputs' is missing
export const g1 = Runware.run({ model: "memories:1@1" })

// promptEnhance
// @ts-expect-error 2561: 'promt'
export const h1 = Runware.run({ model: "runware:llama-3-1-8b@prompt-enhancer", promt: "fog" })

// upscale
// @ts-expect-error 2322: 3
export const i1 = Runware.run({ model: "bria:50@1", inputs: { video: url }, upscaleFactor: 3 })
// @ts-expect-error 2741: 'video' is missing
export const i2 = Runware.run({ model: "bria:50@1", inputs: { image: url } })

// removeBackground
// @ts-expect-error 2322: "GIF"
export const j1 = Runware.run({ model: "bria:2@1", inputs: { image: url }, outputFormat: "GIF" })

// vectorize
// @ts-expect-error 2322: "PNG"
export const k1 = Runware.run({ model: "recraft:v4-pro@vector", positivePrompt: "fog", outputFormat: "PNG" })

// controlNetPreprocess
// @ts-expect-error 2741: 'image' is missing
export const l1 = Runware.run({ model: "controlnet-preprocess-canny", inputs: {} })

// imageMasking
// @ts-expect-error 2322: settings.confidence
export const m1 = Runware.run({ model: "runware:35@1", inputs: { image: url }, settings: { confidence: "high" } })

// Utilities
// @ts-expect-error 2561: 'serch'
export const n1 = Runware.run({ taskType: "modelSearch", serch: "fog" })
// @ts-expect-error 2345: 'search' is missing
export const n2 = Runware.run({ taskType: "modelSearch", limit: 5 })
// @ts-expect-error 2820: "loras"
export const n3 = Runware.run({ taskType: "modelSearch", search: "fog", category: "loras" })
// @ts-expect-error 2345: 'taskUUID' is missing
export const n4 = Runware.run({ taskType: "getResponse" })
// @ts-expect-error 2322: a utility has no cost
export const n5 = Runware.run({ taskType: "modelSearch", search: "fog", includeCost: true })

// Models that the release doesn't know
// @ts-expect-error 2345: 'taskType' is missing
export const o1 = Runware.run({ model: "civitai:1@2", positivePrompt: "fog" })
// @ts-expect-error 2345: 'taskType' is missing
export const o2 = Runware.run({ positivePrompt: "fog" })
// @ts-expect-error 2322: a model is named by a string
export const o3 = Runware.run({ model: 101, taskType: "imageInference" })

// Architectures, modalities, operations
// @ts-expect-error 2345: "sdxxl"
export const p1 = Runware.runAs("sdxxl", { model: "civitai:1@2" })
// @ts-expect-error 2561: 'heigt'
export const p2 = Runware.runAs("sdxl", { model: "civitai:1@2", positivePrompt: "fog", width: 768, heigt: 512 })
// @ts-expect-error 2345: 'model' is missing
export const p3 = Runware.runAs("sdxl", { positivePrompt: "fog", width: 768, height: 512 })
// @ts-expect-error 2322: "upscale"
export const p4 = Runware.runAs("sdxl", { ...flux, taskType: "upscale" })
// @ts-expect-error 2345: 'inputs' is missing
export const p5 = Runware.runAs("upscale-image", { model: "demo:upscaler@1" })

// Results
// @ts-expect-error 2551: 'imageUrl'
export const q1 = image.imageUrl
// @ts-expect-error 2339: 'videoURL'
export const q2 = image.videoURL
// @ts-expect-error 2322: it may be missing
export const q3: string = image.imageBase64Data
// @ts-expect-error 2322: unless asked for, it may be missing
export const q4: number = image.cost

// The other operations
// @ts-expect-error 2561: 'positivePromt'
export const r1 = Runware.events({ model: "runware:101@1", positivePromt: "fog", width: 768, height: 512 })
// @ts-expect-error 2345: 'height' is missing
export const r2 = Runware.submit({ model: "runware:101@1", positivePrompt: "fog", width: 768 })
// @ts-expect-error 2322: also loose parameters know the common ones
export const r3: TaskParams = { model: "runware:101@1", numberResults: "4" }

// streams
const messages = [{ role: "user", content: "Why?" }]
const qwen = { model: "alibaba:qwen@3.5-27b", messages } as const
// @ts-expect-error 2322: "runware:101@1"
export const s1 = Runware.stream({ model: "runware:101@1", messages })
// @ts-expect-error 2345: 'messages' is missing
export const s2 = Runware.stream({ model: "alibaba:qwen@3.5-27b" })
// @ts-expect-error 2322: '3' is not assignable
export const s3 = Runware.stream({ ...qwen, numberResults: 3 })
// @ts-expect-error 2322: 'string' is not 'number'
export const s4 = Runware.stream({ ...qwen, settings: { maxTokens: "many" } })
// @ts-expect-error 2353: 'replay'
export const s5 = Runware.stream(qwen, { replay: false })
// @ts-expect-error 2322: 'string' is not 'boolean'
export const s6 = Runware.textStream({ ...qwen, includeUsage: "yes" })

// media, where a parameter takes none
declare const bytes: Uint8Array
declare const blob: Blob
// @ts-expect-error 2322: 'string'
export const medium1 = Runware.run({ ...flux, positivePrompt: bytes })
// @ts-expect-error 2322: 'string'
export const medium2 = Runware.run({ ...flux, lora: [{ model: blob }] })
// @ts-expect-error 2322: 'string'
export const medium3 = Runware.run({ ...flux, webhookURL: bytes })
// @ts-expect-error 2322: 'string'
export const medium4 = Runware.run({ taskType: "modelSearch", search: bytes })
// @ts-expect-error 2322: 'number'
export const medium5 = Runware.run({ taskType: "imageUpload", image: 5 })
// @ts-expect-error 2353: 'path'
export const medium6 = Runware.run({ taskType: "mediaStorage", operation: "upload", media: { path: "a.png" } })

// what a call tells
// @ts-expect-error 2551: 'imageUrl' 'imageURL'
export const told1 = Runware.run(flux, { onEvent: (event) => told(event._tag === "Item" && event.item.imageUrl) })
// @ts-expect-error 2339: 'videoURL'
export const told2 = Runware.run([flux], { onEvent: (event) => told(event._tag === "Item" && event.item.videoURL) })
// @ts-expect-error 2561: 'onEvents' 'onEvent'
export const told3 = Runware.run(flux, { onEvents: () => told() })
// @ts-expect-error 2322: 'string' is not 'boolean'
export const told4 = Runware.run(flux, { partial: "yes" })
// @ts-expect-error 2322: 'videoURL'
export const told5 = Runware.run(flux, { onEvent: toldOfVideo })
// @ts-expect-error 2322: 'void' is not 'Effect'
export const told6 = Runware.run(flux, { onEvent: () => {} })
declare const told: (...of: ReadonlyArray<unknown>) => ReturnType<NonNullable<Runware.RunOptions["onEvent"]>>
declare const toldOfVideo: NonNullable<Runware.RunOptions<ResultOf<ReturnType<typeof videoOf>>>["onEvent"]>
const videoOf = () => Runware.run({ model: happyhorse, positivePrompt: "fog" })

// handles
const attached = (handle: TaskHandle<typeof image>) => Runware.attach(handle)
declare const result: ResultOf<ReturnType<typeof attached>>
declare const stored: TaskHandle
// @ts-expect-error 2339: 'videoURL'
export const handle1 = [result.imageURL, result.videoURL]
// @ts-expect-error 2375: 'TaskHandle<Item>'
export const handle2: TaskHandle<typeof image> = stored
// @ts-expect-error 2345: 'number'
export const handle3 = Runware.attach(5)

// batches: each task is held against its own parameters
// @ts-expect-error 2322: 'NoSuchParameter'
export const t1 = Runware.run([flux, { model: "runware:101@1", positivePromt: "fog", width: 768, height: 512 }])
// @ts-expect-error 2322: 'height' is missing
export const t2 = Runware.run([{ model: "runware:101@1", positivePrompt: "fog", width: 768 }])
// @ts-expect-error 2322: 'taskType' is missing
export const t3 = Runware.run([flux, { model: "civitai:1@2", positivePrompt: "fog" }])
// @ts-expect-error 2561: 'timeOut'
export const t4 = Runware.run([flux], { timeOut: 5 })
