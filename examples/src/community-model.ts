/**
 * A community model: its AIR says nothing about its parameters, but its architecture does. `runAs("sdxl", ...)` types the
 * call and settles the task type; a LoRA of the same architecture changes the style. Run it with
 * `npx -y pnpm@12 tsx examples/src/community-model.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Effect } from "effect"

const pixelArt = { model: "civitai:120096@135931", weight: 0.8 }

const draw = (lora: ReadonlyArray<{ readonly model: string; readonly weight: number }>) =>
  Runware.runAs("sdxl", {
    model: "civitai:133005@782002", // Juggernaut XL
    positivePrompt: "a paper boat on a puddle, pixel art",
    negativePrompt: "text, watermark",
    width: 1024,
    height: 1024,
    seed: 7,
    CFGScale: 6,
    lora
  })

const program = Effect.gen(function* () {
  yield* Console.log("Drawing with and without a LoRA ...")
  const [plain, styled] = yield* Effect.all([draw([]), draw([pixelArt])], {
    concurrency: 2
  })
  yield* Console.log(`plain   ${plain[0]?.imageURL}\nstyled  ${styled[0]?.imageURL}`)
})

program.pipe(Effect.provide(NodeRunware.layer()), NodeRuntime.runMain)
