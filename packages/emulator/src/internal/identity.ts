/** taskUUIDs: which form they have, and which of them are taken. */
import type { WireTask } from "@effect-runware/core/Protocol"
import { reject, type Rejection } from "./rejection.ts"
import { lookup, type Turn } from "./turn.ts"

const versionFour = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i
const about = { parameter: "taskUUID", type: "string" }

/** The taskUUID of a task, if it has one as it must be. */
export const wellFormed = ({ taskUUID }: WireTask): string | Rejection => {
  if (taskUUID === undefined) return reject(400, "missingTaskUUID", "The task has no taskUUID.", about)
  return typeof taskUUID === "string" && versionFour.test(taskUUID)
    ? taskUUID
    : reject(400, "invalidTaskUUID", "The taskUUID must be a UUID of version 4.", about)
}

/** The taskUUID under which a task may leave something behind: one that no task has taken. */
export const identify = (turn: Turn, task: WireTask): string | Rejection => {
  const taskUUID = wellFormed(task)
  if (typeof taskUUID !== "string") return taskUUID
  const { tasks, utilities } = turn.state
  return lookup(tasks, taskUUID) === undefined && lookup(utilities, taskUUID) === undefined
    ? taskUUID
    : reject(400, "conflictTaskUUID", "A task with this taskUUID was submitted before.", about)
}
