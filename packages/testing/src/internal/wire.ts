/**
 * What is on the wire, read from the outside: which step of the protocol a message belongs to, which tasks it is about,
 * and how a reply of the machine is written.
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import { contentTypes, MediaOutput, mediaPath } from "@effect-runware/emulator/Media"
import * as Base64 from "effect/encoding/Base64"
import type { ProtocolStep } from "../Fault.ts"

/** A message, as far as faults care. */
export interface Sighting {
  readonly step: ProtocolStep
  readonly taskUUIDs: ReadonlyArray<string>
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const fieldsIn = (value: unknown): ReadonlyArray<Fields> => (Array.isArray(value) ? value.filter(isFields) : [])

const uuidsOf = (parts: ReadonlyArray<Fields>): ReadonlyArray<string> => [
  ...new Set(parts.map(({ taskUUID }) => taskUUID).filter((uuid): uuid is string => typeof uuid === "string"))
]

/** The tasks of a request. */
export const tasksOf = (text: string): ReadonlyArray<WireTask> => {
  try {
    return fieldsIn(JSON.parse(text)).filter(
      (entry): entry is Fields & WireTask => typeof entry["taskType"] === "string"
    )
  } catch {
    return []
  }
}

const requestSteps: Readonly<Record<string, ProtocolStep>> = {
  authentication: "authenticate",
  ping: "ping",
  getResponse: "poll",
  getTaskDetails: "poll"
}

/** A request of the client. */
export const requestOf = (tasks: ReadonlyArray<WireTask>): Sighting => ({
  step: tasks[0] === undefined ? "other" : (requestSteps[tasks[0].taskType] ?? submissionStep(tasks[0])),
  taskUUIDs: uuidsOf(tasks)
})

const submissionStep = ({ deliveryMethod }: WireTask): ProtocolStep =>
  deliveryMethod === "stream" ? "stream" : "submit"

const stepOfItem = ({ status, taskType, ...item }: Fields): ProtocolStep => {
  if (taskType === "authentication") return "authenticated"
  if (taskType === "ping") return "pong"
  if (status !== undefined) return "pollReply"
  return Object.keys(item).some((field) => field !== "taskUUID") ? "result" : "acknowledgement"
}

const stepOfError = ({ code, status, taskType }: Fields): ProtocolStep => {
  if (taskType === "authentication" || code === "invalidApiKey") return "authenticated"
  return taskType === "getResponse" || status !== undefined ? "pollReply" : "acknowledgement"
}

/** A frame of the service. */
export const frameOf = (payload: unknown): Sighting => {
  const body = isFields(payload) ? payload : {}
  const items = fieldsIn(body["data"])
  const errors = fieldsIn(body["errors"])
  const [item] = items
  const [error] = errors
  return {
    step: item === undefined ? (error === undefined ? "other" : stepOfError(error)) : stepOfItem(item),
    taskUUIDs: uuidsOf([...items, ...errors])
  }
}

/** The reply to an HTTP request: what it is follows from what was asked. */
export const replyTo = ({ step, taskUUIDs }: Sighting, tasks: ReadonlyArray<WireTask>): Sighting => {
  if (step === "poll") return { step: "pollReply", taskUUIDs }
  if (step === "stream") return { step: "streamHead", taskUUIDs }
  if (step !== "submit") return { step: "other", taskUUIDs }
  return { step: tasks[0]?.["deliveryMethod"] === "sync" ? "result" : "acknowledgement", taskUUIDs }
}

/** A frame cut so that each item and each error travels alone. */
export const splitFrame = (payload: unknown): ReadonlyArray<unknown> => {
  if (!isFields(payload)) return [payload]
  const data = fieldsIn(payload["data"]).map((item) => ({ data: [item] }))
  const errors = fieldsIn(payload["errors"]).map((error) => ({ errors: [error] }))
  return data.length + errors.length > 1 ? [...data, ...errors] : [payload]
}

/**
 * Writes a reply. Outputs by URL get the address under which the service describes them; those inside the reply hold that
 * description in place of a picture: nothing is drawn here.
 */
export const encode = (payload: unknown, origin: string): string =>
  JSON.stringify(payload, (_key, value: unknown) => {
    if (!(value instanceof MediaOutput)) return value
    if (value.as === "URL") return origin + mediaPath(value.description)
    const bytes = Base64.encode(JSON.stringify(value.description))
    return value.as === "base64Data" ? bytes : `data:${contentTypes[value.description.format]};base64,${bytes}`
  })
