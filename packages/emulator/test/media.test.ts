import { assert, describe, it } from "@effect/vitest"
import sharp from "sharp"
import { afterAll, beforeAll } from "vitest"
import { startEmulator, type RunningEmulator } from "../src/index.ts"
import { picture, post } from "./client.ts"
import { sound } from "./inspection.ts"

let emulator: RunningEmulator
beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

const run = async (parameters: Readonly<Record<string, unknown>>) => {
  const { data, errors } = await post(emulator, [picture(parameters)])
  assert.deepStrictEqual(errors, [])
  return data[0] ?? {}
}
const fetched = async (address: unknown) => Buffer.from(await (await fetch(String(address))).arrayBuffer())
const drawn = async (parameters: Readonly<Record<string, unknown>>) => fetched((await run(parameters))["imageURL"])

/** What a task of another type needs besides its type. */
const other = (parameters: Readonly<Record<string, unknown>>) => ({
  positivePrompt: undefined,
  width: undefined,
  height: undefined,
  ...parameters
})

/** The mean difference of two pictures, 0 to 255. */
const difference = async (one: Buffer, another: Buffer) => {
  const [left, right] = await Promise.all([one, another].map((bytes) => sharp(bytes).raw().toBuffer()))
  let sum = 0
  left?.forEach((value, index) => (sum += Math.abs(value - (right?.[index] ?? 0))))
  return sum / (left?.length ?? 1)
}

describe("images", () => {
  it.each([
    ["PNG", "png", 256, 256],
    ["JPG", "jpeg", 320, 192],
    ["WEBP", "webp", 128, 512],
    ["PNG", "png", 1032, 704],
    ["png", "png", 64, 64]
  ])("are %s files (%s) of %i x %i pixels", async (outputFormat, format, width, height) => {
    const bytes = await drawn({ outputFormat, width, height })
    const metadata = await sharp(bytes).metadata()
    assert.deepStrictEqual(
      { format: metadata.format, width: metadata.width, height: metadata.height },
      { format, width, height }
    )
  })

  it("come as address, base64 or data URI, the same bytes each", async () => {
    const task = { seed: 11, outputFormat: "PNG" }
    const base64 = await run({ ...task, outputType: "base64Data" })
    const dataURI = await run({ ...task, outputType: "dataURI" })
    assert.hasAllKeys(base64, ["taskType", "taskUUID", "imageUUID", "imageBase64Data", "seed"])
    assert.strictEqual(dataURI["imageDataURI"], `data:image/png;base64,${String(base64["imageBase64Data"])}`)
    const bytes = await drawn(task)
    assert.strictEqual(bytes.toString("base64"), base64["imageBase64Data"])
  })

  it("are the same for the same prompt and seed, and clearly others for another seed", async () => {
    const [one, again, another] = await Promise.all([1, 1, 2].map((seed) => drawn({ seed, outputFormat: "PNG" })))
    assert.isTrue(one && again && one.equals(again))
    assert.isAbove(await difference(one ?? Buffer.of(), another ?? Buffer.of()), 8)
  })

  it("are smaller in lower quality", async () => {
    const [low, high] = await Promise.all([20, 99].map((outputQuality) => drawn({ outputQuality, seed: 3 })))
    assert.isBelow(low?.length ?? 0, high?.length ?? 0)
  })

  it("take each a seed of their own", async () => {
    const { data } = await post(emulator, [picture({ seed: 40, numberResults: 3 })])
    assert.deepStrictEqual(
      data.map(({ seed }) => seed),
      [40, 41, 42]
    )
  })

  it("are 1024 pixels square unless the task or its resolution says otherwise", async () => {
    const size = async (parameters: Readonly<Record<string, unknown>>) => {
      const { width, height } = await sharp(
        await drawn({ width: undefined, height: undefined, ...parameters })
      ).metadata()
      return [width, height]
    }
    assert.deepStrictEqual(await size({ model: "civitai:1@2" }), [1024, 1024])
    assert.deepStrictEqual(await size({ model: "civitai:1@2", resolution: "0.5K" }), [512, 512])
  })

  it("larger than can be drawn are refused", async () => {
    const { errors } = await post(emulator, [picture({ model: "civitai:1@2", width: 9000 })])
    assert.deepInclude(errors[0], { code: "valueTooLarge", parameter: "width", max: 8192 })
  })

  it("that never were are not found", async () => {
    assert.strictEqual((await fetch(`${emulator.url}/media/5b0d6c1e.png`)).status, 404)
  })
})

