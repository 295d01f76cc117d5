/**
 * Upload and image-to-image: a photograph on disk is stored once, and its UUID stands in two tasks at once. Both results are
 * saved in `out/`, and the upload is deleted whatever happens. Run it with
 * `npx -y pnpm@12 tsx examples/src/image-to-image.ts [photo.png]` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to
 * an emulator.
 */
import { argv } from "node:process"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware } from "@effect-runware/core"
import { NodeMedia, NodeRunware } from "@effect-runware/node"
import { Console, Effect } from "effect"
import { FetchHttpClient } from "effect/http"

// A string is never read as a path: a file is said to be one.
const photo = NodeMedia.fromFile(argv[2] ?? new URL("../harbour.jpg", import.meta.url))

const upload = Effect.acquireRelease(Runware.mediaStorage({ operation: "upload", media: photo }), ({ mediaUUID }) =>
  Runware.mediaStorage({ operation: "delete", media: mediaUUID }).pipe(
    Effect.andThen(Console.log("upload deleted")),
    Effect.ignore
  )
)

const restyle = (seedImage: string, style: string) =>
  Runware.run({
    model: "runware:101@1",
    positivePrompt: `a harbour, ${style}`,
    inputs: { seedImage },
    strength: 0.7,
    width: 768,
    height: 512
  })

const program = Effect.gen(function* () {
  const { mediaUUID } = yield* upload
  yield* Console.log(`uploaded as ${mediaUUID}`)

  const styles = ["ink wash on rice paper", "stained glass"]
  const images = yield* Effect.forEach(styles, (style) => restyle(mediaUUID, style), { concurrency: "unbounded" })

  const saved = yield* NodeMedia.download(images.flat(), "out")
  for (const { path, size } of saved) yield* Console.log(`${path}  ${Math.round(size / 1024)} kB`)
}).pipe(Effect.scoped)

program.pipe(Effect.provide([NodeRunware.layer(), FetchHttpClient.layer]), NodeRuntime.runMain)
