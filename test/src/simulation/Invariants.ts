/**
 * What must hold after a plan, whatever went wrong in it: one purchase a call, nothing lost, nothing late, nothing left
 * behind, nothing given away. Pure: what was observed goes in, what is broken comes out.
 */
import type { Item } from "@effect-runware/core/Task"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import type { TaskRecord } from "@effect-runware/emulator/TaskRecord"
import type { SimulatedService } from "@effect-runware/testing"
import type * as Result from "effect/Result"
import type { Plan, PlannedCall } from "./Plan.ts"
import type { StreamReport } from "./StreamWorkload.ts"
import type { UtilityReport } from "./UtilityWorkload.ts"
import type { CallReport, Ending } from "./Workload.ts"

/** All that a simulation saw. */
export interface Observed {
  readonly plan: Plan
  /** `undefined` when a call was still running long after every deadline. */
  readonly reports: ReadonlyArray<CallReport> | undefined
  readonly streams: ReadonlyArray<StreamReport> | undefined
  readonly utilities: ReadonlyArray<UtilityReport> | undefined
  /** Whether closing the client came to an end. */
  readonly hasClosed: boolean
  /** What the closed client left behind. */
  readonly left: {
    readonly fibers: number
    readonly sleeps: number
    readonly sockets: number
    readonly streams: number
  }
  /** Every message that crossed the network. */
  readonly crossings: ReadonlyArray<SimulatedService.Crossing>
  readonly purchases: ReadonlyArray<SimulatedService.Purchase>
  /** What utilities stored and deleted. */
  readonly writes: ReadonlyArray<SimulatedService.Write>
  /** The tasks that the service still knows. */
  readonly tasks: ReadonlyArray<TaskRecord>
  /** What a client of later got, for tasks that no call returned. */
  readonly fetched: ReadonlyMap<string, Result.Result<ReadonlyArray<Item>, RunwareError>>
  /** Log entries, and what spans said. */
  readonly said: ReadonlyArray<string>
  readonly secret: string
}

/** The broken invariants. */
export const judge = (observed: Observed): ReadonlyArray<string> => [
  ...(observed.reports === undefined || observed.streams === undefined || observed.utilities === undefined
    ? ["a call hangs: it has no end long after its deadline"]
    : []),
  ...(observed.reports ?? []).flatMap((report) =>
    [onTime, truthful, rightCode, whole, inOrder, (one: CallReport) => discreet(one.ending, observed)].flatMap((rule) =>
      rule(report, observed).map((broken) => `call ${report.call.id}: ${broken}`)
    )
  ),
  ...boughtOnce(observed),
  ...nothingLost(observed),
  ...nothingLeft(observed),
  ...observed.said.filter((line) => line.includes(observed.secret)).map((line) => `the key is in: ${line}`)
]

type Rule = (report: CallReport, observed: Observed) => ReadonlyArray<string>

export const when = (isBroken: boolean, message: string): ReadonlyArray<string> => (isBroken ? [message] : [])

/** Every call ends by its deadline, and at once when it is interrupted. */
const onTime: Rule = ({ call, endedAt, interruptedAt, startedAt, submittedAt }, { plan }) => {
  const since = call.kind === "submitAndAttach" ? (submittedAt ?? startedAt) : startedAt
  return [
    // Sums of fractions of a millisecond are not exact.
    ...when(endedAt - since > plan.client.timeout + 0.001, `it took ${endedAt - since} ms of ${plan.client.timeout}`),
    ...when(
      interruptedAt !== undefined && endedAt - interruptedAt > 50,
      `it ended ${endedAt - (interruptedAt ?? 0)} ms after its interruption`
    )
  ]
}

/** The words that a task is about, which name its call. */
const wordsOf = ({ request: { messages, positivePrompt } }: TaskRecord): string =>
  typeof positivePrompt === "string" ? positivePrompt : JSON.stringify(messages)

/** The tasks that the service accepted from a call or a stream. */
export const bought = (
  { id }: { readonly id: number },
  purchases: ReadonlyArray<SimulatedService.Purchase>
): ReadonlyArray<SimulatedService.Purchase> => purchases.filter(({ record }) => wordsOf(record).includes(`call ${id}.`))

/** What an error says about the purchase is so. */
const truthful: Rule = ({ call, ending }, observed) => {
  if (ending._tag !== "Error") return []
  const { rawCode, submission } = ending.error
  if (rawCode === "conflictTaskUUID" && mayConflict(call, observed)) return []
  // The key may be valid again when the network's copy of the refused submission arrives.
  if (ending.error.code === "auth" && isCopied(observed)) return []
  const wasBought = bought(call, observed.purchases).length > 0
  return [
    ...when(
      wasBought && (submission === "none" || submission === "rejected"),
      `its error says ${submission}, and it was bought: ${ending.error.message}`
    ),
    ...when(
      !wasBought && submission === "accepted" && !isShared(call, observed),
      `its error says accepted, and it never was: ${ending.error.message}`
    )
  ]
}

