/** One method for every model: each task type, each operation, each way to name a model. */
import { expect } from "vitest"
import { area, carrying, image, rejection, untyped, type Program, type Row } from "../row.ts"

/** A training of twenty minutes ends within a second or two. */
const quick = 0.001

const picture = { inputs: { image: "https://example.com/input.png" } }
const clip = { inputs: { video: "https://example.com/input.mp4" } }
const archive = { inputs: { dataset: "https://example.com/pictures.zip" } }

/** For each task type a model, its parameters, and where the result has its output. */
const taskTypes: Readonly<Record<string, readonly [model: string, parameters: object, field: string, form: RegExp]>> = {
  imageInference: [
    "runware:101@1",
    { positivePrompt: "a cat", width: 384, height: 256 },
    "imageURL",
    /\/media\/.+\.jpg$/
  ],
  videoInference: [
    "lightricks:2@0",
    { positivePrompt: "a cat", width: 640, height: 384, duration: 6, fps: 24 },
    "videoURL",
    /\/media\/.+\.mp4$/
  ],
  audioInference: ["mirelo:1@1", { positivePrompt: "rain", duration: 2.5 }, "audioURL", /\/media\/.+\.mp3$/],
  textInference: ["deepseek:v4@flash", { messages: [{ role: "user", content: "Why?" }] }, "text", /\w+ .+\.$/],
  "3dInference": ["tripo:v3.1@0", { positivePrompt: "a gem" }, "outputs.files.0.url", /\/media\/.+\.glb$/],
  training: ["runware:qwen-image@style-lora-training", archive, "outputs.files.0.url", /\/media\/.+/],
  caption: ["runware:150@2", picture, "text", /^The image shows .+\.$/],
  promptEnhance: [
    "runware:llama-3-1-8b@prompt-enhancer",
    { prompt: "a cat", promptVersions: 1, promptMaxLength: 64 },
    "text",
    /^a cat, .+/
  ],
  upscale: ["bria:50@1", { ...clip, upscaleFactor: 2 }, "videoURL", /\/media\/.+\.mp4$/],
  removeBackground: ["bria:2@1", picture, "imageURL", /\/media\/.+/],
  vectorize: ["picsart:1@1", picture, "imageURL", /\/media\/.+\.svg$/],
  controlNetPreprocess: ["runware:controlnet-preprocess@canny", picture, "guideImageURL", /\/media\/.+/],
  imageMasking: ["runware:35@1", picture, "maskImageURL", /\/media\/.+/]
}

const taskTypeRows = Object.entries(taskTypes).map(
  ([taskType, [model, parameters, field, form]]): [string, Program] => [
    `run: ${taskType}`,
    {
      service: { timeScale: quick },
      run: async ({ client, emulator }) => {
        const results = await client().run(untyped({ model, ...parameters }))
        expect(results).toMatchObject([{ taskType }])
        expect(results).toHaveProperty(`0.${field}`, expect.stringMatching(form))
        expect(emulator.stats()).toMatchObject({ tasksAccepted: 1, tasksBilled: 1 })
      }
    }
  ]
)

/** For each operation what it takes, the task type that it stands for, and where the result has its output. */
const operations: Readonly<Record<string, readonly [taskType: string, parameters: object, field: string]>> = {
  training: ["training", {}, "outputs.files.0.url"],
  caption: ["caption", picture, "text"],
  "caption-image": ["caption", picture, "text"],
  "caption-video": ["caption", clip, "text"],
  "prompt-enhance": ["promptEnhance", { prompt: "a cat" }, "text"],
  upscale: ["upscale", { ...picture, upscaleFactor: 4 }, "imageURL"],
  "upscale-image": ["upscale", picture, "imageURL"],
  "upscale-video": ["upscale", clip, "videoURL"],
  "remove-background": ["removeBackground", picture, "imageURL"],
  "remove-background-image": ["removeBackground", picture, "imageURL"],
  "remove-background-video": ["removeBackground", clip, "videoURL"],
  vectorize: ["vectorize", picture, "imageURL"],
  "controlnet-preprocess": ["controlNetPreprocess", picture, "guideImageURL"],
  masking: ["imageMasking", picture, "maskImageURL"]
}

