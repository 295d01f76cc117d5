/**
 * Callbacks: `onProgress` whenever the count changes, `onResult` once for each image as soon as it is there, failed ones
 * included, all before the call settles. Run it with `npx -y pnpm@12 tsx examples/src/callbacks-promise.ts` and
 * `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an emulator.
 */
import { createClient } from "@effect-runware/promise"

await using client = createClient()

const images = await client.run(
  {
    model: "runware:101@1",
    positivePrompt: "four seasons, one tree",
    width: 512,
    height: 512,
    numberResults: 4
  },
  {
    onProgress: ({ completed, expected }) => console.log(`progress  ${completed} of ${expected}`),
    onResult: (image) => {
      if (image.error) console.log(`failed    ${image.error.message}`)
      else console.log(`image     ${image.imageURL}`)
    }
  }
)
console.log(`done      ${images.length} images`)
