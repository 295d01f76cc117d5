/**
 * One task of a request, from its arrival to its acceptance or refusal: is it a task at all, is its taskUUID new, does
 * its model exist, are its parameters right, can the emulator make it, can the account pay for it.
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import { storedMedia } from "../State.ts"
import type { StreamSwitches } from "../Streaming.ts"
import { archive } from "./archive.ts"
import { answer, refusal } from "./exchanges.ts"
import { identify } from "./identity.ts"
import { isRecord } from "./json.ts"
import { outputLimits } from "./limits.ts"
import { mediaRejections, touchMedia } from "./mediaInputs.ts"
import { modelRejection } from "./models.ts"
import { addressRejection } from "./outbound.ts"
import { complete, takesLong } from "./outputs.ts"
import { plan } from "./plan.ts"
import { takeToken } from "./rateLimit.ts"
import { addressed, reject, type Rejection } from "./rejection.ts"
import * as Streams from "./streams.ts"
import { accept, pollReply } from "./tasks.ts"
import type { Sender } from "./sender.ts"
import { drop, lookup, put, type Turn } from "./turn.ts"
import { countRefusal, countUse } from "./usage.ts"
import { answerUtility } from "./utilities/answerUtility.ts"

const inferenceTaskTypes: ReadonlySet<string> = new Set([
  "imageInference",
  "videoInference",
  "audioInference",
  "textInference",
  "3dInference",
  "training",
  "caption",
  "promptEnhance",
  "upscale",
  "removeBackground",
  "vectorize",
  "controlNetPreprocess",
  "imageMasking"
])

/** Handles one task of a request; its answer comes now or when its results are there. */
export const submit = (turn: Turn, entry: unknown, sender: Sender): void => {
  const { exchange, slot } = sender
  if (!isRecord(entry)) {
    const rejection = reject(400, "invalidTask", "Each entry of the request must be a task object.", { type: "object" })
    return answer(turn, exchange, slot, refusal(rejection))
  }
  const { taskType } = entry
  if (typeof taskType !== "string" || taskType === "") {
    const rejection = reject(400, "missingTaskType", "The task has no taskType.", {
      parameter: "taskType",
      type: "string"
    })
    return answer(turn, exchange, slot, refusal(addressed(rejection, entry)))
  }
  const task: WireTask = { ...entry, taskType }
  countUse(turn, sender.apiKey)
  if (!inferenceTaskTypes.has(taskType)) {
    const reply = answerUtility(turn, task, sender)
    return reply === undefined ? undefined : answer(turn, exchange, slot, reply)
  }
  const stream = streamOf(turn, exchange)
  const accepted = examine(turn, task, sender, stream !== undefined)
  if ("rejections" in accepted) {
    return refuse(turn, task, sender, ...accepted.rejections)
  }
  run(turn, accepted.task, task, accepted.taskUUID, sender, stream)
}

/** Refuses a task of inference: that counts as an error of its account, and can be read again. */
const refuse = (
  turn: Turn,
  task: WireTask,
  { apiKey, dryRun, exchange, slot }: Sender,
  ...[first, ...more]: readonly [Rejection, ...ReadonlyArray<Rejection>]
): void => {
  const reply = refusal(addressed(first, task), ...more.map((rejection) => addressed(rejection, task)))
  if (!dryRun) {
    countRefusal(turn, apiKey, task["model"], first)
    archive(turn, task, apiKey, reply)
  }
  answer(turn, exchange, slot, reply)
}

type Examined =
  | { readonly task: WireTask; readonly taskUUID: string }
  | { readonly rejections: readonly [Rejection, ...ReadonlyArray<Rejection>] }

/** The task in the words of the catalog, if it may run. What can't be made here can still be tried in a dry run. */
const examine = (turn: Turn, original: WireTask, sender: Sender, mayStream: boolean): Examined => {
  const taskUUID = identify(turn, original)
  if (typeof taskUUID !== "string") return { rejections: [taskUUID] }
  const task = normalise(turn, original)
  const model = modelRejection(turn, task, sender.apiKey)
  if (model !== undefined) return { rejections: [model] }
  const [violation, ...more] = turn.catalog.violations(task, architectureOf(turn, task))
  if (violation !== undefined) {
    return { rejections: [{ status: 400, error: violation }, ...more.map((error) => ({ status: 400, error }))] }
  }
  const [unusable, ...others] = mediaRejections(turn, task, sender)
  if (unusable !== undefined) return { rejections: [unusable, ...others] }
  const limit =
    addressRejection(task) ??
    (sender.dryRun
      ? undefined
      : (outputLimits(completed(turn, task), turn.catalog.resultFields(task)) ?? streamLimits(task, mayStream)))
  return limit === undefined ? { task, taskUUID } : { rejections: [limit] }
}

/** What an uploaded model is made of. */
const architectureOf = (turn: Turn, { model }: WireTask): string | undefined =>
  lookup(turn.state.models, String(model))?.architecture

