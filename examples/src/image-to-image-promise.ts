/**
 * Upload and image-to-image, by Promises: a photograph on disk is stored once, its UUID stands in two tasks at once, both
 * results are saved in `out/`, and the upload is deleted whatever happens. Run it with
 * `npx -y pnpm@12 tsx examples/src/image-to-image-promise.ts [photo.png]` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads
 * it to an emulator.
 */
import { argv } from "node:process"
import { createClient, Media } from "@effect-runware/promise"

await using client = createClient()

// A string is never read as a path: a file is said to be one.
const photo = Media.fromFile(argv[2] ?? new URL("../harbour.jpg", import.meta.url))

const { mediaUUID } = await client.mediaStorage({ operation: "upload", media: photo })
console.log(`uploaded as ${mediaUUID}`)

const restyle = (style: string) =>
  client.run({
    model: "runware:101@1",
    positivePrompt: `a harbour, ${style}`,
    inputs: { seedImage: mediaUUID },
    strength: 0.7,
    width: 768,
    height: 512
  })

try {
  const images = await Promise.all([restyle("ink wash on rice paper"), restyle("stained glass")])
  const saved = await Media.download(images.flat(), "out")
  for (const { path, size } of saved) console.log(`${path}  ${Math.round(size / 1024)} kB`)
} finally {
  await client.mediaStorage({ operation: "delete", media: mediaUUID })
  console.log("upload deleted")
}
