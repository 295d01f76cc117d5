/** `getTaskDetails`: a task as it was sent, and what was answered. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { Reply } from "../../State.ts"
import type { Contents } from "../envelope.ts"
import type { Sender } from "../sender.ts"
import { finishedContents } from "../tasks.ts"
import { lookup, type Turn } from "../turn.ts"
import { named, taskNotFound } from "./polls.ts"

/** Answers `getTaskDetails`. */
export const details = (turn: Turn, task: WireTask, { apiKey }: Sender): Reply => {
  const taskUUID = named(task)
  if (typeof taskUUID !== "string") return taskUUID
  const record = lookup(turn.state.tasks, taskUUID)
  if (record !== undefined && record.apiKey === apiKey) {
    return found(taskUUID, record.request, finishedContents(record, turn.now))
  }
  const utility = lookup(turn.state.utilities, taskUUID)
  return utility !== undefined && utility.apiKey === apiKey
    ? found(taskUUID, utility.request, utility.reply ?? { data: [], errors: [] })
    : taskNotFound(task)
}

const found = (taskUUID: string, request: WireTask, { data, errors }: Contents): Reply => {
  const response = data.length === 0 && errors.length > 0 ? { errors } : errors.length > 0 ? { data, errors } : { data }
  return { data: [{ taskType: "getTaskDetails", taskUUID, request: [request], response }], errors: [], status: 200 }
}
