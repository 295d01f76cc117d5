/** What goes wrong in a plan, and when: faults drawn for the steps of the protocol at which they can happen. */
import type { Fault, ProtocolStep } from "@effect-runware/testing"
import type { Chance } from "./Chance.ts"

/** A fault that strikes the first so many messages of a step from a time on. */
export interface PlannedFault {
  readonly from: number
  readonly until: number
  /** Every step, where none is named. */
  readonly step: ProtocolStep | undefined
  readonly times: number
  readonly fault: Fault
}

type Transport = "rest" | "websocket"

type Duplicates = "refused" | "refusedWhileRunning"

/** A UUID that no client mints. */
export const ownUUID = (n: number): string => `0e0e0e0e-0000-4000-8000-${String(n).padStart(12, "0")}`

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
const drawsOf: Readonly<Record<Transport, ReadonlyArray<readonly [ProtocolStep, Draws]>>> = {
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

const requestSteps: ReadonlySet<ProtocolStep> = new Set(["authenticate", "submit", "poll", "ping", "stream"])

/** The faults of all that is no text stream. */
export const faultsOf = (
  chance: Chance,
  transport: Transport,
  duplicates: Duplicates,
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

/** What can go wrong with text streams: before the first byte, and after it. */
const streamDraws: ReadonlyArray<readonly [ProtocolStep, Draws]> = [
  ["stream", request],
  ["streamHead", [delay, drop, resetBefore, lateStatus, truncate]],
  ["streamPart", [delay, halfOpen, split, stray, ...breaks, truncate, status]],
  ["streamPart", [delay, halfOpen, split, stray, ...breaks, truncate, status]],
  ["streamDone", [delay, halfOpen, split, stray, ...breaks, truncate, status]]
]

/** The faults of text streams, whose parts are many: each strikes some of them. */
export const streamFaultsOf = (chance: Chance, duplicates: Duplicates): ReadonlyArray<PlannedFault> => {
  const [first, ...others] = streamDraws
  if (first === undefined) return []
  const faults: Array<PlannedFault> = []
  const count = chance.pick([0, 1, 1, 2, 3])
  while (faults.length < count) {
    const [step, draws] = chance.pick([first, ...others])
    const fault = chance.pick(draws)(chance)
    if (duplicates === "refusedWhileRunning" && requestSteps.has(step) && comesLate.has(fault._tag)) continue
    const from = chance.happens(0.3) ? 0 : chance.between(0, 18_000)
    const isHarmless = fault._tag === "Split" || fault._tag === "Stray"
    faults.push({ from, until: Infinity, step, times: isHarmless ? 40 : chance.pick([1, 1, 2]), fault })
  }
  return faults
}
