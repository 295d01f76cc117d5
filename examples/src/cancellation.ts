/**
 * Cancellation: a call that is interrupted, by a deadline or because another one was faster, stops at once and leaves nothing
 * behind. The task is the service's once it is accepted: it goes on and is billed, and its handle leads back to it. Run it
 * with `npx -y pnpm@12 tsx examples/src/cancellation.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an
 * emulator. Ctrl-C interrupts it, too.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Effect, Option } from "effect"

const image = { positivePrompt: "waves against a pier", width: 512, height: 512 } as const

const draw = (model: "runware:100@1" | "runware:101@1") =>
  Runware.run({ ...image, model }).pipe(
    Effect.as(model),
    Effect.onInterrupt(() => Console.log(`${model} was interrupted`))
  )

const program = Effect.gen(function* () {
  // The slower of two is interrupted as soon as the faster one is there.
  yield* Console.log(`${yield* Effect.race(draw("runware:100@1"), draw("runware:101@1"))} was faster\n`)

  const handle = yield* Runware.submit({ model: "klingai:5@3", positivePrompt: image.positivePrompt, duration: 5 })
  yield* Console.log(`video ${handle.taskUUID} is under way`)

  const inTime = yield* Runware.attach(handle).pipe(Effect.timeoutOption("2 seconds"))
  if (Option.isNone(inTime)) yield* Console.log("not there after two seconds: gone to do something else")

  // Back again, in this process or, the handle being plain JSON, in any other.
  const [video] = yield* Runware.attach(handle)
  yield* Console.log(`the same video: ${video?.videoURL}`)
})

program.pipe(Effect.provide(NodeRunware.layer()), NodeRuntime.runMain)
