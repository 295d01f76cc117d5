import { assert, describe, it } from "@effect/vitest"
import { categoriesOf, modelCapabilities, shownCapability } from "../src/internal/content/capabilities.ts"
import { modelName } from "../src/internal/content/names.ts"

describe("capabilities", () => {
  it("follow from the task type and the parameters", () => {
    assert.deepStrictEqual(
      modelCapabilities("imageInference", {
        properties: {
          positivePrompt: {},
          lora: {},
          inputs: { properties: { seedImage: {}, mask: {}, referenceVideos: {} } }
        }
      }),
      ["io:text-to-image", "io:image-to-image", "io:video-to-image", "op:inpainting", "form:lora"]
    )
    assert.deepStrictEqual(modelCapabilities("upscale", { properties: { inputs: { properties: { video: {} } } } }), [
      "io:video-to-video",
      "op:upscale"
    ])
    assert.deepStrictEqual(
      modelCapabilities("textInference", {
        properties: { messages: {}, tools: {}, deliveryMethod: { enum: ["sync", "stream"] } }
      }),
      ["io:text-to-text", "form:tools", "form:streaming"]
    )
    assert.deepStrictEqual(modelCapabilities("caption", { properties: { prompt: {}, inputs: { type: "object" } } }), [
      "io:image-to-text",
      "op:caption"
    ])
    assert.deepStrictEqual(modelCapabilities("none", null), [])
  })

  it("of a request are its operation, or what it makes from what", () => {
    const request = (parameters: object) => ({ taskType: "imageInference", ...parameters })
    assert.strictEqual(shownCapability(request({ positivePrompt: "x" })), "io:text-to-image")
    assert.strictEqual(shownCapability(request({ inputs: { seedImage: "u" } })), "io:image-to-image")
    assert.strictEqual(shownCapability(request({ inputs: { seedImage: "u", mask: "m" } })), "op:inpainting")
    assert.strictEqual(shownCapability({ taskType: "upscale", inputs: { video: "v" } }), "op:upscale")
  })

  it("say the category", () => {
    assert.deepStrictEqual(categoriesOf(["io:text-to-vector", "io:image-to-video", "op:upscale"]), ["image", "video"])
  })
})

describe("names", () => {
  it.each([
    ["alibaba-qwen2-5-vl-7b-instruct", "alibaba", "Qwen2.5 VL 7B Instruct"],
    ["klingai-1-0-standard", "klingai", "KlingAI 1.0 Standard"],
    ["birefnet-v1-base", "runware", "Birefnet V1 Base"]
  ])("%s", (slug, creator, name) => assert.strictEqual(modelName(slug, creator), name))
})
