/** Tasks that answer at once: polls, the archive, pings. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { Reply, TaskRecord } from "../State.ts"
import { refusal } from "./exchanges.ts"
import { addressed, reject, type Rejection } from "./rejection.ts"
import { finishedContents, pollReply } from "./tasks.ts"
import { lookup, type Turn } from "./turn.ts"

/** Who sent a task, and where its answer goes. */
export interface Sender {
  readonly apiKey: string
  readonly dryRun: boolean
  readonly exchange: string
  readonly slot: number
  readonly transport: "rest" | "websocket"
}

const notYet: ReadonlySet<string> = new Set([
  "modelSearch",
  "modelUpload",
  "imageUpload",
  "mediaStorage",
  "accountManagement"
])

const knownTypes: ReadonlySet<string> = new Set([...notYet, "getResponse", "getTaskDetails"])

/** Answers a task that is no inference. A dry run ends with the check: nothing is looked up, kept or changed. */
export const answerUtility = (turn: Turn, task: WireTask, sender: Sender): Reply => {
  const { taskType } = task
  const [violation, ...more] = turn.catalog.violations(task)
  if (violation !== undefined && taskType !== "authentication") {
    const [first, ...others] = [violation, ...more].map((error) => addressed({ status: 400, error }, task))
    if (first !== undefined) return refusal(first, ...others)
  }
  if (sender.dryRun && knownTypes.has(taskType)) {
    return { data: [{ taskType, taskUUID: task.taskUUID ?? "", cost: 0 }], errors: [], status: 200 }
  }
  switch (taskType) {
    case "ping": {
      const { taskUUID } = task
      const pong = { taskType, pong: true, ...(taskUUID === undefined ? {} : { taskUUID }) }
      return { data: [pong], errors: [], status: 200 }
    }
    case "authentication":
      return refused(task, reject(400, "invalidTask", "Authentication must be the first task of a request."))
    case "getResponse":
      return withRecord(turn, task, sender, (record) => pollReply(turn, record))
    case "getTaskDetails":
      return withRecord(turn, task, sender, (record) => details(turn, record))
    default:
      return refused(
        task,
        reject(
          400,
          "unsupportedTaskType",
          notYet.has(taskType)
            ? `The emulator does not offer ${taskType} yet.`
            : `There is no task type '${taskType}'.`,
          { parameter: "taskType" }
        )
      )
  }
}

const refused = (task: WireTask, rejection: Rejection): Reply => refusal(addressed(rejection, task))

const withRecord = (turn: Turn, task: WireTask, sender: Sender, reply: (record: TaskRecord) => Reply): Reply => {
  const { taskUUID } = task
  if (typeof taskUUID !== "string") {
    return refused(
      task,
      taskUUID === undefined
        ? reject(400, "missingTaskUUID", "Name the task by its taskUUID.", { parameter: "taskUUID", type: "string" })
        : reject(400, "invalidTaskUUID", "The taskUUID must be a string.", { parameter: "taskUUID", type: "string" })
    )
  }
  const record = lookup(turn.state.tasks, taskUUID)
  if (record !== undefined && record.apiKey === sender.apiKey) return reply(record)
  const { unknownTask } = turn.state.switches
  const empty = unknownTask === "empty" || (unknownTask === "auto" && sender.transport === "rest")
  return empty && task.taskType === "getResponse"
    ? { data: [], errors: [], status: 200 }
    : refused(task, reject(404, "taskNotFound", "No task with this taskUUID is known, or its results have expired."))
}

const details = (turn: Turn, record: TaskRecord): Reply => {
  const { data, errors } = finishedContents(record, turn.now)
  const response = data.length === 0 && errors.length > 0 ? { errors } : errors.length > 0 ? { data, errors } : { data }
  const item = { taskType: "getTaskDetails", taskUUID: record.taskUUID, request: [record.request], response }
  return { data: [item], errors: [], status: 200 }
}
