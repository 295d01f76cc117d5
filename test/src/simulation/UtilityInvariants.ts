/**
 * What must hold of every utility that leaves something behind: it is done once, its answer is what the service did, and its
 * error tells whether the service may have done it.
 */
import type { SimulatedService } from "@effect-runware/testing"
import { discreet, isCopied, type Observed, passing, recovery, when } from "./Invariants.ts"
import type { UtilityReport } from "./UtilityWorkload.ts"

type Rule = (report: UtilityReport, observed: Observed) => ReadonlyArray<string>

/** The broken invariants of the utilities. */
export const judgeUtilities = (observed: Observed): ReadonlyArray<string> =>
  (observed.utilities ?? []).flatMap((report) =>
    [onTime, truthful, rightCode, whole, once, inOrder, secretive].flatMap((rule) =>
      rule(report, observed).map((broken) => `utility ${report.utility.id}: ${broken}`)
    )
  )

const secretive: Rule = ({ ending }, observed) => discreet(ending, observed)

const onTime: Rule = ({ endedAt, interruptedAt, startedAt }, { plan }) => [
  ...when(
    endedAt - startedAt > plan.client.timeout + 0.001,
    `it took ${endedAt - startedAt} ms of ${plan.client.timeout}`
  ),
  ...when(
    interruptedAt !== undefined && endedAt - interruptedAt > 50,
    `it ended ${endedAt - (interruptedAt ?? 0)} ms after its interruption`
  )
]

/** What the service did for a call. */
const done = ({ mark }: UtilityReport, { writes }: Observed): ReadonlyArray<SimulatedService.Write> =>
  writes.filter(({ record: { request } }) => Object.entries(mark).every(([field, value]) => request[field] === value))

const isForgetful = ({ plan }: Observed): boolean =>
  plan.incidents.some((one) => one._tag === "Restart" && !one.keepTasks)

const truthful: Rule = (report, observed) => {
  const { ending } = report
  if (ending._tag !== "Error") return []
  const { code, message, submission } = ending.error
  if (code === "auth" && isCopied(observed)) return []
  const wasDone = done(report, observed).length > 0
  return [
    ...when(
      wasDone && (submission === "none" || submission === "rejected"),
      `its error says ${submission}, and it was done: ${message}`
    ),
    ...when(!wasDone && submission === "accepted", `its error says accepted, and it never was: ${message}`)
  ]
}

const rightCode: Rule = (report, observed) => {
  const { endedAt, ending, interruptedAt, startedAt } = report
  const { plan } = observed
  if (ending._tag === "Defect") return [`it ended with a defect: ${ending.cause}`]
  if (ending._tag === "Interrupted") return when(interruptedAt === undefined, "it was interrupted by nobody")
  if (ending._tag === "Results") return []
  const { code, message, rawCode, submission } = ending.error
  if (code === "auth") {
    return when(
      !plan.incidents.some(({ _tag }) => _tag === "KeyRevoked") && rawCode !== "authTimeout",
      `nobody revoked the key: ${message}`
    )
  }
  // With its tasks the service forgets its media, and models that were on their way.
  if (isForgetful(observed)) return []
  if (submission === "accepted" && code !== "timeout") return [`it gave up what was accepted: ${rawCode} ${message}`]
  if (!passing.has(code)) return [`an unexpected ${code}: ${rawCode} ${message}`]
  const ranOut = code === "timeout" && endedAt - startedAt >= plan.client.timeout - 0.001
  if (ranOut && plan.client.timeout < recovery(plan) + plan.healsAt) return []
  return when(
    endedAt - plan.healsAt > recovery(plan),
    `it failed with ${code} ${endedAt - plan.healsAt} ms after the network had healed: ${message}`
  )
}

/** The answer is the last that the service had for it. */
const whole: Rule = (report, observed) => {
  const { ending } = report
  if (ending._tag !== "Results") return []
  const [item] = ending.items
  const isAnswer = done(report, observed).some(({ record: { reply } }) =>
    reply?.data.some((given) => Object.entries(given).every(([field, value]) => item?.[field] === value))
  )
  const isLast = report.utility.kind !== "addModel" || typeof item?.["air"] === "string"
  return when(!isAnswer || !isLast, `its answer is not the service's: ${JSON.stringify(item)}`)
}

/** One thing for one call, as long as the service remembers. */
const once: Rule = (report, observed) => {
  const restarts = observed.plan.incidents.filter((one) => one._tag === "Restart" && !one.keepTasks)
  const times = done(report, observed).map(({ at }) => restarts.filter((restart) => restart.at <= at).length)
  const uuids = new Set(done(report, observed).map(({ record }) => record.taskUUID))
  return [
    ...when(new Set(times).size < times.length, "it was done twice"),
    ...when(uuids.size > 1, `one call did ${[...uuids].join(" and ")}`)
  ]
}

/** An upload tells each of its stages once, as it hears of them, and its end last. */
const inOrder: Rule = ({ ending, stages }, observed) => [
  ...when(new Set(stages).size < stages.length && !isForgetful(observed), `its stages are ${stages.join(", ")}`),
  ...when(
    ending._tag === "Results" && stages.length > 0 && stages.at(-1) !== "ready",
    `its last stage is ${stages.at(-1)}`
  )
]
