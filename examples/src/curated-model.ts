/**
 * A curated model: written as a literal, its AIR types the call. The editor offers the parameters of FLUX.2 [klein], a wrong
 * one doesn't compile, and the results have the fields that were asked for. `validate` also holds the values to the model's
 * schema, before anything is bought. Run it with `npx -y pnpm@12 tsx examples/src/curated-model.ts` and `RUNWARE_API_KEY`
 * set; `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Effect } from "effect"

const program = Effect.gen(function* () {
  yield* Console.log("Generating two images ...")
  const images = yield* Runware.run(
    {
      model: "runware:400@2",
      positivePrompt: "a lighthouse on a cliff, fog rolling in, golden hour",
      width: 768,
      height: 512,
      steps: 4,
      numberResults: 2,
      outputFormat: "WEBP",
      includeCost: true
    },
    { validate: true }
  )
  for (const { cost, imageURL, seed } of images) {
    yield* Console.log(`${imageURL}  seed ${seed}  $${cost?.toFixed(4)}`)
  }
})

program.pipe(Effect.provide(NodeRunware.layer()), NodeRuntime.runMain)
