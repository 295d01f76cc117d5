/** For each task type and each operation a task, and what has to come of it in every format. */
import { assert } from "@effect/vitest"
import { fbx, fetched, glb, image, safetensors, sound, video, type Fetched } from "./inspection.ts"

/** A task and its outputs. */
export interface Case {
  readonly taskType: string
  readonly model: string
  /** The operation that a community model stands for. */
  readonly operation?: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** Where the output's address is in the item, and what has to be there, by format. */
  readonly outputs: Readonly<Record<string, (item: Item) => Promise<void>>>
}

/** A result. */
export type Item = Readonly<Record<string, unknown>>

/** Reads the file that a field names, and compares what it is. */
const file =
  (field: string, contentType: string, read: (bytes: Buffer) => unknown, expected: unknown) =>
  async (item: Item): Promise<void> => {
    const found: Fetched = await fetched(item[field])
    assert.strictEqual(found.contentType, contentType)
    assert.deepStrictEqual(await read(found.bytes), expected)
  }

/** The same for the first of a list of files. */
const firstFile =
  (contentType: string, read: (bytes: Buffer) => unknown, expected: unknown) =>
  async (item: Item): Promise<void> => {
    const outputs = item["outputs"] as { readonly files: ReadonlyArray<{ readonly url: string }> }
    await file("url", contentType, read, expected)({ url: outputs.files[0]?.url })
  }

const pictures = (field: string, width: number, height: number): Case["outputs"] => {
  const of = (format: string) => file(field, `image/${format}`, image, { format, width, height, complete: true })
  return { JPG: of("jpeg"), PNG: of("png"), WEBP: of("webp") }
}

const clips = (
  field: string,
  measures: { readonly width: number; readonly height: number; readonly duration: number; readonly fps: number },
  sounds = false
): Case["outputs"] => ({
  MP4: file(field, "video/mp4", video, {
    container: "MP4",
    codec: "avc1",
    ...measures,
    sound: sounds ? "mp4a.6b" : undefined
  }),
  MOV: file(field, "video/quicktime", video, {
    container: "MOV",
    codec: "avc1",
    ...measures,
    sound: sounds ? "mp4a.6b" : undefined
  }),
  WEBM: file(field, "video/webm", video, {
    container: "WEBM",
    codec: "VP8",
    ...measures,
    sound: sounds ? "VORBIS" : undefined
  })
})

const sounds = (duration: number, sampleRate: number, channels: number): Case["outputs"] => {
  const of = (type: string, container: string, codec: string) =>
    file("audioURL", `audio/${type}`, sound, { container, codec, duration, sampleRate, channels })
  return {
    MP3: of("mpeg", "MPEG", "MPEG 1 Layer 3"),
    WAV: of("wav", "WAVE", "PCM"),
    FLAC: of("flac", "FLAC", "FLAC"),
    OGG: of("ogg", "Ogg", "Vorbis I")
  }
}

const text = (form: RegExp) => async (item: Item) => {
  assert.match(String(item["text"]), form)
}

const pictureInput = { inputs: { image: "https://example.com/input.png" } }
const videoInput = { inputs: { video: "https://example.com/input.mp4" } }
const unknownClip = { width: 1280, height: 720, duration: 5, fps: 24 }
const numbered = /^1\. \[0s-6s\] [^\n]+\n2\. \[6s-12s\] [^\n]+\n3\. \[12s-18s\] [^\n]+$/
const tensors = ["lora_A", "lora_B"].map((part, index) => ({
  name: `transformer.transformer_blocks.0.attn.to_q.${part}.weight`,
  dtype: "F32",
  shape: index === 0 ? [4, 16] : [16, 4]
}))
const weights = firstFile("application/octet-stream", safetensors, { tensors, complete: true })

