/** `getResponse`: what a task has come to so far. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { Reply } from "../../State.ts"
import type { UtilityRecord } from "../../TaskRecord.ts"
import { refusal } from "../exchanges.ts"
import { addressed, reject } from "../rejection.ts"
import type { Sender } from "../sender.ts"
import { pollReply } from "../tasks.ts"
import { lookup, type Turn } from "../turn.ts"

/** Answers `getResponse`. */
export const poll = (turn: Turn, task: WireTask, { apiKey, transport }: Sender): Reply => {
  const taskUUID = named(task)
  if (typeof taskUUID !== "string") return taskUUID
  const record = lookup(turn.state.tasks, taskUUID)
  if (record !== undefined && record.apiKey === apiKey) return pollReply(turn, record)
  const utility = lookup(turn.state.utilities, taskUUID)
  if (utility !== undefined && utility.apiKey === apiKey) return utilityReply(utility)
  const { unknownTask } = turn.state.switches
  const empty = unknownTask === "empty" || (unknownTask === "auto" && transport === "rest")
  return empty ? { data: [], errors: [], status: 200 } : taskNotFound(task)
}

/** The task that a task is about, or the refusal of one that names none. */
export const named = (task: WireTask): string | Reply => {
  const { taskUUID } = task
  if (typeof taskUUID === "string") return taskUUID
  const about = { parameter: "taskUUID", type: "string" }
  const rejection =
    taskUUID === undefined
      ? reject(400, "missingTaskUUID", "Name the task by its taskUUID.", about)
      : reject(400, "invalidTaskUUID", "The taskUUID must be a string.", about)
  return refusal(addressed(rejection, task))
}

/** Nobody knows the task. */
export const taskNotFound = (task: WireTask): Reply =>
  refusal(
    addressed(reject(404, "taskNotFound", "No task with this taskUUID is known, or its results have expired."), task)
  )

const utilityReply = ({ reply, taskType, taskUUID }: UtilityRecord): Reply => {
  if (reply === undefined) return { data: [{ taskType, taskUUID, status: "processing" }], errors: [], status: 200 }
  return {
    data: reply.data.map((item) => ({ status: "success", ...item })),
    errors: reply.errors.map((error) => ({ ...error, status: "error" as const })),
    status: 200
  }
}