/** How the stream of a request goes, if it asks for one. */
const streamOf = (turn: Turn, exchange: string): StreamSwitches | undefined => {
  const origin = lookup(turn.state.exchanges, exchange)?.origin
  return origin?._tag === "Http" ? origin.stream : undefined
}

/** What can't be streamed: anything but one text, alone in a request over HTTP. */
const streamLimits = (task: WireTask, mayStream: boolean): Rejection | undefined => {
  if (task["deliveryMethod"] !== "stream") return undefined
  if (task.taskType !== "textInference" || !mayStream) {
    const message = "Only a textInference task that is alone in a request over HTTP can be streamed."
    return reject(400, "unsupportedDeliveryMethod", message, {
      parameter: "deliveryMethod",
      allowedValues: ["sync", "async"]
    })
  }
  const { numberResults } = task
  return typeof numberResults === "number" && numberResults > 1
    ? reject(400, "unsupportedNumberResults", "A stream is one text.", { parameter: "numberResults", max: 1 })
    : undefined
}

/** Slugs become AIRs, and formats upper case, as the schemas have them. */
const normalise = (turn: Turn, task: WireTask): WireTask => {
  const { model, outputFormat } = task
  const air = typeof model === "string" ? turn.catalog.find(model)?.air : undefined
  return {
    ...task,
    ...(air === undefined ? {} : { model: air }),
    ...(typeof outputFormat === "string" ? { outputFormat: outputFormat.toUpperCase() } : {})
  }
}

const completed = (turn: Turn, task: WireTask): WireTask =>
  complete(task, (parameter) => turn.catalog.values(task, parameter))

const run = (
  turn: Turn,
  task: WireTask,
  request: WireTask,
  taskUUID: string,
  sender: Sender,
  stream: StreamSwitches | undefined
): void => {
  const { apiKey, dryRun, exchange, slot } = sender
  const { seed, timeScale } = turn.state.settings
  const { now } = turn
  const resultFields = turn.catalog.resultFields(task)
  const media = (uuid: string) => storedMedia(turn.state, uuid, now)
  const generations = plan(completed(turn, task), { seed, timeScale, now, resultFields, media })
  if (dryRun) {
    const data = generations.map((each) => ({ taskType: task.taskType, taskUUID, cost: each.price / 1_000_000 }))
    return answer(turn, exchange, slot, { data, errors: [], status: 200 })
  }
  const tooMany = rateRejection(turn, apiKey)
  if (tooMany !== undefined) return refuse(turn, request, sender, tooMany)
  const price = generations.reduce((sum, generation) => sum + generation.price, 0)
  const account = lookup(turn.state.accounts, apiKey)
  if (account === undefined || account.balance - account.reserved < price || account.balance <= 0) {
    const rejection = reject(402, "insufficientCredits", "The balance does not cover this task.")
    return refuse(turn, request, sender, rejection)
  }
  const allowed = turn.catalog.values(task, "deliveryMethod")
  const waits = allowed.length === 0 ? !takesLong(task, resultFields) : allowed.includes("sync")
  const asked = task["deliveryMethod"] ?? (waits ? "sync" : "async")
  const delivery = asked === "async" || asked === "stream" ? asked : "sync"
  const awaitedBy = delivery === "sync" ? { exchange, slot } : undefined
  touchMedia(turn, task)
  accept(turn, {
    taskUUID,
    taskType: task.taskType,
    request,
    apiKey,
    delivery,
    acceptedAt: turn.now,
    generations,
    awaitedBy
  })
  const [generation] = generations
  if (delivery === "stream" && stream !== undefined && generation !== undefined) {
    // The stream is the answer: nothing else will come to this request.
    drop(turn, "exchanges", exchange)
    Streams.start(turn, exchange, task, generation, stream)
  }
  if (delivery === "async") answer(turn, exchange, slot, acknowledgement(turn, task.taskType, taskUUID))
}

/** Takes a token of the key, where there is a limit; the refusal says in seconds when there will be one. */
const rateRejection = (turn: Turn, apiKey: string): Rejection | undefined => {
  const { rateBurst: burst, rateLimit: perSecond } = turn.state.switches
  if (perSecond <= 0) return undefined
  const { bucket, wait } = takeToken(lookup(turn.state.buckets, apiKey), turn.now, { burst, perSecond })
  put(turn, "buckets", apiKey, bucket)
  return wait === 0
    ? undefined
    : reject(429, "rateLimitExceeded", `Only ${perSecond} tasks a second are taken from this key.`, {
        retryAfter: Math.ceil(wait / 1000)
      })
}

const acknowledgement = (turn: Turn, taskType: string, taskUUID: string) => {
  switch (turn.state.switches.acknowledgement) {
    case "item":
      return { data: [{ taskType, taskUUID }], errors: [], status: 200 }
    case "empty":
      return { data: [], errors: [], status: 200 }
    case "withResults": {
      const record = lookup(turn.state.tasks, taskUUID)
      return record === undefined ? { data: [], errors: [], status: 200 } : pollReply(turn, record)
    }
  }
}