const isShared = (call: PlannedCall, { plan }: Observed): boolean =>
  call.taskUUID !== undefined && plan.calls.some((other) => other !== call && other.taskUUID === call.taskUUID)

/**
 * Of two calls with one UUID nobody can tell which the service has taken and which it says it has already; nor of one call
 * whose submission the network copied.
 */
const mayConflict = (call: PlannedCall, observed: Observed): boolean =>
  isShared(call, observed) || (call.taskUUID !== undefined && isCopied(observed))

/** Whether the network makes copies of submissions. */
export const isCopied = ({ plan }: Observed): boolean =>
  plan.faults.some(({ fault, step }) => (step === "submit" || step === "stream") && fault._tag === "Duplicate")

/** Failures that a bad network explains. */
export const passing: ReadonlySet<string> = new Set(["connection", "serverError", "rateLimit", "timeout", "provider"])

/** A call fails only for a reason, and with the code of that reason. */
const rightCode: Rule = ({ call, endedAt, ending, startedAt }, observed) => {
  if (ending._tag === "Defect") return [`it ended with a defect: ${ending.cause}`]
  if (ending._tag === "Interrupted") return when(call.interruptedAfter === undefined, "it was interrupted by nobody")
  if (ending._tag === "Results") return []
  const { error } = ending
  const { plan } = observed
  const incident = (tag: string) => plan.incidents.some(({ _tag }) => _tag === tag)
  if (call.failing !== undefined && error.rawCode === "inferenceError") {
    // The refusal of a sync task and the failure of its only generation are one.
    const isAll = call.delivery === "sync" && call.numberResults === 1
    const tellsEach = call.kind === "run" || call.kind === "callback"
    return when(call.partial && tellsEach && !isAll, "a failed generation took the others with it")
  }
  if (error.rawCode === "conflictTaskUUID")
    return when(!mayConflict(call, observed), `a conflict with nobody: ${error.message}`)
  if (error.code === "auth") {
    return when(!incident("KeyRevoked") && error.rawCode !== "authTimeout", `nobody revoked the key: ${error.message}`)
  }
  if (error.code === "notFound") {
    const forgotten = plan.incidents.some((one) => one._tag === "Restart" && !one.keepTasks)
    const neverHadIt = error.submission === "unknown" && bought(call, observed.purchases).length === 0
    return when(!forgotten && !neverHadIt, `the service forgot nothing: ${error.message}`)
  }
  // A conflict whose words were lost on the way.
  if (error.statusCode === 400 && isShared(call, observed)) return []
  if (error.submission === "accepted" && error.code !== "timeout") {
    return [`it gave up a task that was accepted: ${error.message}`]
  }
  if (!passing.has(error.code)) return [`an unexpected ${error.code}: ${error.message}`]
  const ranOut = error.code === "timeout" && endedAt - startedAt >= plan.client.timeout
  const wellSince = endedAt - plan.healsAt
  if (ranOut && plan.client.timeout < recovery(plan) + plan.healsAt) return []
  return when(
    wellSince > recovery(plan),
    `it failed with ${error.code} ${wellSince} ms after the network had healed: ${error.message}`
  )
}

/** Milliseconds in which a client must be well again, each of its waits coming at the worst time. */
export const recovery = ({ calls, client, isAdaptive, streams, switches, utilities }: Plan): number =>
  client.heartbeatInterval +
  client.pongTimeout +
  client.connectTimeout +
  client.authTimeout +
  client.maxReconnectDelay +
  client.ackTimeout +
  client.requestTimeout +
  client.pollReplyTimeout * 2 +
  client.maxRetryDelay +
  client.maxRetryAfter +
  (isAdaptive ? 20_000 : client.maxPollInterval) * 2 +
  client.unknownTaskGrace +
  client.streamIdleTimeout +
  (utilities.length === 0 ? 0 : 15_000) +
  // Each refusal is another wait, and each wait lets one task more through.
  (switches.rateLimit === 0 ? 0 : (calls.length + streams.length) * (client.maxRetryDelay + 1000)) +
  (client.maxConcurrency === undefined || client.maxConcurrency === Infinity
    ? 10_000
    : 10_000 * calls.length + (10_000 + client.streamIdleTimeout) * streams.length + 15_000 * utilities.length)

/** What tells results apart: of texts, the text. */
const idOf = (fields: Readonly<Record<string, unknown>>): unknown => fields["imageUUID"] ?? fields["text"]

/** What the service made for a task, of those generations that succeeded. */
const madeBy = ({ generations }: TaskRecord): ReadonlySet<unknown> =>
  new Set(generations.flatMap(({ outcome }) => (outcome._tag === "Success" ? [idOf(outcome.fields)] : [])))

