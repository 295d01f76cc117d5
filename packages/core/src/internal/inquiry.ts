/**
 * Questions that are asked once: where a task stands, and whether the service is there.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { fromSettings } from "../Retry.ts"
import type { RunwareError } from "../RunwareError.ts"
import type { Task, TaskState } from "../Task.ts"
import type { Reply } from "../Transport.ts"
import * as Collection from "./collection.ts"
import { within } from "./deadline.ts"
import { judgePoll, replyError } from "./judgement.ts"
import { type Environment, type Account, poll, unknownTask } from "./call.ts"
import { endOf } from "./following.ts"

/** The state of a task as a poll tells it; only a poll without an answer is made again. */
export const look = ({ settings, transport }: Environment, task: Task, account: Account) =>
  Effect.suspend(() => {
    account.attempts++
    return Effect.result(poll(transport, task, settings.pollReplyTimeout, account))
  }).pipe(
    Effect.flatMap((outcome): Effect.Effect<Result.Result<TaskState, RunwareError>, RunwareError> => {
      const polled = judgePoll(outcome, task, true, unknownTask)
      if (polled._tag === "State") return Effect.succeed(Result.succeed(stateOf(polled.reply, task)))
      if (polled._tag === "Final") return Effect.succeed(Result.fail(polled.error))
      return Effect.fail(polled.error ?? unknownTask(task))
    }),
    // Of a task that nobody knows a second question would learn nothing.
    Effect.retry({ while: (error) => error.retryable, schedule: fromSettings(settings) }),
    Effect.flatMap(Effect.fromResult)
  )

const stateOf = (reply: Reply, task: Task): TaskState => {
  const { percent, results, running } = Collection.add(Collection.empty(undefined), reply, task)
  const { failures } = endOf(results, reply, task)
  return {
    taskUUID: task.taskUUID,
    status:
      running > 0 || (results.length === 0 && failures.length === 0)
        ? "processing"
        : failures.length > 0
          ? "error"
          : "success",
    results,
    errors: failures,
    running,
    ...(percent === undefined ? {} : { percent })
  }
}

/** One ping and its pong. */
export const ping = ({ settings, transport }: Environment, task: Task): Effect.Effect<void, RunwareError> =>
  transport.exchange(task).pipe(
    within(settings.pongTimeout, "the answer to a ping", "pongTimeout"),
    Effect.flatMap((reply) => {
      const error = replyError(reply, task)
      return error === undefined ? Effect.void : Effect.fail(error)
    })
  )
