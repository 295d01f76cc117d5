/**
 * How late a client notices results, in virtual time: the real client over the simulated service, whose tasks take
 * lognormal times around a nominal one. What a seed decides, it decides again.
 */
import { Runware, Task } from "@effect-runware/core"
import { SimulatedService } from "@effect-runware/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"

/** Runs of tasks, one after the other. */
export interface Course {
  /** Milliseconds that a task takes, at the median. */
  readonly nominal: number
  /** The standard deviation of the logarithm of the time. */
  readonly sigma: number
  /** Runs that the client learns from, before those that count. 0: every run is of a kind that it knows nothing of. */
  readonly learned: number
  readonly counted: number
  readonly seed: number
}

/** What came of them. */
export interface Overshoot {
  /** Milliseconds between a result and its caller having it. */
  readonly median: number
  readonly p95: number
  readonly medianPolls: number
  readonly meanPolls: number
  readonly mostPolls: number
}

const model = "runware:101@1"

/** A task that takes so long. `kind` is a parameter that makes it another kind of task. */
const run = (took: number, kind: number) =>
  Effect.gen(function* () {
    const params: Task.TaskParams = {
      taskType: "imageInference",
      model,
      positivePrompt: `[[slow:${took}]]`,
      width: 512,
      height: 512,
      duration: kind
    }
    const startedAt = yield* Clock.currentTimeMillis
    yield* Runware.run(params)
    return (yield* Clock.currentTimeMillis) - startedAt - took
  })

const pollsSoFar = Effect.gen(function* () {
  const service = yield* SimulatedService.SimulatedService
  return (yield* service.crossings).filter(({ step }) => step === "poll").length
})

/** Runs a course. */
export const overshootOf = (course: Course): Promise<Overshoot> => {
  const { counted, learned, nominal, seed, sigma } = course
  const client = SimulatedService.layerRunware({ service: { seed, latency: 1 } })
  const took = Effect.map(normal, (deviation) => Math.max(1, Math.round(nominal * Math.exp(sigma * deviation))))
  const measured = Effect.fnUntraced(function* (kind: number) {
    const before = yield* pollsSoFar
    const late = yield* Effect.flatMap(took, (millis) => run(millis, kind))
    return { late, polls: (yield* pollsSoFar) - before }
  })
  const all = Effect.gen(function* () {
    yield* run(1, 0)
    for (let n = 0; n < learned; n++) yield* measured(1)
    return yield* Effect.forEach(Array.from({ length: counted }), (_, n) => measured(learned === 0 ? n + 1 : 1))
  }).pipe(Effect.provide(client))
  return Effect.runPromise(
    Effect.map(elapse(all), summarize).pipe(
      // Polls are spread by the UUIDs of their tasks.
      Effect.provideService(Task.TaskUUIDs, seededUUID),
      Random.withSeed(`overshoot/${seed}/${nominal}`),
      Effect.provide(TestClock.layer())
    )
  )
}

const seededUUID = Random.nextIntBetween(0, 2 ** 32).pipe(
  Effect.map((number) => `00000000-0000-4000-8000-0000${number.toString(16).padStart(8, "0")}`),
  Effect.flatMap((uuid) => Effect.orDie(Task.taskUUID(uuid)))
)

/** A standard normal number. */
const normal = Effect.map(
  Effect.all([Random.next, Random.next]),
  ([one, other]) => Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other)
)

/** Lets time pass until an effect is done. */
const elapse = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
  while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 minute")
  return yield* Fiber.join(fiber)
})

const summarize = (runs: ReadonlyArray<{ readonly late: number; readonly polls: number }>): Overshoot => {
  const late = runs.map((one) => one.late).toSorted((a, b) => a - b)
  const polls = runs.map((one) => one.polls).toSorted((a, b) => a - b)
  const at = (sorted: ReadonlyArray<number>, quantile: number) =>
    sorted[Math.floor(sorted.length * quantile)] ?? Number.NaN
  return {
    median: at(late, 0.5),
    p95: at(late, 0.95),
    medianPolls: at(polls, 0.5),
    meanPolls: polls.reduce((sum, one) => sum + one, 0) / polls.length,
    mostPolls: polls.at(-1) ?? 0
  }
}

/** What must hold for a nominal time: milliseconds and polls at most, learned and cold. */
export const limits = [
  { nominal: 300, learned: { median: 60, polls: 1 }, cold: { median: 120, polls: 30 } },
  { nominal: 1000, learned: { median: 80, polls: 2 }, cold: { median: 120, polls: 30 } },
  { nominal: 3000, learned: { median: 120, polls: 4 }, cold: { median: 360, polls: 30 } },
  { nominal: 10_000, learned: { median: 250, polls: 6 }, cold: { median: 1200, polls: 30 } },
  { nominal: 30_000, learned: { median: 500, polls: 8 }, cold: { median: 3600, polls: 30 } },
  { nominal: 90_000, learned: { median: 900, polls: 12 }, cold: { median: 10_800, polls: 30 } }
] as const
