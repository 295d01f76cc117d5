/**
 * What must hold of every text stream: it ends by its deadline, with the whole text or with an error that carries the part;
 * it was asked for again only as long as nothing had come; and its request ends with its last reader.
 */
import { bought, discreet, isCopied, type Observed, passing, recovery, when } from "./Invariants.ts"
import type { StreamReport } from "./StreamWorkload.ts"

type Rule = (report: StreamReport, observed: Observed) => ReadonlyArray<string>

/** The broken invariants of the streams. */
export const judgeStreams = (observed: Observed): ReadonlyArray<string> =>
  (observed.streams ?? []).flatMap((report) =>
    [onTime, truthful, rightCode, whole, sameForAll, carriesPart, sentOnce, closed].flatMap((rule) =>
      rule(report, observed).map((broken) => `stream ${report.stream.id}: ${broken}`)
    )
  )

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

const truthful: Rule = ({ ending, stream }, observed) => {
  if (ending._tag !== "Error") return []
  const { message, submission, code } = ending.error
  if (code === "auth" && isCopied(observed)) return []
  const wasBought = bought(stream, observed.purchases).length > 0
  return [
    ...when(
      wasBought && (submission === "none" || submission === "rejected"),
      `its error says ${submission}, and it was bought: ${message}`
    ),
    ...when(!wasBought && submission === "accepted", `its error says accepted, and it never was: ${message}`)
  ]
}

/** Whether a stream was hurt after its head: then it ends there, and must. */
const wasCut = ({ endedAt, startedAt, stream }: StreamReport, { crossings, plan, purchases }: Observed): boolean => {
  const own = new Set(bought(stream, purchases).map(({ record }) => record.taskUUID))
  const isOwn = (taskUUIDs: ReadonlyArray<string>) => taskUUIDs.some((taskUUID) => own.has(taskUUID))
  return (
    plan.incidents.some(({ _tag, at }) => _tag === "Restart" && at >= startedAt && at <= endedAt) ||
    crossings.some(
      ({ fault, step, taskUUIDs }) =>
        fault !== undefined && (step === "streamPart" || step === "streamDone") && isOwn(taskUUIDs)
    ) ||
    // The head got through, and the connection broke.
    crossings.some(
      ({ fault, step, taskUUIDs }) => fault?._tag === "Truncate" && step === "streamHead" && isOwn(taskUUIDs)
    )
  )
}

const rightCode: Rule = (report, observed) => {
  const { endedAt, ending, interruptedAt, startedAt, stream } = report
  const { plan } = observed
  if (ending._tag === "Defect") return [`it ended with a defect: ${ending.cause}`]
  if (ending._tag === "Interrupted") return when(interruptedAt === undefined, "it was interrupted by nobody")
  if (ending._tag === "Results") return []
  const { code, message, rawCode, submission } = ending.error
  if (stream.isFailing && rawCode === "inferenceError") return []
  if (code === "auth") {
    return when(
      !plan.incidents.some(({ _tag }) => _tag === "KeyRevoked") && rawCode !== "authTimeout",
      `nobody revoked the key: ${message}`
    )
  }
  if (code === "notFound") {
    const forgotten = plan.incidents.some((one) => one._tag === "Restart" && !one.keepTasks)
    const neverHadIt = submission === "unknown" && bought(stream, observed.purchases).length === 0
    return when(!forgotten && !neverHadIt, `the service forgot nothing: ${message}`)
  }
  if (!passing.has(code)) return [`an unexpected ${code}: ${message}`]
  const ranOut = code === "timeout" && endedAt - startedAt >= plan.client.timeout - 0.001
  if (submission === "accepted" && !ranOut) {
    return when(!wasCut(report, observed), `it gave up a stream that nothing had cut: ${message}`)
  }
  if (ranOut && plan.client.timeout < recovery(plan) + plan.healsAt) return []
  return when(
    endedAt - plan.healsAt > recovery(plan),
    `it failed with ${code} ${endedAt - plan.healsAt} ms after the network had healed: ${message}`
  )
}

/** What the service wrote for a stream. */
const written = ({ stream }: StreamReport, { purchases }: Observed) =>
  bought(stream, purchases).flatMap(({ record }) =>
    record.generations.flatMap(({ outcome }) => (outcome._tag === "Success" ? [outcome.fields] : []))
  )

/** The whole is what the service wrote, to the last character and field. */
const whole: Rule = (report, observed) => {
  const { ending, readings } = report
  if (ending._tag !== "Results") return []
  const [item, ...more] = ending.items
  if (item === undefined) {
    return when(!readings.some((one) => one.ending === "left"), "it ended well and has no text")
  }
  const isWritten = written(report, observed).some((fields) =>
    Object.entries(fields).every(([field, value]) => JSON.stringify(item[field]) === JSON.stringify(value))
  )
  return when(more.length > 0 || !isWritten, `its text is not what the service wrote: ${JSON.stringify(item)}`)
}

/** Every reader who stayed got the same; every other a beginning of it. */
const sameForAll: Rule = (report, observed) => {
  const texts = written(report, observed)
  return report.readings.flatMap(({ ending, reader, reasoning, text }) => {
    const isBeginning = (fields: Readonly<Record<string, unknown>>) =>
      ending === "whole"
        ? text === fields["text"] && reasoning === (fields["reasoningContent"] ?? "")
        : String(fields["text"]).startsWith(text) && String(fields["reasoningContent"] ?? "").startsWith(reasoning)
    return when(
      texts.length > 0 && !texts.some(isBeginning),
      `its ${reader} reader, ${ending ?? "interrupted"}, got “${reasoning}” and “${text}”`
    )
  })
}

/** The error holds what its reader got, and each reader who got the error got as much. */
const carriesPart: Rule = ({ ending, readings }) => {
  if (ending._tag !== "Error") return []
  const [part] = ending.error.results ?? []
  return readings.flatMap(({ ending, reader, reasoning, text }) =>
    when(
      ending === "error" && (text !== (part?.["text"] ?? "") || reasoning !== (part?.["reasoningContent"] ?? "")),
      `its ${reader} reader got “${reasoning}” and “${text}”, and the error says ${JSON.stringify(part)}`
    )
  )
}

/** After the first chunk nothing is sent again, nor asked. */
const sentOnce: Rule = ({ endedAt, firstChunkAt = Infinity, readings }, { crossings }) => {
  const [reading] = readings
  const taskUUID = String(reading?.closing["taskUUID"])
  return crossings
    .filter(
      ({ at, step, taskUUIDs }) =>
        (step === "stream" || step === "poll") && at > firstChunkAt && at <= endedAt && taskUUIDs.includes(taskUUID)
    )
    .map(({ at, step }) => `it sent a ${step} at ${at}, after its first chunk`)
}

const closed: Rule = ({ ending, isLeftOpen }, observed) => [
  ...when(isLeftOpen, "its request is open after its last reader has left"),
  ...discreet(ending, observed)
]
