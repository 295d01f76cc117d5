/** Tasks that are no inference: most answer at once, all are free. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { Reply } from "../../State.ts"
import { archive } from "../archive.ts"
import { refusal } from "../exchanges.ts"
import { addressed, reject, type Rejection } from "../rejection.ts"
import type { Sender } from "../sender.ts"
import type { Turn } from "../turn.ts"
import { manageAccount } from "./accountManagement.ts"
import { details } from "./details.ts"
import { storeMedia, uploadImage } from "./mediaStorage.ts"
import { inSchemaWords, searchModels } from "./modelSearch.ts"
import { uploadModel } from "./modelUpload.ts"
import { poll } from "./polls.ts"

/** Answers a utility; `undefined` when the answer comes later. */
type Utility = (turn: Turn, task: WireTask, sender: Sender) => Reply | undefined

const utilities: Readonly<Record<string, Utility>> = {
  getResponse: poll,
  getTaskDetails: details,
  mediaStorage: storeMedia,
  imageUpload: uploadImage,
  modelSearch: searchModels,
  modelUpload: uploadModel,
  accountManagement: manageAccount
}

/** Utilities whose answers are not worth keeping: they are about other tasks, or about the connection. */
const passing: ReadonlySet<string> = new Set(["ping", "authentication", "getResponse", "getTaskDetails"])

/** Utilities that remember their answers themselves, but for refusals. */
const remembering: ReadonlySet<string> = new Set(["mediaStorage", "imageUpload", "modelUpload"])

/** Answers a task that is no inference, and archives the answer; `undefined` when it comes later. */
export const answerUtility = (turn: Turn, task: WireTask, sender: Sender): Reply | undefined => {
  const reply = replyTo(turn, task, sender)
  const { taskType } = task
  if (reply === undefined || sender.dryRun || passing.has(taskType)) return reply
  if (!remembering.has(taskType) || reply.errors.length > 0) archive(turn, task, sender.apiKey, reply)
  return reply
}

/**
 * Answers a task that is no inference; `undefined` when the answer comes later. A dry run ends with the check: nothing is
 * looked up, kept or changed.
 */
const replyTo = (turn: Turn, original: WireTask, sender: Sender): Reply | undefined => {
  const task = original.taskType === "modelSearch" ? inSchemaWords(original) : original
  const { taskType, taskUUID } = task
  if (taskType === "authentication") {
    return refused(task, reject(400, "invalidTask", "Authentication must be the first task of a request."))
  }
  const [violation, ...more] = turn.catalog.violations(task)
  if (violation !== undefined) {
    const [first, ...others] = [violation, ...more].map((error) => addressed({ status: 400, error }, task))
    if (first !== undefined) return refusal(first, ...others)
  }
  if (taskType === "ping") {
    const pong = { taskType, pong: true, ...(taskUUID === undefined ? {} : { taskUUID }) }
    return { data: [pong], errors: [], status: 200 }
  }
  const utility = Object.hasOwn(utilities, taskType) ? utilities[taskType] : undefined
  if (utility === undefined) {
    const message = `There is no task type '${taskType}'.`
    return refused(task, reject(400, "unsupportedTaskType", message, { parameter: "taskType" }))
  }
  if (sender.dryRun) return { data: [{ taskType, taskUUID: taskUUID ?? "", cost: 0 }], errors: [], status: 200 }
  return utility(turn, task, sender)
}

const refused = (task: WireTask, rejection: Rejection): Reply => refusal(addressed(rejection, task))
