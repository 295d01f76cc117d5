/**
 * A logger of your own, in two ways: a sink that receives each entry, and Effect's own logging, with its levels, annotations
 * and formats. Entries hold no key, and prompts and media only in short; without a reader none is built. Run it with
 * `npx -y pnpm@12 tsx examples/src/custom-logger.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware, RunwareLogger } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Effect, Layer, Logger, References } from "effect"

/** One line an entry, on stderr, of what crosses the wire. */
const Wire = RunwareLogger.layerSink(({ category, data, timestamp }) => {
  if (category === "send" || category === "receive") {
    console.error(`${new Date(timestamp).toISOString().slice(11, 23)} ${category.padEnd(7)} ${JSON.stringify(data)}`)
  }
})

/** All entries as JSON beside those of the app: they are of level `Debug`, with category and data as annotations. */
const Structured = Layer.mergeAll(
  RunwareLogger.layerEffect,
  Logger.layer([Logger.consoleJson]),
  Layer.succeed(References.MinimumLogLevel, "Debug")
)

const image = Runware.run({ model: "runware:101@1", positivePrompt: "a lighthouse in fog", width: 512, height: 512 })

const program = Effect.gen(function* () {
  yield* image.pipe(Effect.provide(Layer.provide(NodeRunware.layer(), Wire)))
  yield* Console.log("The same, by Effect's logger:")
  yield* image.pipe(
    Effect.andThen(Effect.log("done")),
    Effect.annotateLogs({ requestId: "r-17" }),
    Effect.provide(Layer.provideMerge(NodeRunware.layer(), Structured))
  )
})

program.pipe(NodeRuntime.runMain)