const sameSet = (one: ReadonlySet<unknown>, other: ReadonlySet<unknown>): boolean =>
  one.size === other.size && [...one].every((member) => other.has(member))

/** Results are complete, and the task's own. */
const whole: Rule = ({ call, ending }, observed) => {
  if (ending._tag !== "Results") return []
  const [first] = ending.items
  const ids = new Set(ending.items.map(idOf))
  const failures = ending.failures.length
  // A task that its service lost on the way is one failure, whatever it had made.
  const wasForgotten =
    ending.failures.some(({ rawCode }) => rawCode === "taskNotFound") &&
    observed.plan.incidents.some((one) => one._tag === "Restart" && !one.keepTasks)
  const records = observed.purchases.filter(({ record }) => record.taskUUID === first?.taskUUID)
  return [
    ...when(
      !wasForgotten && ending.items.length + failures !== call.numberResults,
      `it has ${ending.items.length} and ${failures} failures of ${call.numberResults} results`
    ),
    ...when(
      !wasForgotten && failures > (call.failing === undefined ? 0 : 1),
      `failures come from nowhere: ${ending.failures.map(String).join(" ")}`
    ),
    ...when(
      ending.failures.some(({ submission }) => submission !== "accepted"),
      "a failed generation is of no accepted task"
    ),
    ...when(ids.size !== ending.items.length, "a result came twice"),
    ...when(
      !wasForgotten && ending.items.length > 0 && !records.some(({ record }) => sameSet(madeBy(record), ids)),
      "its results are not those of its task"
    )
  ]
}

/** Events come in their order, and end once. */
const inOrder: Rule = ({ call, ending, events }) => {
  if ((call.kind !== "events" && call.kind !== "callback") || ending._tag !== "Results") return []
  // A sync task that fails with its one generation ends with its submission.
  if (ending.items.length === 0) return []
  const tags = events.map(({ _tag }) => _tag)
  const items = events.flatMap((event) => (event._tag === "Item" ? [idOf(event.item)] : []))
  return [
    ...when(tags[0] !== "Accepted" || tags.lastIndexOf("Accepted") !== 0, `its events begin with ${tags.join(", ")}`),
    ...when(tags.indexOf("Done") !== tags.length - 1, `its events end with ${tags.join(", ")}`),
    ...when(
      new Set(items).size !== items.length || items.length !== ending.items.length,
      "its events repeat or lack items"
    )
  ]
}

export const discreet = (ending: Ending, { secret }: Observed): ReadonlyArray<string> =>
  when(
    ending._tag === "Error" &&
      [ending.error.message, ending.error.stack ?? "", JSON.stringify(ending.error)].some((text) =>
        text.includes(secret)
      ),
    "its error holds the key"
  )

/**
 * One task for a call, one bill for a task. A service that forgot its tasks can't know them again; and two calls that
 * share a UUID may both buy where the UUID of a finished task is free.
 */
const boughtOnce = (observed: Observed): ReadonlyArray<string> => {
  const { plan, purchases } = observed
  const restarts = plan.incidents.filter((one) => one._tag === "Restart" && !one.keepTasks)
  const seen = new Set<string>()
  const twice = purchases.flatMap(({ at, record }) => {
    const epoch = restarts.filter((restart) => restart.at <= at).length
    const buyer = plan.duplicates === "refused" ? "anyone" : wordsOf(record)
    const key = `${epoch}/${record.taskUUID}/${buyer}`
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew ? [] : [`task ${record.taskUUID} was bought twice`]
  })
  const several = [...plan.calls, ...plan.streams]
    .map((call) => new Set(bought(call, observed.purchases).map(({ record }) => record.taskUUID)))
    .flatMap((uuids) => (uuids.size > 1 ? [`one call bought ${[...uuids].join(" and ")}`] : []))
  return [...twice, ...several]
}

/** What the service has made was returned, or can be fetched. */
const nothingLost = ({ fetched, tasks }: Observed): ReadonlyArray<string> =>
  tasks.flatMap((record) => {
    const result = fetched.get(record.taskUUID)
    if (result === undefined) return []
    const made = madeBy(record)
    const items = result._tag === "Success" ? result.success : (result.failure.results ?? [])
    return sameSet(made, new Set(items.map(idOf)))
      ? []
      : [`task ${record.taskUUID} has ${made.size} results, of which ${items.length} can be fetched`]
  })

/** A closed client leaves nothing that runs, sleeps or listens. */
const nothingLeft = ({ hasClosed, left }: Observed): ReadonlyArray<string> => [
  ...when(!hasClosed, "closing the client did not end"),
  ...when(left.fibers > 0, `${left.fibers} fibers run on after the client was closed`),
  ...when(left.sleeps > 0, `${left.sleeps} sleeps go on after the client was closed`),
  ...when(left.streams > 0, `${left.streams} text streams are open after the client was closed`),
  ...when(left.sockets > 0, `${left.sockets} sockets are open after the client was closed`)
]
