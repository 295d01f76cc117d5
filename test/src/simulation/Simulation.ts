/**
 * One seed, from its plan to its verdict: the real client over the service in memory, on virtual time, while everything
 * that the plan says goes wrong.
 */
import { Runware } from "@effect-runware/core"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import type { Item } from "@effect-runware/core/Task"
import { SimulatedService } from "@effect-runware/testing"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import * as Scheduler from "effect/Scheduler"
import { TestClock } from "effect/testing"
import { Chance } from "./Chance.ts"
import { bought, judge, type Observed } from "./Invariants.ts"
import { type Plan, type PlannedCall, planOf } from "./Plan.ts"
import { judgeStreams } from "./StreamInvariants.ts"
import type { PlannedStream } from "./StreamPlan.ts"
import { performStream } from "./StreamWorkload.ts"
import { faultsOf, happen, kindOf, kindOfIncident, type Struck } from "./Strikes.ts"
import { judgeUtilities } from "./UtilityInvariants.ts"
import { performUtility } from "./UtilityWorkload.ts"
import { Watch } from "./Watch.ts"
import { apiKey, makeClient, type Sabotage } from "./WatchedClient.ts"
import { type Ending, perform, performTogether } from "./Workload.ts"

export interface Outcome {
  readonly plan: Plan
  /** Broken invariants, none in a good client. */
  readonly violations: ReadonlyArray<string>
  readonly struck: ReadonlyArray<Struck>
  readonly trace: ReadonlyArray<string>
}

/** Simulates one seed. Plain virtual time under a scheduler of microtasks: nothing waits for the real clock. */
export const simulate = (seed: number, sabotage: Sabotage = {}): Promise<Outcome> =>
  Effect.runPromise(
    simulation(planOf(seed), sabotage).pipe(
      Effect.scoped,
      Effect.provide(TestClock.layer()),
      Effect.provideService(Scheduler.Scheduler, new Scheduler.MixedScheduler("sync"))
    )
  )

