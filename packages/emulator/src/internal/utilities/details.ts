/** `getTaskDetails`: a task as it was sent, and what was last answered to its taskUUID, be it a refusal. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { Reply } from "../../State.ts"
import type { ArchivedAnswer } from "../../TaskRecord.ts"
import type { Sender } from "../sender.ts"
import { finishedContents } from "../tasks.ts"
import { lookup, type Turn } from "../turn.ts"
import { named, taskNotFound } from "./polls.ts"

/** Answers `getTaskDetails`. */
export const details = (turn: Turn, task: WireTask, { apiKey }: Sender): Reply => {
  const taskUUID = named(task)
  if (typeof taskUUID !== "string") return taskUUID
  const answers = [
    taskAnswer(turn, taskUUID),
    utilityAnswer(turn, taskUUID),
    lookup(turn.state.answers, taskUUID)
  ].filter((each) => each !== undefined && each.apiKey === apiKey)
  const [original] = answers
  // Of answers at the same time the archived one is the later: it was given because of the other.
  const last = answers.reduce(
    (one, other) => (one !== undefined && other !== undefined && other.at < one.at ? one : other),
    original
  )
  if (original === undefined || last === undefined) return taskNotFound(task)
  const { data, errors } = last.contents
  const response = errors.length === 0 ? { data } : data.length === 0 ? { errors } : { data, errors }
  const item = { taskType: "getTaskDetails", taskUUID, request: [original.request], response }
  return { data: [item], errors: [], status: 200 }
}

const taskAnswer = (turn: Turn, taskUUID: string): ArchivedAnswer | undefined => {
  const record = lookup(turn.state.tasks, taskUUID)
  if (record === undefined) return undefined
  const { acceptedAt, apiKey, generations, request } = record
  const completions = generations.map(({ completesAt }) => completesAt).filter((at) => at <= turn.now)
  return { apiKey, request, contents: finishedContents(record, turn.now), at: Math.max(acceptedAt, ...completions) }
}

const utilityAnswer = (turn: Turn, taskUUID: string): ArchivedAnswer | undefined => {
  const record = lookup(turn.state.utilities, taskUUID)
  if (record === undefined) return undefined
  const { apiKey, repliedAt: at, reply, request } = record
  return { apiKey, request, contents: { data: reply?.data ?? [], errors: reply?.errors ?? [] }, at }
}
