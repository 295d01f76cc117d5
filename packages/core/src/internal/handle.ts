/**
 * Handles: a task as plain JSON, and the task behind what comes back from a database or a queue.
 */
import * as Effect from "effect/Effect"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { generationsOf, type Task, type TaskHandle, taskUUID } from "../Task.ts"
import { describe } from "./describe.ts"

export const toHandle = (task: Task, submittedAt: number): TaskHandle => ({
  taskUUID: task.taskUUID,
  taskType: task.taskType,
  ...(task.model === undefined ? {} : { model: task.model }),
  numberResults: generationsOf(task),
  submittedAt: new Date(submittedAt).toISOString()
})

/** The task behind a handle. A bare UUID doesn't say how many results there are: only the service knows. */
export const fromHandle = Effect.fnUntraced(function* (
  handle: unknown
): Effect.fn.Return<
  { readonly task: Task; readonly expected: number | undefined; readonly submittedAt: number | undefined },
  RunwareError
> {
  const fields: Readonly<Record<string, unknown>> =
    typeof handle === "object" && handle !== null ? { ...handle } : { taskUUID: handle }
  const { model, numberResults: expected, taskType } = fields
  if (expected !== undefined && !(typeof expected === "number" && Number.isInteger(expected) && expected >= 1)) {
    return yield* makeError("validation", {
      rawCode: "invalidNumberResults",
      message: `numberResults of a handle must be a whole number, 1 or more, got ${describe(expected)}.`,
      parameter: "numberResults",
      submission: "none"
    })
  }
  const task: Task = {
    taskType: typeof taskType === "string" ? taskType : "getResponse",
    taskUUID: yield* taskUUID(fields["taskUUID"]),
    ...(typeof model === "string" ? { model } : {})
  }
  const submittedAt = typeof fields["submittedAt"] === "string" ? Date.parse(fields["submittedAt"]) : Number.NaN
  return { task, expected, submittedAt: Number.isNaN(submittedAt) ? undefined : submittedAt }
})
