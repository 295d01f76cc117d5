/**
 * `pnpm soak`: runs tasks at a steady rate over one WebSocket that is cut every few seconds, and watches the heap. Fails
 * when a run is lost or bought twice, or when memory grows.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Runware } from "@effect-runware/core"
import type { EmulatorStats } from "@effect-runware/emulator"
import { NodeRunware } from "@effect-runware/node"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const heapMegabytes = Effect.sync(() => {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed / 1024 / 1024
})

const ask = <A>(child: ReturnType<typeof fork>, question?: string): Promise<A> => {
  if (question !== undefined) child.send(question)
  // The child is our own file: it answers what it is asked.
  return once(child, "message").then(([message]) => message as A)
}

const program = Effect.gen(function* () {
  const rate = yield* Config.withDefault(Config.Int("SOAK_RATE"), 200)
  const seconds = yield* Config.withDefault(Config.Int("SOAK_SECONDS"), 180)
  const service = yield* Effect.acquireRelease(
    Effect.sync(() => fork(new URL("./soakService.ts", import.meta.url), { execArgv: ["--import", "tsx"] })),
    (child) => Effect.sync(() => child.kill())
  )
  const { apiKey, url } = yield* Effect.promise(() => ask<{ readonly apiKey: string; readonly url: string }>(service))
  const done = yield* Ref.make(0)
  const run = Runware.run({
    taskType: "imageInference",
    model: "runware:101@1",
    positivePrompt: "a lighthouse in fog",
    width: 512,
    height: 512
  }).pipe(Effect.andThen(Ref.update(done, (n) => n + 1)))

  const work = Stream.fromSchedule(Schedule.fixed("50 millis")).pipe(
    Stream.take(seconds * 20),
    Stream.mapEffect(
      () =>
        Effect.all(
          Array.from({ length: rate / 20 }, () => run),
          { concurrency: "unbounded" }
        ),
      {
        concurrency: "unbounded"
      }
    ),
    Stream.runDrain
  )
  const heaps: Array<number> = []
  const watch = Effect.gen(function* () {
    yield* Effect.sleep(`${seconds / 9} seconds`)
    const heap = yield* heapMegabytes
    heaps.push(heap)
    yield* Console.log(
      `${Math.round((heaps.length * seconds) / 9)} s  ${heap.toFixed(1)} MB  ${yield* Ref.get(done)} runs`
    )
  })
  yield* Effect.raceFirst(work, Effect.forever(watch)).pipe(
    Effect.provide(NodeRunware.layer({ apiKey, baseUrl: url, pollDelay: 200, maxRetries: 10, retryBudget: Infinity }))
  )

  const { tasksAccepted, tasksBilled } = yield* Effect.promise(() => ask<EmulatorStats>(service, "stats"))
  const expected = rate * seconds
  const finished = yield* Ref.get(done)
  const [early = 0, late = 0] = [heaps[2], heaps.at(-1)]
  const growth = (late / early - 1) * 100
  yield* Console.log(
    `${finished} of ${expected} runs, ${tasksAccepted} tasks, ${tasksBilled} billed; heap ${early.toFixed(1)} to ${late.toFixed(1)} MB (${growth.toFixed(1)} %)`
  )
  const sound = finished === expected && tasksAccepted === expected && tasksBilled === expected && growth <= 5
  if (!sound) return yield* Effect.die("The soak failed")
})

await Effect.runPromise(Effect.scoped(program))
