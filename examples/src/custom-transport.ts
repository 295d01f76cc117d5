/**
 * A transport of your own: the one seam between the client and the wire. This one decorates the usual one: it keeps a record
 * of every exchange, polls too, with the time that it took and what came of it. Retries, polling and deadlines stay above it
 * and work unchanged. Run it with `npx -y pnpm@12 tsx examples/src/custom-transport.ts` and `RUNWARE_API_KEY` set;
 * `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware, type Task, Transport } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Clock, Console, Effect, Exit, Layer } from "effect"

const recorded = <A, E>(tasks: ReadonlyArray<Task.Task>, exchange: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const outcome = yield* Effect.exit(exchange)
    const took = (yield* Clock.currentTimeMillis) - started
    const result = Exit.isSuccess(outcome) ? "answered" : "failed"
    for (const { taskType, taskUUID } of tasks) {
      yield* Console.log(`${taskType.padEnd(14)}  ${taskUUID.slice(0, 8)}  ${result} after ${took} ms`)
    }
    return yield* outcome
  })

const Recorded = Layer.effect(
  Transport.Transport,
  Effect.map(Transport.Transport, (usual): Transport.Transport["Service"] => ({
    ...usual,
    exchange: (task) => recorded([task], usual.exchange(task)),
    exchangeMany: (tasks) => recorded(tasks, usual.exchangeMany(tasks))
  }))
)

/** The client over the usual parts but for the transport. */
const RunwareLive = Runware.layerWith.pipe(
  Layer.provide(Recorded),
  Layer.provide(Runware.layerParts()),
  Layer.provide(NodeRunware.layerPlatform)
)

const program = Effect.gen(function* () {
  const [image] = yield* Runware.run({ model: "runware:101@1", positivePrompt: "fog", width: 512, height: 512 })
  yield* Console.log(image?.imageURL)
})

program.pipe(Effect.provide(RunwareLive), NodeRuntime.runMain)
