/**
 * What one seed means: a client with its options, the calls it makes, and everything that goes wrong meanwhile. Pure and
 * plain: a plan can be printed, and the same seed always gives the same one.
 */
import type { Options as ClientOptions } from "@effect-runware/core/RunwareConfig"
import type { Switches } from "@effect-runware/emulator/Switches"
import { Chance } from "./Chance.ts"
import { faultsOf, ownUUID, type PlannedFault, streamFaultsOf } from "./FaultPlan.ts"
import { type PlannedStream, streamsOf } from "./StreamPlan.ts"
import { type PlannedUtility, utilitiesOf } from "./UtilityPlan.ts"

/** A call of the workload. Times are milliseconds since the start. */
export interface PlannedCall {
  readonly id: number
  readonly at: number
  readonly kind: "run" | "callback" | "events" | "submitAndAttach"
  /** Calls with the same number travel in one request, as a batch has them. */
  readonly together: number | undefined
  /** Whether a failed generation leaves the others their results. */
  readonly partial: boolean
  readonly delivery: "sync" | "async"
  readonly model: string
  readonly numberResults: number
  /** The generation that fails, if one does. */
  readonly failing: number | undefined
  /** The caller's own taskUUID, which two calls may share. */
  readonly taskUUID: string | undefined
  readonly attachOnConflict: boolean
  /** The caller loses interest after so long. */
  readonly interruptedAfter: number | undefined
}

/** Something that happens to the service, or to the client's clock, as a whole. */
export type Incident = { readonly at: number } & (
  | { readonly _tag: "Restart"; readonly keepTasks: boolean; readonly downtime: number }
  | { readonly _tag: "KeyRevoked"; readonly millis: number }
  | { readonly _tag: "ClockJump"; readonly millis: number }
)

export interface Plan {
  readonly seed: number
  readonly transport: "rest" | "websocket"
  readonly client: ClientOptions & typeof timings
  /** Whether polls are aimed by what the client learns, instead of by the times of the standard cadence. */
  readonly isAdaptive: boolean
  readonly switches: Partial<Switches> & Pick<Switches, "rateLimit">
  readonly duplicates: "refused" | "refusedWhileRunning"
  /** Milliseconds that a message takes, from the least to the most. */
  readonly latency: readonly [number, number]
  readonly calls: ReadonlyArray<PlannedCall>
  readonly streams: ReadonlyArray<PlannedStream>
  readonly utilities: ReadonlyArray<PlannedUtility>
  readonly faults: ReadonlyArray<PlannedFault>
  readonly incidents: ReadonlyArray<Incident>
  /** After this time nothing goes wrong any more. */
  readonly healsAt: number
}

/** The options that bound a wait, in milliseconds: each a little different in every plan. */
const timings = {
  timeout: 0,
  connectTimeout: 0,
  authTimeout: 0,
  ackTimeout: 0,
  requestTimeout: 0,
  pollReplyTimeout: 0,
  heartbeatInterval: 0,
  pongTimeout: 0,
  maxReconnectDelay: 0,
  maxRetryDelay: 0,
  maxRetryAfter: 0,
  maxPollInterval: 0,
  streamIdleTimeout: 0,
  unknownTaskGrace: 0
}

export const planOf = (seed: number): Plan => {
  const chance = new Chance(`plan/${seed}`)
  const transport = chance.pick(["rest", "websocket", "websocket"])
  const duplicates = chance.pick(["refused", "refusedWhileRunning"])
  const healsAt = chance.happens(0.05) ? Infinity : chance.between(15_000, 40_000)
  const calls = atOnce(callsOf(chance), chance)
  const streams = streamsOf(chance)
  return {
    seed,
    isAdaptive: chance.happens(0.5),
    transport,
    duplicates,
    healsAt,
    client: clientOptions(chance),
    switches: { ...switchesOf(chance, transport), ...rateOf(chance) },
    latency: [1, chance.pick([5, 40, 150])],
    calls: [...calls, ...togetherOf(chance)],
    streams,
    utilities: utilitiesOf(chance),
    faults: [
      ...faultsOf(chance, transport, duplicates, healsAt),
      ...(streams.length === 0 ? [] : streamFaultsOf(chance, duplicates))
    ],
    incidents: incidentsOf(chance)
  }
}

const clientOptions = (chance: Chance): Plan["client"] => ({
  timeout: chance.happens(0.85) ? 240_000 : chance.between(2000, 30_000),
  connectTimeout: chance.between(3000, 8000),
  authTimeout: chance.between(3000, 8000),
  ackTimeout: chance.between(4000, 12_000),
  requestTimeout: chance.between(10_000, 30_000),
  pollReplyTimeout: chance.between(2000, 8000),
  pollDelay: chance.between(200, 1500),
  pollInterval: chance.between(200, 1000),
  maxPollInterval: chance.between(2000, 8000),
  unknownTaskGrace: chance.between(10_000, 25_000),
  streamIdleTimeout: chance.between(4000, 12_000),
  heartbeatInterval: chance.between(8000, 25_000),
  pongTimeout: chance.between(3000, 8000),
  reconnectDelay: chance.between(100, 1500),
  maxReconnectDelay: chance.between(2000, 8000),
  maxRetries: chance.between(2, 6),
  retryStrategy: chance.pick(["exponential", "linear"]),
  retryDelay: chance.between(100, 1500),
  maxRetryDelay: chance.between(2000, 8000),
  maxRetryAfter: chance.between(3000, 15_000),
  maxConcurrency: chance.pick([Infinity, Infinity, 4, 2]),
  maxPollRate: chance.pick([100, 100, 5, 1]),
  coalesce: chance.happens(0.5),
  registryTimeout: chance.between(500, 3000)
})

