/**
 * One seed, from its plan to its verdict: the real client over the service in memory, on virtual time, while everything
 * that the plan says goes wrong.
 */
import { RestTransport, Runware, RunwareConfig, Task, Transport, WebSocketTransport } from "@effect-runware/core"
import { Registry, Validator } from "@effect-runware/core"
import { RunwareLogger } from "@effect-runware/core/RunwareLogger"
import type { Item } from "@effect-runware/core/Task"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { type Fault, type Faults, SimulatedService } from "@effect-runware/testing"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Result from "effect/Result"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import { TestClock } from "effect/testing"
import * as Tracer from "effect/Tracer"
import { Chance } from "./Chance.ts"
import { bought, judge, type Observed } from "./Invariants.ts"
import type { PlannedFault } from "./FaultPlan.ts"
import { type Incident, type Plan, type PlannedCall, planOf } from "./Plan.ts"
import type { PlannedStream } from "./StreamPlan.ts"
import { Watch } from "./Watch.ts"
import { judgeStreams } from "./StreamInvariants.ts"
import { performStream } from "./StreamWorkload.ts"
import { judgeUtilities } from "./UtilityInvariants.ts"
import { performUtility } from "./UtilityWorkload.ts"
import { type Ending, perform, performTogether } from "./Workload.ts"

/** A safeguard that is switched off, so that tests see the simulation fail. */
export interface Sabotage {
  readonly options?: RunwareConfig.Options
  readonly transport?: (transport: Transport.Transport["Service"]) => Transport.Transport["Service"]
}

/** A fault kind or an incident, and the protocol step it struck. */
export type Struck = readonly [kind: string, step: string]

export interface Outcome {
  readonly plan: Plan
  /** Broken invariants, none in a good client. */
  readonly violations: ReadonlyArray<string>
  readonly struck: ReadonlyArray<Struck>
  readonly trace: ReadonlyArray<string>
}

const apiKey = "rw_simulated_secret_key_that_nobody_may_see"

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

/** A client, watched: its own chance, its own clock, and everything that it says kept. */
const makeClient = Effect.fnUntraced(function* ({
  plan,
  platform,
  sabotage,
  said,
  watch
}: {
  readonly plan: Plan
  readonly platform: Context.Context<HttpClient.HttpClient | Socket.WebSocketConstructor>
  readonly sabotage: Sabotage
  readonly said: Array<string>
  readonly watch: Watch
}) {
  let minted = 0
  const scope = yield* Scope.make()
  const asClient =
    (stream: string) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      effect.pipe(
        Effect.provideService(
          Task.TaskUUIDs,
          Effect.suspend(() => Effect.orDie(Task.taskUUID(mintedUUID(++minted))))
        ),
        Effect.provideService(RunwareLogger, (entry) => Effect.sync(() => void said.push(JSON.stringify(entry)))),
        Effect.provideService(Tracer.Tracer, tracer(said)),
        Random.withSeed(`${stream}/${plan.seed}`),
        watch.over
      )
  const transport: Layer.Layer<
    Transport.Transport,
    never,
    RunwareConfig.RunwareConfig | HttpClient.HttpClient | Socket.WebSocketConstructor
  > = plan.transport === "rest" ? RestTransport.layer : WebSocketTransport.layer
  const decorate = sabotage.transport
  const layer = Runware.layerWith.pipe(
    Layer.provide([
      decorate === undefined
        ? transport
        : Layer.effect(Transport.Transport, Effect.map(Transport.Transport, decorate)).pipe(Layer.provide(transport)),
      Registry.layerRemote,
      Validator.layerNone
    ]),
    Layer.provide(
      RunwareConfig.layer({
        apiKey,
        baseUrl: SimulatedService.url,
        transport: plan.transport,
        ...cadenceOf(plan),
        ...sabotage.options
      })
    ),
    Layer.provide(Layer.succeedContext(platform))
  )
  // In a fiber of its own: this one is not the client's.
  const building = Effect.orDie(asClient("client")(Layer.buildWithScope(layer, scope)))
  const context = yield* Fiber.join(yield* Effect.forkChild(building))
  return {
    run: <A>(effect: Effect.Effect<A, RunwareError, Runware.Runware>, stream: string) =>
      asClient(stream)(Effect.provide(effect, context)),
    close: asClient("close")(Scope.close(scope, Exit.void))
  }
})

/** Without a time of the standard cadence polls are aimed. */
const cadenceOf = ({ client, isAdaptive }: Plan): RunwareConfig.Options => {
  const { maxPollInterval, pollDelay, pollInterval, ...others } = client
  return isAdaptive ? others : { ...others, maxPollInterval, pollDelay, pollInterval }
}

const mintedUUID = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`

/** Keeps what spans say. */
const tracer = (said: Array<string>): Tracer.Tracer =>
  Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      const end = span.end.bind(span)
      span.end = (time, exit) => {
        said.push(
          JSON.stringify([span.name, ...span.attributes.entries()]),
          String(Exit.isFailure(exit) ? exit.cause : "")
        )
        end(time, exit)
      }
      return span
    }
  })

/** Faults that strike as their plan says. */
const faultsOf = (planned: ReadonlyArray<PlannedFault>): Faults => {
  const left = planned.map(({ times }) => times)
  return ({ at, step }) => {
    for (const [index, { fault, from, step: where, until }] of planned.entries()) {
      const times = left[index] ?? 0
      if (times <= 0 || at < from || at >= until || (where !== undefined && where !== step)) continue
      left[index] = times - 1
      return fault
    }
    return undefined
  }
}

const happen = (incident: Incident, service: SimulatedService.Controls, watch: Watch): Effect.Effect<void> => {
  const after = Effect.sleep(incident.at)
  switch (incident._tag) {
    case "Restart":
      return Effect.andThen(after, service.restart(incident))
    case "ClockJump":
      return Effect.andThen(
        after,
        Effect.sync(() => void (watch.skew = incident.millis))
      )
    case "KeyRevoked":
      return after.pipe(
        Effect.andThen(service.setKeyValid(false)),
        Effect.andThen(Effect.sleep(incident.millis)),
        Effect.andThen(service.setKeyValid(true))
      )
  }
}

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

/** The kind of a fault, as the coverage table names it. */
const kindOf = (fault: Fault): string => {
  switch (fault._tag) {
    case "Reset":
      return `reset ${fault.when}`
    case "Status":
      return `HTTP ${fault.status}${fault.retryAfter === undefined ? "" : ", Retry-After"}${fault.body === undefined ? ", HTML" : ""}`
    case "Truncate":
      return fault.broken ? "truncated, broken" : "truncated"
    case "Stray":
      return fault.taskUUID === undefined ? "stray error, no UUID" : "stray error, unknown UUID"
    case "HalfOpen":
      return "half-open"
    case "Delay":
    case "Drop":
    case "Duplicate":
    case "Refuse":
    case "Reorder":
    case "Split":
      return fault._tag.toLowerCase()
  }
}

const kindOfIncident = (incident: Incident): string => {
  if (incident._tag === "KeyRevoked") return "key revoked"
  if (incident._tag === "ClockJump") return incident.millis > 0 ? "clock jumps ahead" : "clock jumps back"
  return incident.keepTasks ? "restart with tasks" : "restart without tasks"
}