describe("what operations on images yield", () => {
  const inputs = { image: "https://example.com/input.png" }

  it("upscale: a picture as many times larger", async () => {
    const task = { taskType: "upscale", model: "civitai:1@2", inputs, upscaleFactor: 4 }
    const { width } = await sharp(await drawn(other(task))).metadata()
    assert.strictEqual(width, 2048)
  })

  it("removeBackground: a picture with transparency", async () => {
    const item = await run(other({ taskType: "removeBackground", model: "bria:2@1", inputs, outputFormat: "PNG" }))
    const { channels } = await sharp(await fetched(item["imageURL"])).stats()
    assert.strictEqual(channels[3]?.min, 0)
    assert.strictEqual(channels[3]?.max, 255)
  })

  it("controlNetPreprocess: a guide image", async () => {
    const model = "runware:controlnet-preprocess@canny"
    const item = await run(other({ taskType: "controlNetPreprocess", model, inputs }))
    assert.hasAllKeys(item, ["taskType", "taskUUID", "guideImageUUID", "guideImageURL", "inputImageUUID"])
    assert.strictEqual((await sharp(await fetched(item["guideImageURL"])).metadata()).format, "jpeg")
  })

  it("imageMasking: a mask and where it lies", async () => {
    const item = await run(other({ taskType: "imageMasking", model: "runware:35@1", inputs }))
    assert.hasAllKeys(item, ["taskType", "taskUUID", "maskImageUUID", "maskImageURL", "inputImageUUID", "detections"])
    assert.hasAllKeys((item["detections"] as ReadonlyArray<object>)[0], ["x_min", "y_min", "x_max", "y_max"])
  })

  it("vectorize: an SVG", async () => {
    const item = await run(other({ taskType: "vectorize", model: "picsart:1@1", inputs }))
    const svg = await fetched(item["imageURL"])
    assert.strictEqual((await sharp(svg).metadata()).format, "svg")
  })
})

