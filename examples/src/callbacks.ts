/**
 * What happens to a task, as it happens: `onEvent` tells a call of `run`, and `events` is the same as a `Stream`, to be
 * filtered, merged and folded as any other. Run it with `npx -y pnpm@12 tsx examples/src/callbacks.ts` and `RUNWARE_API_KEY`
 * set; `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware, type Task } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Effect, Option, Stream } from "effect"

const seasons = {
  model: "runware:101@1",
  positivePrompt: "four seasons, one tree",
  width: 512,
  height: 512,
  numberResults: 4
} as const

const tell = (event: Task.TaskEvent<{ readonly imageURL: string }>): Effect.Effect<void> => {
  switch (event._tag) {
    case "Accepted":
      return Console.log(`accepted  ${event.handle.taskUUID}`)
    case "Progress":
      return Console.log(`progress  ${event.progress.completed} of ${event.progress.expected}`)
    case "Item":
      return Console.log(`image     ${event.item.imageURL}`)
    case "Failed":
      return Console.log(`failed    ${event.error.message}`)
    case "Done":
      return Console.log(`done      ${event.results.length} images`)
  }
}

const program = Effect.gen(function* () {
  const images = yield* Runware.run(seasons, { onEvent: tell })
  yield* Console.log(`run gave  ${images.length} images\n`)

  // Whoever needs but the first image leaves with it.
  const first = yield* Runware.events(seasons).pipe(
    Stream.filter((event) => event._tag === "Item"),
    Stream.map(({ item }) => item.imageURL),
    Stream.runHead
  )
  yield* Console.log(`first     ${Option.getOrElse(first, () => "none")}`)
})

program.pipe(Effect.provide(NodeRunware.layer()), NodeRuntime.runMain)