const simulation = Effect.fnUntraced(function* (plan: Plan, sabotage: Sabotage) {
  const trace: Array<string> = []
  const network = new Chance(`network/${plan.seed}`)
  const faults = faultsOf(plan.faults)
  const healed = { now: false }
  const platform = yield* Layer.build(
    SimulatedService.layer({
      apiKey,
      seed: plan.seed,
      switches: plan.switches,
      duplicates: plan.duplicates,
      latency: () => network.between(...plan.latency),
      faults: (passage) => (healed.now || passage.at >= plan.healsAt ? undefined : faults(passage)),
      trace: (line) => {
        trace.push(line)
      }
    })
  )
  const service = Context.get(platform, SimulatedService.SimulatedService)
  const watch = new Watch()
  const said: Array<string> = []
  const client = yield* makeClient({ plan, platform, sabotage, said, watch })

  const incidents = yield* Effect.forEach(plan.incidents, (incident) => happen(incident, service, watch), {
    concurrency: "unbounded"
  }).pipe(Effect.forkChild)
  const as =
    (id: number) =>
    <A>(effect: Effect.Effect<A, RunwareError, Runware.Runware>) =>
      client.run(effect, `call/${id}`)
  const note = (id: number, { _tag }: Ending) => void trace.push(`call ${id} ended: ${_tag}`)
  const calls = yield* Effect.forEach(
    groupsOf(plan.calls),
    ([call, ...others]) =>
      Effect.tap(
        others.length === 0
          ? Effect.map(perform(call, as(call.id)), Arr.of)
          : performTogether([call, ...others], as(call.id)),
        (reports) => Effect.sync(() => reports.forEach((report) => note(report.call.id, report.ending)))
      ),
    { concurrency: "unbounded" }
  ).pipe(Effect.map(Arr.flatten), Effect.forkChild)
  const streaming = yield* Effect.forEach(
    plan.streams,
    (stream) =>
      Effect.tap(performStream(stream, as(stream.id), isOpen(service, stream)), ({ ending }) =>
        Effect.sync(() => note(stream.id, ending))
      ),
    { concurrency: "unbounded" }
  ).pipe(Effect.forkChild)
  const storing = yield* Effect.forEach(
    plan.utilities,
    (utility) =>
      Effect.tap(performUtility(utility, as(utility.id)), (reports) =>
        Effect.sync(() => reports.forEach(({ ending }) => note(utility.id, ending)))
      ),
    { concurrency: "unbounded" }
  ).pipe(Effect.map(Arr.flatten), Effect.forkChild)
  const reports = yield* elapse(calls, 600_000)
  const streams = yield* elapse(streaming, 600_000)
  const utilities = yield* elapse(storing, 600_000)
  yield* Fiber.interruptAll([incidents, calls, streaming, storing])

  const closing = yield* elapse(yield* Effect.forkChild(Effect.as(client.close, true)), 10_000)
  // What is on its way when the client closes may arrive; what the client left behind stays.
  yield* TestClock.adjust("2 seconds")
  const { openSockets, openStreams } = yield* service.stats
  const left = { fibers: watch.running, sleeps: watch.sleeping, sockets: openSockets, streams: openStreams.length }

  healed.now = true
  yield* service.setKeyValid(true)
  const purchases = yield* service.purchases
  const writes = yield* service.writes
  const tasks = yield* service.tasks
  const fetched = new Map<string, Result.Result<ReadonlyArray<Item>, RunwareError>>()
  for (const taskUUID of missing(
    [...(reports ?? []), ...(streams ?? [])],
    tasks.map((task) => task.taskUUID)
  )) {
    const sabotage = { options: { timeout: "5 minutes" } } as const
    const later = yield* makeClient({ plan, platform, sabotage, said, watch: new Watch() })
    const attached = yield* Effect.forkChild(Effect.result(later.run(Runware.attach(taskUUID), "later")))
    const result = yield* elapse(attached, 300_000)
    if (result !== undefined) fetched.set(taskUUID, result)
    yield* Effect.forkChild(later.close)
  }
  const crossings = yield* service.crossings
  const observed: Observed = {
    plan,
    reports,
    streams,
    utilities,
    crossings,
    hasClosed: closing !== undefined,
    left,
    purchases,
    writes,
    tasks,
    fetched,
    said,
    secret: apiKey
  }
  const outcome: Outcome = {
    plan,
    violations: [...judge(observed), ...judgeStreams(observed), ...judgeUtilities(observed)],
    struck: [
      ...crossings.flatMap(({ fault, step }): ReadonlyArray<Struck> =>
        fault === undefined ? [] : [[kindOf(fault), step]]
      ),
      ...plan.incidents.map((incident): Struck => [kindOfIncident(incident), "any time"])
    ],
    trace
  }
  return outcome
})

/** The calls that travel together, and those that go alone. */
const groupsOf = (calls: ReadonlyArray<PlannedCall>): ReadonlyArray<Arr.NonEmptyReadonlyArray<PlannedCall>> =>
  Object.values(
    Arr.groupBy(calls, ({ id, together }) => (together === undefined ? `alone ${id}` : `together ${together}`))
  )

/** Whether the service still sends a stream to somebody. */
const isOpen = (service: SimulatedService.Controls, stream: PlannedStream): Effect.Effect<boolean> =>
  Effect.map(Effect.all([service.stats, service.purchases]), ([{ openStreams }, purchases]) =>
    bought(stream, purchases).some(({ record }) => openStreams.includes(record.taskUUID))
  )

/** Lets time pass until a fiber is done; `undefined` when it isn't after so long. */
const elapse = Effect.fnUntraced(function* <A, E>(fiber: Fiber.Fiber<A, E>, limit: number) {
  for (let passed = 0; passed <= limit; passed += 2000) {
    if (fiber.pollUnsafe() !== undefined) return yield* Fiber.join(fiber)
    yield* TestClock.adjust(2000)
  }
  return undefined
})

/** Tasks that the service has and no call returned. */
const missing = (
  reports: ReadonlyArray<{ readonly ending: Ending }>,
  taskUUIDs: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const returned = new Set(
    reports.flatMap(({ ending }) => (ending._tag === "Results" ? ending.items.map(({ taskUUID }) => taskUUID) : []))
  )
  return taskUUIDs.filter((taskUUID) => !returned.has(taskUUID))
}