const operationRows = Object.entries(operations).map(
  ([operation, [taskType, parameters, field]]): [string, Program] => [
    `runAs: ${operation}`,
    {
      service: { communityModels: { "civitai:4711@1": operation }, timeScale: quick },
      run: async ({ client }) => {
        const results = await client().runAs(untyped(operation), untyped({ model: "civitai:4711@1", ...parameters }))
        expect(results).toMatchObject([{ taskType }])
        expect(results).toHaveProperty(`0.${field}`, expect.stringMatching(/\w+/))
      }
    }
  ]
)

export const models: ReadonlyArray<Row> = [
  ...area("task types", Object.fromEntries(taskTypeRows)),
  ...area("operations", Object.fromEntries(operationRows)),
  ...area("models", {
    "a curated model by its AIR": async ({ client, emulator }) => {
      const [result] = await client().run(image)
      expect(result).toMatchObject({
        taskType: "imageInference",
        imageURL: expect.stringContaining(`${emulator.url}/media/`),
        imageUUID: expect.any(String),
        seed: expect.any(Number)
      })
      expect(emulator.task(result?.taskUUID ?? "")?.request).toMatchObject({ ...image, taskType: "imageInference" })
    },
    "a curated model by its slug": async ({ client, emulator }) => {
      const [result] = await client().run({ ...image, model: "bfl-flux-1-dev" })
      expect(emulator.task(result?.taskUUID ?? "")?.request["model"]).toBe("runware:101@1")
    },
    "a community model with its task type": async ({ client }) => {
      const results = await client().run({ ...image, model: "civitai:133005@782002", taskType: "imageInference" })
      expect(results).toMatchObject([{ taskType: "imageInference", imageURL: expect.any(String) }])
    },
    "a community model by its architecture": async ({ client, emulator }) => {
      const [result] = await client().runAs("sdxl", { ...image, model: "civitai:133005@782002" })
      expect(emulator.task(result?.taskUUID ?? "")?.request["taskType"]).toBe("imageInference")
    },
    "a community model by its modality": async ({ client }) => {
      const results = await client().runAs("image", { ...image, model: "civitai:133005@782002" })
      expect(results).toMatchObject([{ taskType: "imageInference", imageURL: expect.any(String) }])
    },
    "a family nobody knows is refused with the nearest": async ({ client, seen }) => {
      await rejection(client().runAs(untyped("sdlx"), untyped({ ...image, model: "civitai:1@2" })), {
        code: "validation",
        parameter: "family",
        message: expect.stringContaining("did you mean sdxl?"),
        submission: "none"
      })
      expect(carrying(seen, "imageInference")).toEqual([])
    },
    "a misspelt model is refused with the nearest": async ({ client, emulator }) => {
      await rejection(client().run(untyped({ ...image, model: "bfl-flux-1-dve" })), {
        code: "notFound",
        rawCode: "unknownModel",
        model: "bfl-flux-1-dve",
        message: expect.stringContaining("did you mean bfl-flux-1-dev?")
      })
      expect(emulator.stats().tasksAccepted).toBe(0)
    },
    "a model without a registry entry needs its task type": async ({ client, emulator }) => {
      await rejection(client().run(untyped({ ...image, model: "civitai:133005@782002" })), {
        code: "notFound",
        parameter: "model",
        message: expect.stringContaining("taskType")
      })
      expect(emulator.stats().tasksAccepted).toBe(0)
    },
    "a model of an open provider newer than the release": async ({ client }) => {
      const results = await client().run({ ...image, model: "brandnew:1@1", taskType: "imageInference" })
      expect(results).toMatchObject([{ imageURL: expect.any(String) }])
    },
    "a task type of a utility, by the same method": async ({ client }) => {
      const [found] = await client().run({ taskType: "modelSearch", search: "flux", limit: 2 })
      expect(found?.results).toHaveLength(2)
    },
    "a taskUUID of one's own": async ({ client, emulator }) => {
      const taskUUID = "7d3f7c1e-4f0a-4b5c-8d9e-0a1b2c3d4e5f"
      expect(await client().run({ ...image, taskUUID })).toMatchObject([{ taskUUID }])
      expect(emulator.task(taskUUID)).toBeDefined()
    },
    "parameters arrive as they were given": async ({ client, emulator }) => {
      const given = {
        ...image,
        negativePrompt: "rain",
        steps: 12,
        CFGScale: 3.5,
        seed: 7,
        outputFormat: "PNG"
      } as const
      const [result] = await client().run(given)
      expect(emulator.task(result?.taskUUID ?? "")?.request).toMatchObject(given)
      expect(result).toMatchObject({ seed: 7, imageURL: expect.stringMatching(/\.png$/) })
    }
  })
]
