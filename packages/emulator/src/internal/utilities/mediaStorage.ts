/**
 * `mediaStorage` and the older `imageUpload`: clients bring media, name them in later tasks, and delete them. The bytes
 * come from the shell, so the answer to an upload waits until they are there.
 */
import type { WireItem, WireTask } from "@effect-runware/core/Protocol"
import type { IntakeKind, IntakeOutcome, MediaFile, MediaSource } from "../../MediaIntake.ts"
import { storedMedia, type Reply } from "../../State.ts"
import type { UtilityRecord } from "../../TaskRecord.ts"
import { draw } from "../draw.ts"
import { answer, refusal } from "../exchanges.ts"
import { identify } from "../identity.ts"
import { mediaNotFound } from "../mediaInputs.ts"
import { ownMedium, parseReference } from "../references.ts"
import { addressed, reject, type Rejection } from "../rejection.ts"
import type { Sender } from "../sender.ts"
import { drop, lookup, put, type Turn } from "../turn.ts"
import { conclude } from "./records.ts"

/** Media are kept until they are deleted; the images of `imageUpload` this long after their last use. */
const imageLifetime = 30 * 24 * 3_600_000

/** Answers `mediaStorage`; an upload later. */
export const storeMedia = (turn: Turn, task: WireTask, sender: Sender): Reply | undefined =>
  task["operation"] === "delete" ? remove(turn, task, sender) : bring(turn, task, sender, "media")

/** Answers `imageUpload`, later. */
export const uploadImage = (turn: Turn, task: WireTask, sender: Sender): Reply | undefined =>
  bring(turn, task, sender, "image")

const refused = (task: WireTask, rejection: Rejection): Reply => refusal(addressed(rejection, task))

const bring = (turn: Turn, task: WireTask, sender: Sender, kind: IntakeKind): Reply | undefined => {
  const taskUUID = identify(turn, task)
  if (typeof taskUUID !== "string") return refused(task, taskUUID)
  const source = sourceOf(turn, task[kind], kind)
  if ("error" in source) return refused(task, source)
  const { apiKey, exchange, slot } = sender
  put(turn, "utilities", taskUUID, {
    taskUUID,
    taskType: task.taskType,
    request: task,
    apiKey,
    reply: undefined,
    repliedAt: turn.now
  })
  put(turn, "intakes", taskUUID, { taskUUID, kind, exchange, slot })
  turn.events.push({ _tag: "TakeMedia", intakeId: taskUUID, source, kind })
  return undefined
}

const sourceOf = (turn: Turn, value: unknown, parameter: IntakeKind): MediaSource | Rejection => {
  const reference = typeof value === "string" ? parseReference(value) : undefined
  if (reference === undefined || reference._tag === "Identifier") {
    const message = `'${parameter}' must be an address (http or https), a data URI, or base64 of a whole file.`
    return reject(400, `invalid${capital(parameter)}`, message, { parameter, type: "string" })
  }
  if (reference._tag === "Base64") return reference
  const own = ownMedium(reference.url, turn.state.origin)
  if (own === undefined) return reference
  const media = storedMedia(turn.state, own, turn.now)
  return media === undefined ? mediaNotFound(parameter) : { _tag: "Stored", media }
}

/** The shell has the bytes of an upload, or says why not. */
export const taken = (turn: Turn, intakeId: string, outcome: IntakeOutcome): void => {
  const intake = lookup(turn.state.intakes, intakeId)
  const record = intake && lookup(turn.state.utilities, intake.taskUUID)
  drop(turn, "intakes", intakeId)
  if (intake === undefined || record === undefined) return
  const { exchange, kind, slot } = intake
  const reply =
    outcome._tag === "Taken"
      ? { data: [keep(turn, record, kind, outcome.file)], errors: [], status: 200 }
      : refused(record.request, refusalOf(outcome, kind))
  conclude(turn, record, reply)
  answer(turn, exchange, slot, reply)
}

const keep = (
  turn: Turn,
  { apiKey: owner, taskType, taskUUID }: UtilityRecord,
  kind: IntakeKind,
  file: MediaFile
): WireItem => {
  const { uuid } = draw(turn.state.settings.seed, "media", taskUUID)
  const lifetime = kind === "image" ? imageLifetime : Number.POSITIVE_INFINITY
  put(turn, "media", uuid, { _tag: "Brought", owner, expiresAt: turn.now + lifetime, lifetime, file })
  const url = `${turn.state.origin ?? ""}/media/${uuid}.${file.extension}`
  return kind === "image"
    ? { taskType, taskUUID, imageUUID: uuid, imageURL: url }
    : { taskType, taskUUID, operation: "upload", mediaUUID: uuid, mediaURL: url }
}

const remove = (turn: Turn, task: WireTask, { apiKey }: Sender): Reply => {
  const taskUUID = identify(turn, task)
  if (typeof taskUUID !== "string") return refused(task, taskUUID)
  const { media, taskType } = task
  const reference = typeof media === "string" ? parseReference(media) : undefined
  if (reference?._tag !== "Identifier") {
    const message = "'media' must be the UUID of the medium that is to be deleted."
    return refused(task, reject(400, "invalidMedia", message, { parameter: "media", type: "string" }))
  }
  const { uuid } = reference
  if (storedMedia(turn.state, uuid, turn.now)?.owner !== apiKey) return refused(task, mediaNotFound("media"))
  drop(turn, "media", uuid)
  const reply = { data: [{ taskType, taskUUID, operation: "delete", mediaUUID: uuid }], errors: [], status: 200 }
  conclude(turn, { taskUUID, taskType, request: task, apiKey, reply, repliedAt: turn.now }, reply)
  return reply
}

const refusalOf = (outcome: Exclude<IntakeOutcome, { readonly _tag: "Taken" }>, parameter: IntakeKind): Rejection => {
  const name = capital(parameter)
  const about = { parameter, type: "string" }
  switch (outcome._tag) {
    case "Unreachable":
      return reject(400, `invalid${name}`, `'${parameter}' can't be fetched: ${outcome.reason}.`, about)
    case "TooLarge":
      return reject(413, "valueTooLarge", `'${parameter}' is larger than ${outcome.max} bytes.`, {
        ...about,
        max: outcome.max
      })
    case "Unsupported": {
      const { allowed, found } = outcome
      const what = found === undefined ? "a file of no known type" : `a file of type ${found}`
      return reject(400, `unsupported${name}`, `'${parameter}' is ${what}; taken are ${allowed.join(", ")}.`, {
        ...about,
        allowedValues: allowed
      })
    }
    case "Damaged":
      return reject(400, `invalid${name}`, `'${parameter}' can't be read: ${outcome.reason}.`, about)
  }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