/** The cases. */
export const cases: ReadonlyArray<Case> = [
  {
    taskType: "imageInference",
    model: "runware:101@1",
    parameters: { positivePrompt: "a cat", width: 384, height: 256 },
    outputs: pictures("imageURL", 384, 256)
  },
  {
    taskType: "imageInference",
    model: "alibaba:qwen-image@layered",
    parameters: { positivePrompt: "a cat", inputs: { image: "https://example.com/input.png" } },
    outputs: {
      TIFF: file("imageURL", "image/tiff", image, { format: "tiff", width: 1024, height: 1024, complete: true })
    }
  },
  {
    taskType: "videoInference",
    model: "lightricks:2@0",
    parameters: { positivePrompt: "a cat", width: 640, height: 384, duration: 6, fps: 24 },
    outputs: clips("videoURL", { width: 640, height: 384, duration: 6, fps: 24 })
  },
  {
    taskType: "audioInference",
    model: "mirelo:1@1",
    parameters: { positivePrompt: "rain on a roof", duration: 2.5 },
    outputs: {
      ...sounds(2.5, 44_100, 2),
      ...clips("audioURL", { width: 1280, height: 720, duration: 2.5, fps: 24 }, true)
    }
  },
  {
    taskType: "textInference",
    model: "deepseek:v4@flash",
    parameters: {
      messages: [{ role: "user", content: "Why?" }],
      includeUsage: true,
      jsonSchema: {
        type: "object",
        properties: { reasons: { type: "array", minItems: 2, items: { type: "string" } }, sure: { type: "boolean" } }
      }
    },
    outputs: {
      JSON: async (item) => {
        const answer = JSON.parse(String(item["text"])) as { readonly reasons: ReadonlyArray<unknown> }
        assert.deepStrictEqual(
          { ...answer, reasons: answer.reasons.map((reason) => typeof reason) },
          { reasons: ["string", "string"], sure: true }
        )
      }
    }
  },
  {
    taskType: "textInference",
    model: "deepseek:v4@flash",
    parameters: { messages: [{ role: "user", content: "Why?" }], includeUsage: true },
    outputs: { TEXT: text(/\w+ .+\.$/) }
  },
  {
    taskType: "3dInference",
    model: "tripo:v3.1@0",
    parameters: { positivePrompt: "a gem", seed: 5 },
    outputs: {
      GLB: firstFile("model/gltf-binary", glb, { points: 9, faces: 14 }),
      FBX: firstFile("application/octet-stream", fbx, { points: 9, faces: 14 })
    }
  },
  {
    taskType: "training",
    model: "runware:qwen-image@style-lora-training",
    parameters: { inputs: { dataset: "https://example.com/pictures.zip" } },
    outputs: { default: weights }
  },
  {
    taskType: "training",
    model: "exactly:illustrative@training",
    parameters: {
      inputs: { dataset: "https://example.com/pictures.zip" },
      importModel: { air: "acme:7@1", name: "Acme" }
    },
    outputs: {
      default: async (item) => {
        assert.hasAllKeys(item, ["taskType", "taskUUID", "air", "cost"])
        assert.strictEqual(item["air"], "acme:7@1")
      }
    }
  },
  {
    taskType: "training",
    model: "civitai:100@1",
    operation: "training",
    parameters: {},
    outputs: { default: weights }
  },
  {
    taskType: "caption",
    model: "runware:150@2",
    parameters: pictureInput,
    outputs: { default: text(/^The image shows .+\.$/) }
  },
  { taskType: "caption", model: "memories:1@1", parameters: videoInput, outputs: { default: text(numbered) } },
  {
    taskType: "caption",
    model: "memories:2@1",
    parameters: videoInput,
    outputs: {
      default: async (item) => {
        assert.match((item["structuredData"] as { readonly description: string }).description, numbered)
      }
    }
  },
  {
    taskType: "caption",
    model: "civitai:101@1",
    operation: "caption-image",
    parameters: pictureInput,
    outputs: { default: text(/^The image/) }
  },
  {
    taskType: "caption",
    model: "civitai:102@1",
    operation: "caption-video",
    parameters: videoInput,
    outputs: { default: text(numbered) }
  },
  {
    taskType: "caption",
    model: "civitai:103@1",
    operation: "caption",
    parameters: pictureInput,
    outputs: { default: text(/^The image/) }
  },
  {
    taskType: "promptEnhance",
    model: "runware:llama-3-1-8b@prompt-enhancer",
    parameters: { prompt: "a cat", promptVersions: 1, promptMaxLength: 64 },
    outputs: { default: text(/^a cat, .+/) }
  },
  {
    taskType: "promptEnhance",
    model: "civitai:104@1",
    operation: "prompt-enhance",
    parameters: { prompt: "a cat" },
    outputs: { default: text(/^a cat, .+/) }
  },
  {
    taskType: "upscale",
    model: "civitai:105@1",
    operation: "upscale-image",
    parameters: pictureInput,
    outputs: pictures("imageURL", 1024, 1024)
  },
  {
    taskType: "upscale",
    model: "civitai:106@1",
    operation: "upscale",
    parameters: { ...pictureInput, upscaleFactor: 4 },
    outputs: pictures("imageURL", 2048, 2048)
  },
  {
    taskType: "upscale",
    model: "bria:50@1",
    parameters: { ...videoInput, upscaleFactor: 2 },
    outputs: clips("videoURL", unknownClip)
  },
  {
    taskType: "upscale",
    model: "civitai:107@1",
    operation: "upscale-video",
    parameters: videoInput,
    outputs: clips("videoURL", unknownClip)
  },
  {
    taskType: "removeBackground",
    model: "bria:2@1",
    parameters: pictureInput,
    outputs: pictures("imageURL", 1024, 1024)
  },
  {
    taskType: "removeBackground",
    model: "civitai:108@1",
    operation: "remove-background-image",
    parameters: pictureInput,
    outputs: pictures("imageURL", 1024, 1024)
  },
  {
    taskType: "removeBackground",
    model: "civitai:109@1",
    operation: "remove-background",
    parameters: pictureInput,
    outputs: { PNG: file("imageURL", "image/png", image, { format: "png", width: 1024, height: 1024, complete: true }) }
  },
  { taskType: "removeBackground", model: "bria:51@1", parameters: videoInput, outputs: clips("videoURL", unknownClip) },
  {
    taskType: "removeBackground",
    model: "civitai:110@1",
    operation: "remove-background-video",
    parameters: videoInput,
    outputs: {
      MP4: file("videoURL", "video/mp4", video, { container: "MP4", codec: "avc1", ...unknownClip, sound: undefined })
    }
  },
  {
    taskType: "vectorize",
    model: "picsart:1@1",
    parameters: pictureInput,
    outputs: {
      SVG: file("imageURL", "image/svg+xml", image, { format: "svg", width: 1024, height: 1024, complete: true })
    }
  },
  {
    taskType: "vectorize",
    model: "civitai:111@1",
    operation: "vectorize",
    parameters: { ...pictureInput },
    outputs: {
      SVG: file("imageURL", "image/svg+xml", image, { format: "svg", width: 1024, height: 1024, complete: true })
    }
  },
  {
    taskType: "controlNetPreprocess",
    model: "runware:controlnet-preprocess@canny",
    parameters: pictureInput,
    outputs: pictures("guideImageURL", 1024, 1024)
  },
  {
    taskType: "controlNetPreprocess",
    model: "civitai:112@1",
    operation: "controlnet-preprocess",
    parameters: pictureInput,
    outputs: pictures("guideImageURL", 1024, 1024)
  },
  {
    taskType: "imageMasking",
    model: "runware:35@1",
    parameters: pictureInput,
    outputs: pictures("maskImageURL", 1024, 1024)
  },
  {
    taskType: "imageMasking",
    model: "civitai:113@1",
    operation: "masking",
    parameters: pictureInput,
    outputs: pictures("maskImageURL", 1024, 1024)
  }
]
