/**
 * `modelUpload`: a model on its way to where it can be used. The reply is a series of items, one for each stage: over a
 * session each is pushed, over HTTP the first is the reply and `getResponse` has the newest. The weights themselves are
 * not read: what counts here is that the model exists afterwards.
 */
import type { WireItem, WireTask } from "@effect-runware/core/Protocol"
import type { Reply } from "../../State.ts"
import type { ModelUpload, UploadedModel } from "../../UploadedModel.ts"
import { parseDirectives } from "../directives.ts"
import { draw, lognormal } from "../draw.ts"
import { push, refusal, sessionOf } from "../exchanges.ts"
import { identify } from "../identity.ts"
import { isAir } from "../models.ts"
import { addressed, reject, type Rejection } from "../rejection.ts"
import type { Sender } from "../sender.ts"
import { drop, lookup, put, schedule, type Turn } from "../turn.ts"
import { conclude } from "./records.ts"

/** The stages, in order, with what the service says at each and how many milliseconds it takes. */
const stages = [
  { status: "validated", message: "The description of the model is valid.", takes: 0 },
  { status: "downloaded", message: "The file is downloaded.", takes: 4000 },
  { status: "optimized", message: "The model is optimized.", takes: 2500 },
  { status: "stored", message: "The model is stored.", takes: 1000 },
  { status: "ready", message: "The model can be used.", takes: 500 }
] as const

/** Answers with the first stage, and goes on from there. */
export const uploadModel = (turn: Turn, task: WireTask, { apiKey, exchange }: Sender): Reply => {
  const taskUUID = identify(turn, task)
  if (typeof taskUUID !== "string") return refusal(addressed(taskUUID, task))
  const { seed } = turn.state.settings
  const { uint32 } = draw(seed, "model", taskUUID)
  const air = typeof task["air"] === "string" ? task["air"] : `custom:${uint32}@1`
  const rejection = descriptionRejection(task) ?? conflict(turn, task, air, apiKey)
  if (rejection !== undefined) return refusal(addressed(rejection, task))

  const { message, status } = stages[0]
  const reply = { data: [{ taskType: task.taskType, taskUUID, status, message }], errors: [], status: 200 }
  put(turn, "utilities", taskUUID, {
    taskUUID,
    taskType: task.taskType,
    request: task,
    apiKey,
    reply,
    repliedAt: turn.now
  })
  put(turn, "uploads", taskUUID, { taskUUID, air, reached: 0, failure: undefined, session: sessionOf(turn, exchange) })
  if (turn.state.switches.modelDownloads === "checked") {
    turn.events.push({ _tag: "CheckDownload", taskUUID, url: String(task["downloadURL"]) })
  } else {
    goOn(turn, taskUUID, 1)
  }
  return reply
}

/** The shell has looked at the address of a model: it gives a file, or `failure` says what else. */
export const downloadChecked = (turn: Turn, taskUUID: string, failure: string | undefined): void => {
  const upload = lookup(turn.state.uploads, taskUUID)
  if (upload === undefined || upload.reached > 0) return
  put(turn, "uploads", taskUUID, { ...upload, failure })
  goOn(turn, taskUUID, 1)
}

const goOn = (turn: Turn, taskUUID: string, stage: number): void => {
  const { seed, timeScale } = turn.state.settings
  const takes = stages[stage]?.takes ?? 0
  const { slow } = directivesOf(lookup(turn.state.utilities, taskUUID)?.request)
  const millis = slow ?? takes * lognormal(draw(seed, "stage", taskUUID, stage), 0.2)
  schedule(turn, turn.now + Math.round(millis * timeScale), { _tag: "AdvanceUpload", taskUUID })
}

/** A stage is reached, or failed. */
export const advance = (turn: Turn, taskUUID: string): void => {
  const upload = lookup(turn.state.uploads, taskUUID)
  const record = lookup(turn.state.utilities, taskUUID)
  const reached = (upload?.reached ?? 0) + 1
  const stage = stages[reached]
  if (upload === undefined || record === undefined || stage === undefined) return
  const common = { taskType: record.taskType, taskUUID }
  const code = directivesOf(record.request).failureOf(reached)
  const failure = upload.failure ?? (code && `The upload is asked to fail with ${code}.`)
  if (failure !== undefined) return end(turn, upload, { ...common, status: "failed", message: failure })
  const { message, status } = stage
  if (status === "ready") {
    put(turn, "models", upload.air, modelOf(upload, record.request, record.apiKey, turn.now))
    return end(turn, upload, { ...common, status, message, air: upload.air })
  }
  put(turn, "uploads", taskUUID, { ...upload, reached })
  tell(turn, upload, { ...common, status, message })
  goOn(turn, taskUUID, reached + 1)
}