/** Replies without an address, which nobody can route on a socket, stay out of plans for one. */
const switchesOf = (chance: Chance, transport: Plan["transport"]): Partial<Switches> => ({
  acknowledgement: transport === "rest" ? chance.pick(["item", "empty", "withResults"]) : "item",
  failedGenerations: chance.pick(["errors", "items"]),
  grouping: chance.pick(["perTask", "perItem", "batched"]),
  replay: chance.pick(["on", "on", "off", "duplicated"]),
  emptyErrors: chance.happens(0.2),
  unknownTask: transport === "rest" ? chance.pick(["auto", "error"]) : "auto",
  placeholders: chance.pick(["perGeneration", "perTask"]),
  progress: chance.happens(0.8),
  streamErrors: chance.pick(["errors", "error"]),
  streamChunks: chance.pick(["plain", "plain", "wrapped"]),
  streamLines: chance.pick(["lf", "lf", "crlf", "cr"]),
  streamNoise: chance.happens(0.2),
  streamPieces: chance.happens(0.1) ? "bytes" : "events"
})

/** Sometimes the service takes few tasks a second, and some more at once. */
const rateOf = (chance: Chance): Pick<Switches, "rateLimit" | "rateBurst"> => ({
  rateLimit: chance.happens(0.12) ? chance.between(1, 3) : 0,
  rateBurst: chance.between(1, 3)
})

const callsOf = (chance: Chance): ReadonlyArray<PlannedCall> => {
  const calls: Array<PlannedCall> = []
  const count = chance.between(2, 4)
  for (let id = 1; id <= count; id++) {
    const numberResults = chance.pick([1, 1, 2, 3, 4])
    const call: PlannedCall = {
      id,
      at: chance.between(0, 12_000),
      kind: chance.pick(["run", "run", "callback", "events", "submitAndAttach"]),
      together: undefined,
      partial: chance.happens(0.3),
      delivery: chance.pick(["async", "async", "sync"]),
      model: chance.pick(["runware:101@1", "bfl-flux-1-dev"]),
      numberResults,
      failing: chance.happens(0.12) ? chance.between(1, numberResults) : undefined,
      taskUUID: chance.happens(0.25) ? ownUUID(id) : undefined,
      attachOnConflict: chance.happens(0.3),
      interruptedAfter: chance.happens(0.12) ? chance.between(0, 10_000) : undefined
    }
    calls.push(call)
    if (call.taskUUID === undefined || chance.happens(0.5)) continue
    const later = { ...call, at: call.at + chance.between(0, 15_000), attachOnConflict: chance.happens(0.6) }
    calls.push({ ...later, id: 10 + id, kind: "run", interruptedAfter: undefined })
  }
  return calls
}

/** Often calls begin in the same tick, and share a request as far as they may. */
const atOnce = (calls: ReadonlyArray<PlannedCall>, chance: Chance): ReadonlyArray<PlannedCall> => {
  if (chance.happens(0.5)) return calls
  const at = chance.between(0, 12_000)
  return calls.map((call) => (chance.happens(0.7) ? { ...call, at } : call))
}

/** Some calls that travel in one request, often. */
const togetherOf = (chance: Chance): ReadonlyArray<PlannedCall> => {
  if (chance.happens(0.6)) return []
  const at = chance.between(0, 12_000)
  const delivery = chance.pick(["async", "async", "sync"])
  const partial = chance.happens(0.4)
  const interruptedAfter = chance.happens(0.12) ? chance.between(0, 10_000) : undefined
  return Array.from({ length: chance.between(2, 3) }, (_, index): PlannedCall => {
    const numberResults = chance.pick([1, 1, 2, 3])
    return {
      id: 31 + index,
      at,
      kind: "run",
      together: 1,
      partial,
      delivery,
      model: chance.pick(["runware:101@1", "bfl-flux-1-dev"]),
      numberResults,
      failing: chance.happens(0.2) ? chance.between(1, numberResults) : undefined,
      taskUUID: chance.happens(0.25) ? ownUUID(31 + index) : undefined,
      attachOnConflict: false,
      interruptedAfter
    }
  })
}

const incidentsOf = (chance: Chance): ReadonlyArray<Incident> => {
  const incidents: Array<Incident> = []
  const at = () => chance.between(500, 20_000)
  if (chance.happens(0.1)) {
    incidents.push({ _tag: "Restart", at: at(), keepTasks: chance.happens(0.6), downtime: chance.between(0, 6000) })
  }
  if (chance.happens(0.04)) incidents.push({ _tag: "KeyRevoked", at: at(), millis: chance.between(1000, 20_000) })
  if (chance.happens(0.08)) {
    const millis = chance.pick([60_000, 3_600_000, -60_000, -3_600_000])
    incidents.push({ _tag: "ClockJump", at: at(), millis })
  }
  return incidents
}
