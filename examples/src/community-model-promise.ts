/**
 * A community model, by Promises: its AIR says nothing about its parameters, but its architecture does. `runAs("sdxl", ...)`
 * types the call and settles the task type; a LoRA of the same architecture changes the style. Run it with
 * `npx -y pnpm@12 tsx examples/src/community-model-promise.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an
 * emulator.
 */
import { createClient } from "@effect-runware/promise"

await using client = createClient()

const pixelArt = { model: "civitai:120096@135931", weight: 0.8 }

const draw = (lora: ReadonlyArray<{ readonly model: string; readonly weight: number }>) =>
  client.runAs("sdxl", {
    model: "civitai:133005@782002", // Juggernaut XL
    positivePrompt: "a paper boat on a puddle, pixel art",
    negativePrompt: "text, watermark",
    width: 1024,
    height: 1024,
    seed: 7,
    CFGScale: 6,
    lora
  })

console.log("Drawing with and without a LoRA ...")
const [plain, styled] = await Promise.all([draw([]), draw([pixelArt])])
console.log(`plain   ${plain[0]?.imageURL}\nstyled  ${styled[0]?.imageURL}`)
