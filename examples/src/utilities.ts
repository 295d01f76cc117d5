/**
 * The utilities: models that fit, the balance before and after a task, what became of that task, and how quick the service
 * is. Each is an effect that gives its one result. Run it with `npx -y pnpm@12 tsx examples/src/utilities.ts` and
 * `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Duration, Effect } from "effect"

const balance = Effect.map(Runware.accountManagement({ operation: "getDetails" }), ({ balance }) => balance.amount)

const program = Effect.gen(function* () {
  const { roundTrip } = yield* Runware.ping()
  yield* Console.log(`ping     ${Duration.toMillis(roundTrip).toFixed(1)} ms`)

  const { results, totalResults } = yield* Runware.modelSearch({ search: "flux", category: "checkpoint", limit: 3 })
  yield* Console.log(`models   ${results.map(({ air }) => air).join(", ")} and ${totalResults - results.length} more`)

  const before = yield* balance
  const [image] = yield* Runware.run({ model: "runware:101@1", positivePrompt: "a kite", width: 512, height: 512 })
  yield* Console.log(`balance  $${before.toFixed(4)}, and $${(yield* balance).toFixed(4)} after one image`)

  // A result names its task, and so does a handle or an error; a bare taskUUID will do, too.
  if (image === undefined) return
  const { status } = yield* Runware.getResponse(image)
  const { request } = yield* Runware.getTaskDetails(image)
  yield* Console.log(`task     ${status}, asked for "${String(request[0]?.["positivePrompt"])}"`)
})

program.pipe(Effect.provide(NodeRunware.layer()), NodeRuntime.runMain)
