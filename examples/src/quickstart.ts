/**
 * The first program: one image over REST, three over WebSocket, written to `out/`; then a text about them as it is written.
 *
 * Without `RUNWARE_API_KEY` a local emulator answers. Run it with `npx -y pnpm@12 demo`, or
 * `npx -y pnpm@12 tsx examples/src/quickstart.ts`.
 */
import { stdout } from "node:process"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware, RunwareLogger } from "@effect-runware/core"
import type { Options } from "@effect-runware/core/RunwareConfig"
import type { Progress } from "@effect-runware/core/Task"
import { Emulator } from "@effect-runware/emulator"
import { NodeRunware } from "@effect-runware/node"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const image = {
  model: "runware:101@1",
  positivePrompt: "a lighthouse on a cliff, fog rolling in, golden hour",
  width: 768,
  height: 512,
  outputFormat: "PNG",
  includeCost: true
} as const

/** Shows how far things are: one line that renews itself on a terminal, plain lines elsewhere. */
const progressLine = (text: string): Effect.Effect<void> =>
  stdout.isTTY
    ? Effect.sync(() => {
        stdout.write(`\r\u001b[K${text}`)
      })
    : Console.log(text)

const oneByRest = Runware.run({ ...image, seed: 11, deliveryMethod: "sync" })

const toldOf = ({ completed, expected, percent }: Progress): string =>
  `${completed} of ${expected} images${percent === undefined ? "" : `, ${percent} %`}`

const threeByWebSocket = Runware.events({ ...image, seed: 21, numberResults: 3 }).pipe(
  Stream.tap((event) =>
    event._tag === "Progress" ? progressLine(`  WebSocket: ${toldOf(event.progress)}`) : Effect.void
  ),
  Stream.filter((event) => event._tag === "Done"),
  Stream.runCollect,
  Effect.map(([done]) => done?.results ?? [])
)

/** Prints an answer as it comes, and gives the whole. */
const caption = Effect.gen(function* () {
  const { result, text } = yield* Runware.textStream({
    model: "alibaba:qwen@3.5-27b",
    messages: [{ role: "user", content: `A caption for a photograph: ${image.positivePrompt}.` }],
    settings: { maxTokens: 300 },
    includeCost: true
  })
  yield* Stream.runForEach(text, (piece) =>
    Effect.sync(() => {
      stdout.write(piece)
    })
  )
  return yield* result
}).pipe(Effect.scoped)

/** Saves an image under `out/` and says how large it is. */
const save = Effect.fn("save")(function* (url: string, name: string) {
  const fs = yield* FileSystem.FileSystem
  const http = yield* HttpClient.HttpClient
  const bytes = new Uint8Array(yield* Effect.flatMap(http.get(url), (response) => response.arrayBuffer))
  yield* fs.makeDirectory("out", { recursive: true })
  yield* fs.writeFile(`out/${name}`, bytes)
  return `out/${name}  ${image.width}x${image.height}  ${Math.round(bytes.length / 1024)} kB`
})

const demo = Effect.fn("demo")(function* (service: Options, requests: () => number) {
  const client = (transport: "rest" | "websocket") => NodeRunware.layer({ ...service, transport })

  const [took, images] = yield* Effect.timed(
    Effect.gen(function* () {
      yield* progressLine("  REST: 1 image")
      const [first] = yield* oneByRest.pipe(Effect.provide(client("rest")))
      const others = yield* threeByWebSocket.pipe(Effect.provide(client("websocket")))
      return first === undefined ? others : [first, ...others]
    })
  )
  const files = yield* Effect.forEach(images, (item, i) =>
    save(item.imageURL, `${i === 0 ? "rest" : `websocket-${i}`}-seed-${item.seed}.png`)
  )
  yield* progressLine("  REST: 1 text")
  yield* Console.log("\n")
  const written = yield* caption.pipe(Effect.provide(client("rest")))
  const cost = images.reduce((sum, item) => sum + (item.cost ?? 0), written.cost ?? 0)

  yield* Console.log(`

model     ${image.model}
files     ${files.join("\n          ")}
cost      $${cost.toFixed(4)}
time      ${Duration.format(Duration.millis(Math.round(Duration.toMillis(took))))}
requests  ${requests()}`)
})

const program = Effect.gen(function* () {
  const key = yield* Config.option(Config.Redacted("RUNWARE_API_KEY"))
  let sent = 0
  const counting = RunwareLogger.layerSink(({ category }) => {
    if (category === "send") sent++
  })
  const run = (service: Options) => demo(service, () => sent).pipe(Effect.provide(counting))

  if (Option.isSome(key)) {
    yield* Console.log("Generating with Runware (RUNWARE_API_KEY is set)")
    return yield* run({ apiKey: key.value })
  }
  return yield* Effect.gen(function* () {
    const { apiKey, url } = yield* Emulator.Emulator
    yield* Console.log(`Generating with a local emulator at ${url} (set RUNWARE_API_KEY for the real service)`)
    return yield* run({ apiKey, baseUrl: url })
  }).pipe(Effect.provide(Emulator.layer({ timeScale: 0.5 })))
})

program.pipe(Effect.provide([NodeFileSystem.layer, FetchHttpClient.layer]), NodeRuntime.runMain)
