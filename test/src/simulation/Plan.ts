/**
 * What one seed means: a client with its options, the calls it makes, and everything that goes wrong meanwhile. Pure and
 * plain: a plan can be printed, and the same seed always gives the same one.
 */
import type { Options as ClientOptions } from "@effect-runware/core/RunwareConfig"
import type { Switches } from "@effect-runware/emulator/Switches"
import type { Fault, ProtocolStep } from "@effect-runware/testing"
import { Chance } from "./Chance.ts"

/** A call of the workload. Times are milliseconds since the start. */
export interface PlannedCall {
  readonly id: number
  readonly at: number
  readonly kind: "run" | "events" | "submitAndAttach"
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

/** A fault that strikes the first so many messages of a step from a time on. */
export interface PlannedFault {
  readonly from: number
  readonly until: number
  /** Every step, where none is named. */
  readonly step: ProtocolStep | undefined
  readonly times: number
  readonly fault: Fault
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
  readonly switches: Partial<Switches>
  readonly duplicates: "refused" | "refusedWhileRunning"
  /** Milliseconds that a message takes, from the least to the most. */
  readonly latency: readonly [number, number]
  readonly calls: ReadonlyArray<PlannedCall>
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
  unknownTaskGrace: 0
}

export const planOf = (seed: number): Plan => {
  const chance = new Chance(`plan/${seed}`)
  const transport = chance.pick(["rest", "websocket", "websocket"])
  const duplicates = chance.pick(["refused", "refusedWhileRunning"])
  const healsAt = chance.happens(0.05) ? Infinity : chance.between(15_000, 40_000)
  return {
    seed,
    transport,
    duplicates,
    healsAt,
    client: clientOptions(chance),
    switches: switchesOf(chance, transport),
    latency: [1, chance.pick([5, 40, 150])],
    calls: callsOf(chance),
    faults: faultsOf(chance, transport, duplicates, healsAt),
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
  progress: chance.happens(0.8)
})

const callsOf = (chance: Chance): ReadonlyArray<PlannedCall> => {
  const calls: Array<PlannedCall> = []
  const count = chance.between(2, 4)
  for (let id = 1; id <= count; id++) {
    const numberResults = chance.pick([1, 1, 2, 3, 4])
    const call: PlannedCall = {
      id,
      at: chance.between(0, 12_000),
      kind: chance.pick(["run", "run", "events", "submitAndAttach"]),
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

export const ownUUID = (n: number): string => `0e0e0e0e-0000-4000-8000-${String(n).padStart(12, "0")}`

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

type Draw = (chance: Chance) => Fault

const delay: Draw = (chance) => ({ _tag: "Delay", millis: chance.between(200, 15_000) })
const reorder: Draw = (chance) => ({ _tag: "Reorder", millis: chance.between(50, 5000) })
const duplicate: Draw = (chance) => ({ _tag: "Duplicate", millis: chance.between(10, 8000) })
const drop: Draw = () => ({ _tag: "Drop" })
const halfOpen: Draw = () => ({ _tag: "HalfOpen" })
const split: Draw = () => ({ _tag: "Split" })
const refuse: Draw = () => ({ _tag: "Refuse" })
const resetBefore: Draw = () => ({ _tag: "Reset", when: "before" })
const resetAfter: Draw = () => ({ _tag: "Reset", when: "after" })
const truncate: Draw = (chance) => ({ _tag: "Truncate", broken: chance.happens(0.5) })
const stray: Draw = (chance) => ({ _tag: "Stray", taskUUID: chance.happens(0.5) ? ownUUID(99) : undefined })

const statusAmong =
  (...statuses: readonly [number, ...ReadonlyArray<number>]): Draw =>
  (chance) => {
    const status = chance.pick(statuses)
    return {
      _tag: "Status",
      status,
      retryAfter: chance.happens(0.5) ? chance.between(1, 12) : undefined,
      body: chance.happens(0.5) ? undefined : JSON.stringify({ errors: [{ code: codes[status], message: "Later." }] }),
      // After a 429 the service has done nothing.
      processed: status !== 429 && chance.happens(0.4)
    }
  }

const status = statusAmong(429, 503, 504)
const lateStatus = statusAmong(503, 504)

const codes: Readonly<Record<number, string>> = {
  429: "rateLimitExceeded",
  503: "serviceUnavailable",
  504: "gatewayTimeout"
}

const breaks = [resetBefore, resetAfter] as const
const onSocket = [delay, drop, halfOpen, ...breaks] as const
const frame = [...onSocket, duplicate, reorder, truncate, stray] as const
const request = [delay, drop, duplicate, refuse, ...breaks, status, status] as const
const response = [delay, drop, resetBefore, lateStatus, truncate] as const

type Draws = readonly [Draw, ...ReadonlyArray<Draw>]

/** What can go wrong at each step. */
const drawsOf: Readonly<Record<Plan["transport"], ReadonlyArray<readonly [ProtocolStep, Draws]>>> = {
  websocket: [
    ["connect", [delay, drop, refuse, ...breaks, status]],
    ["authenticate", [...onSocket, duplicate]],
    ["authenticated", [...onSocket, duplicate, truncate, stray]],
    ["submit", [...onSocket, duplicate, reorder]],
    ["submit", [...onSocket, duplicate, reorder]],
    ["acknowledgement", frame],
    ["acknowledgement", frame],
    ["result", [...frame, split]],
    ["poll", [...onSocket, duplicate, reorder]],
    ["pollReply", [...frame, split]],
    ["ping", onSocket],
    ["pong", onSocket],
    ["registry", request],
    ["registryReply", response]
  ],
  rest: [
    ["submit", request],
    ["submit", request],
    ["acknowledgement", response],
    ["acknowledgement", response],
    ["result", response],
    ["poll", request],
    ["pollReply", response],
    ["registry", request],
    ["registryReply", response]
  ]
}

/**
 * Where a finished task's UUID is free, a submission that comes late buys again, and no client can prevent that: it is
 * late itself, or stands behind a request that is.
 */
const comesLate: ReadonlySet<Fault["_tag"]> = new Set(["Delay", "Reorder", "Duplicate"])

const requestSteps: ReadonlySet<ProtocolStep> = new Set(["authenticate", "submit", "poll", "ping"])

const faultsOf = (
  chance: Chance,
  transport: Plan["transport"],
  duplicates: Plan["duplicates"],
  healsAt: number
): ReadonlyArray<PlannedFault> => {
  const [first, ...others] = drawsOf[transport]
  if (first === undefined) return []
  const faults: Array<PlannedFault> = []
  const count = chance.pick([1, 2, 3, 4, 6, 10])
  while (faults.length < count) {
    const [step, draws] = chance.pick([first, ...others])
    const fault = chance.pick(draws)(chance)
    if (duplicates === "refusedWhileRunning" && requestSteps.has(step) && comesLate.has(fault._tag)) continue
    const from = chance.happens(0.4) ? 0 : chance.between(0, 20_000)
    faults.push({ from, until: Infinity, step, times: chance.pick([1, 1, 1, 2, 4]), fault })
  }
  if (healsAt === Infinity || chance.happens(0.06)) {
    const from = chance.between(500, 15_000)
    const until = healsAt === Infinity ? Infinity : from + chance.between(2000, 20_000)
    const fault = chance.pick(transport === "rest" ? [drop, refuse, resetBefore, lateStatus] : [drop, refuse, halfOpen])
    faults.unshift({ from, until, step: undefined, times: Infinity, fault: fault(chance) })
  }
  return faults
}
