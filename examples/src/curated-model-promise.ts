/**
 * A curated model, by Promises: written as a literal, its AIR types the call. The editor offers the parameters of
 * FLUX.2 [klein], a wrong one doesn't compile, and the results have the fields that were asked for. Run it with
 * `npx -y pnpm@12 tsx examples/src/curated-model-promise.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an
 * emulator.
 */
import { createClient } from "@effect-runware/promise"

await using client = createClient({ validate: true })

console.log("Generating two images ...")
const images = await client.run({
  model: "runware:400@2",
  positivePrompt: "a lighthouse on a cliff, fog rolling in, golden hour",
  width: 768,
  height: 512,
  steps: 4,
  numberResults: 2,
  outputFormat: "WEBP",
  includeCost: true
})
for (const { cost, imageURL, seed } of images) console.log(`${imageURL}  seed ${seed}  $${cost?.toFixed(4)}`)