const tell = (turn: Turn, { session, taskUUID }: ModelUpload, item: WireItem): Reply => {
  const reply = { data: [item], errors: [], status: 200 }
  const record = lookup(turn.state.utilities, taskUUID)
  if (record !== undefined) put(turn, "utilities", taskUUID, { ...record, reply, repliedAt: turn.now })
  if (session !== undefined) push(turn, session, reply)
  return reply
}

const end = (turn: Turn, upload: ModelUpload, item: WireItem): void => {
  drop(turn, "uploads", upload.taskUUID)
  const reply = tell(turn, upload, item)
  const record = lookup(turn.state.utilities, upload.taskUUID)
  if (record !== undefined) conclude(turn, record, reply)
}

/** Directives stand in the name or the comment; positions count stages, the first being that of validation. */
const directivesOf = (task: WireTask | undefined) =>
  parseDirectives([task?.["name"], task?.["comment"]].filter((each) => typeof each === "string").join(" "))

const descriptionRejection = (task: WireTask): Rejection | undefined => {
  for (const parameter of ["name", "version", "architecture"]) {
    const value = task[parameter]
    if (typeof value !== "string" || value.trim() === "") return invalid(parameter, "must not be empty")
  }
  for (const parameter of ["downloadURL", "heroImageURL"]) {
    const value = task[parameter]
    if (value !== undefined && !isAddress(value))
      return invalid(parameter, "must be an address with http:// or https://")
  }
  const { air } = task
  return typeof air === "string" && !isAir(air)
    ? invalid("air", "must be an AIR, such as provider:model@version")
    : undefined
}

const isAddress = (value: unknown): boolean =>
  typeof value === "string" && /^https?:\/\//i.test(value) && URL.canParse(value)

const invalid = (parameter: string, rule: string): Rejection => {
  const code = `invalid${parameter.charAt(0).toUpperCase()}${parameter.slice(1)}`
  return reject(400, code, `'${parameter}' ${rule}.`, { parameter, type: "string" })
}

/** Another model that stands in the way, ready or on its way. */
const conflict = (turn: Turn, task: WireTask, air: string, apiKey: string): Rejection | undefined => {
  const { models, uploads } = turn.state
  const taken = lookup(models, air)
  if (taken !== undefined && taken.owner !== apiKey) {
    const message = `The model '${air}' belongs to another account.`
    return reject(400, "modelOwnershipValidationError", message, { parameter: "air" })
  }
  const underWay = [...uploads].map(([taskUUID, upload]) => ({
    air: upload.air,
    record: lookup(turn.state.utilities, taskUUID)
  }))
  if (taken !== undefined || turn.catalog.find(air) !== undefined || underWay.some((each) => each.air === air)) {
    return reject(400, "modelAlreadyExists", `There is a model '${air}' already.`, { parameter: "air" })
  }
  const { uniqueIdentifier } = task
  if (uniqueIdentifier === undefined) return undefined
  const own = [
    ...[...models].flatMap(([, model]) => (model.owner === apiKey ? [model.uniqueIdentifier] : [])),
    ...underWay.flatMap(({ record }) => (record?.apiKey === apiKey ? [record.request["uniqueIdentifier"]] : []))
  ]
  return own.includes(uniqueIdentifier)
    ? reject(400, "modelAlreadyExists", `Your model '${String(uniqueIdentifier)}' exists already.`, {
        parameter: "uniqueIdentifier"
      })
    : undefined
}

const modelOf = ({ air }: ModelUpload, task: WireTask, owner: string, addedAt: number): UploadedModel => {
  const text = (name: string): string | undefined => {
    const value = task[name]
    return typeof value === "string" && value !== "" ? value : undefined
  }
  const tags = task["tags"]
  return {
    air,
    owner,
    addedAt,
    isPrivate: task["private"] !== false,
    name: text("name") ?? air,
    version: text("version") ?? "",
    category: text("category") ?? "checkpoint",
    architecture: text("architecture") ?? "",
    uniqueIdentifier: text("uniqueIdentifier"),
    heroImage: text("heroImageURL"),
    shortDescription: text("shortDescription"),
    positiveTriggerWords: text("positiveTriggerWords"),
    negativeTriggerWords: text("negativeTriggerWords"),
    tags: Array.isArray(tags) ? tags.map(String) : []
  }
}
