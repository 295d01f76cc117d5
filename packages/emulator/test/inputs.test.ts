import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import sharp from "sharp"
import { startEmulator, type RunningEmulator } from "../src/index.ts"
import { post } from "./client.ts"
import { fetched, image, video } from "./inspection.ts"

let emulator: RunningEmulator
beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

type Parameters = Readonly<Record<string, unknown>>

/** Runs a task, however it is delivered, and gives its result. */
const run = async (parameters: Parameters): Promise<Parameters> => {
  const taskUUID = randomUUID()
  const { data, errors } = await post(emulator, [{ taskUUID, ...parameters }])
  assert.deepStrictEqual(errors, [])
  const [item = {}] = data
  if (Object.keys(item).length > 2) return item
  return (await post(emulator, [{ taskType: "getResponse", taskUUID }])).data[0] ?? {}
}

const sizeOf = async (address: unknown) => {
  const { height, width } = await image((await fetched(address)).bytes)
  return [width, height]
}

const photo = sharp({ create: { width: 60, height: 40, channels: 3, background: "#468" } })
const dataURI = async () => `data:image/png;base64,${(await photo.clone().png().toBuffer()).toString("base64")}`

const drawing = (parameters: Parameters = {}) =>
  run({
    taskType: "imageInference",
    model: "runware:101@1",
    positivePrompt: "a moth",
    width: 128,
    height: 192,
    ...parameters
  })

const clip = (parameters: Parameters = {}) =>
  run({
    taskType: "videoInference",
    model: "civitai:1@2",
    positivePrompt: "a moth",
    width: 96,
    height: 64,
    duration: 8,
    fps: 10,
    ...parameters
  })

const upscale = (inputs: Parameters, factor: number) =>
  run({ taskType: "upscale", model: "civitai:1@2", inputs, upscaleFactor: factor })

describe("what is made from an image is as large as the image says", () => {
  it.each([
    ["upscale", "imageURL", { upscaleFactor: 4 }, [240, 160]],
    ["upscale", "imageURL", { targetMegapixels: 0.06 }, [300, 200]],
    ["removeBackground", "imageURL", {}, [60, 40]],
    ["controlNetPreprocess", "guideImageURL", {}, [60, 40]],
    ["imageMasking", "maskImageURL", {}, [60, 40]],
    ["vectorize", "imageURL", {}, [60, 40]]
  ] as const)("%s of a data URI", async (taskType, field, parameters, expected) => {
    const item = await run({
      taskType,
      model: "civitai:1@2",
      inputs: { image: await dataURI() },
      ...parameters
    })
    assert.deepStrictEqual(await sizeOf(item[field]), [...expected])
  })

  it("as base64 alone, and by an older name", async () => {
    const inputImage = (await dataURI()).split(",")[1]
    const item = await run({ taskType: "upscale", model: "civitai:1@2", inputImage, upscaleFactor: 2 })
    assert.deepStrictEqual(await sizeOf(item["imageURL"]), [120, 80])
  })

  it("turned as its camera was held", async () => {
    const jpeg = await photo.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const item = await upscale({ image: `data:image/jpeg;base64,${jpeg.toString("base64")}` }, 2)
    assert.deepStrictEqual(await sizeOf(item["imageURL"]), [80, 120])
  })

  it("of the emulator's own, by identifier and by address", async () => {
    const { imageURL, imageUUID } = await drawing()
    for (const input of [imageUUID, imageURL]) {
      assert.deepStrictEqual(await sizeOf((await upscale({ image: input }, 2))["imageURL"]), [256, 384])
    }
  })

  it("that was uploaded", async () => {
    const stored = await run({ taskType: "mediaStorage", operation: "upload", media: await dataURI() })
    const item = await upscale({ image: stored["mediaUUID"] }, 2)
    assert.deepStrictEqual(await sizeOf(item["imageURL"]), [120, 80])
  })

  it("that lies elsewhere, and so is not known, is taken for 512 pixels square", async () => {
    const item = await upscale({ image: "https://example.com/photo.jpg" }, 4)
    assert.deepStrictEqual(await sizeOf(item["imageURL"]), [2048, 2048])
  })

  it("up to the longest side that is drawn, in the same shape", async () => {
    const { imageUUID } = await drawing({ width: 1024, height: 512 })
    const item = await upscale({ image: imageUUID }, 16)
    assert.deepStrictEqual(await sizeOf(item["imageURL"]), [8192, 4096])
  })
})

describe("what is made from a video", () => {
  const measures = async (address: unknown) => {
    const { duration, fps, height, width } = await video((await fetched(address)).bytes)
    return { width, height, duration, fps }
  }

  it("has its size, its length and its pace", async () => {
    const { videoUUID } = await clip()
    const larger = await upscale({ video: videoUUID }, 2)
    assert.deepStrictEqual(await measures(larger["videoURL"]), { width: 192, height: 128, duration: 8, fps: 10 })
    const inputs = { video: videoUUID }
    const cut = await run({ taskType: "removeBackground", model: "bria:51@1", inputs, outputFormat: "WEBM" })
    assert.deepStrictEqual(await measures(cut["videoURL"]), { width: 96, height: 64, duration: 8, fps: 10 })
  })

  it("is told in pieces up to its end", async () => {
    const { videoUUID } = await clip()
    const { text } = await run({ taskType: "caption", model: "memories:1@1", inputs: { video: videoUUID } })
    assert.match(String(text), /^1\. \[0s-6s\] .+\.\n2\. \[6s-8s\] .+\.$/)
  })

  it("which starts from a picture has the picture's shape", async () => {
    const { imageUUID } = await drawing()
    const item = await clip({
      width: undefined,
      height: undefined,
      resolution: "360p",
      duration: 1,
      inputs: { frameImages: [{ image: imageUUID }] }
    })
    assert.deepStrictEqual(await measures(item["videoURL"]), { width: 360, height: 540, duration: 1, fps: 10 })
  })
})

it("a training makes a model that can be run", async () => {
  const { air } = await run({ taskType: "training", model: "runware:z-image@style-lora-training" })
  assert.match(String(air), /^trained:\d+@1$/)
  assert.deepStrictEqual(await sizeOf((await drawing({ model: air }))["imageURL"]), [128, 192])
})