describe("other media", () => {
  it("sound follows its settings", async () => {
    const settings = { sampleRate: 22_050, channels: 1, bitrate: 64 }
    const task = { taskType: "audioInference", model: "civitai:1@2", positivePrompt: "rain", duration: 3 }
    const measured = async (outputFormat: string) => {
      const { audioURL } = await run(other({ ...task, outputFormat, audioSettings: settings }))
      return await sound(await fetched(audioURL))
    }
    assert.deepInclude(await measured("MP3"), { codec: "MPEG 2 Layer 3", sampleRate: 22_050, channels: 1 })
    assert.deepInclude(await measured("OGG"), { duration: 3, sampleRate: 22_050, channels: 1 })
  })

  it("sound is MP3 unless the task says otherwise", async () => {
    const { audioURL } = await run(other({ taskType: "audioInference", model: "civitai:1@2", positivePrompt: "rain" }))
    assert.match(String(audioURL), /\.mp3$/)
  })

  it("is the same for the same identifier, prompt and seed, whenever it is written", async () => {
    const task = { taskUUID: "5b0d6c1e-8f2a-4c37-9a41-000000000042", positivePrompt: "rain", seed: 3 }
    const formats = ["MP4", "MOV", "WEBM", "MP3", "WAV", "FLAC", "OGG", "GLB", "FBX"]
    const rendered = async (outputFormat: string) => {
      await using fresh = await startEmulator()
      const [taskType, model] = /GLB|FBX/.test(outputFormat)
        ? ["3dInference", "tripo:v3.1@0"]
        : ["audioInference", "mirelo:1@1"]
      const length = taskType === "audioInference" ? { duration: 1 } : {}
      const { data } = await post(fresh, [other({ ...task, ...length, taskType, model, outputFormat })])
      const [item = {}] = data
      const outputs = item["outputs"] as { readonly files: ReadonlyArray<{ readonly url: string }> } | undefined
      return await fetched(item["audioURL"] ?? outputs?.files[0]?.url)
    }
    for (const format of formats) {
      const [one, another] = [await rendered(format), await rendered(format)]
      assert.isAbove(one.length, 100, format)
      assert.isTrue(one.equals(another), format)
    }
  })

  it("text has a reason to end, and usage when asked", async () => {
    const task = {
      taskType: "textInference",
      model: "alibaba:qwen@3.5-27b",
      messages: [{ role: "user", content: "Why is the sky blue?" }],
      settings: { maxTokens: 3 },
      includeUsage: true
    }
    const { data } = await post(emulator, [picture(other(task))])
    assert.strictEqual(data[0]?.["finishReason"], "length")
    assert.strictEqual(String(data[0]?.["text"]).split(" ").length, 3)
    assert.deepStrictEqual(data[0]?.["usage"], {
      promptTokens: 5,
      completionTokens: 3,
      totalTokens: 29,
      thinkingTokens: 21
    })
  })

  it("a prompt is enhanced in as many versions as asked", async () => {
    const model = "runware:llama-3-1-8b@prompt-enhancer"
    const task = { taskType: "promptEnhance", model, prompt: "a cat", promptVersions: 3, promptMaxLength: 64 }
    const { data } = await post(emulator, [picture(other(task))])
    assert.strictEqual(data.length, 3)
    assert.strictEqual(new Set(data.map(({ text }) => text)).size, 3)
  })
})

describe("a file", () => {
  const requested = async (address: string, range: string | undefined) => {
    const response = await fetch(address, range === undefined ? {} : { headers: { range } })
    return {
      status: response.status,
      range: response.headers.get("content-range"),
      accepts: response.headers.get("accept-ranges"),
      body: Buffer.from(await response.arrayBuffer())
    }
  }

  it("can be fetched in parts, so that a download goes on where it broke off", async () => {
    const address = String((await run({ outputFormat: "PNG", width: 64, height: 64 }))["imageURL"])
    const whole = await requested(address, undefined)
    const size = whole.body.length
    assert.deepStrictEqual([whole.status, whole.accepts, whole.range], [200, "bytes", null])
    const parts = await Promise.all(["bytes=10-", "bytes=0-9", "bytes=-5"].map((range) => requested(address, range)))
    assert.deepStrictEqual(
      parts.map(({ body, range, status }) => [status, range, body]),
      [
        [206, `bytes 10-${size - 1}/${size}`, whole.body.subarray(10)],
        [206, `bytes 0-9/${size}`, whole.body.subarray(0, 10)],
        [206, `bytes ${size - 5}-${size - 1}/${size}`, whole.body.subarray(size - 5)]
      ]
    )
    const beyond = await requested(address, `bytes=${size}-`)
    assert.deepStrictEqual([beyond.status, beyond.range, beyond.body.length], [416, `bytes */${size}`, 0])
  })

  it("comes whole where a range can't be read, or there are several", async () => {
    const address = String((await run({ outputFormat: "PNG", width: 64, height: 64 }))["imageURL"])
    const answers = await Promise.all(["bytes", "pages=1-2", "bytes=0-1,5-6"].map((range) => requested(address, range)))
    assert.deepStrictEqual(
      answers.map(({ status }) => status),
      [200, 200, 200]
    )
  })
})
