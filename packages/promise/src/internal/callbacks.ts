/**
 * A caller's callbacks, as what the core tells of a task on its way.
 */
import { log } from "@effect-runware/core/RunwareLogger"
import type { Item, TaskEvent } from "@effect-runware/core/Task"
import * as Effect from "effect/Effect"
import type { FailedItem, Progress } from "../Task.ts"

export interface Callbacks {
  readonly onResult?: ((item: Item | FailedItem) => unknown) | undefined
  readonly onProgress?: ((progress: Progress) => unknown) | undefined
}

/** Calls back for each event, in order. */
export const following = ({ onProgress, onResult }: Callbacks) => {
  const tellProgress = onProgress && calling("onProgress", onProgress)
  const tellResult = onResult && calling("onResult", onResult)
  return (event: TaskEvent): Effect.Effect<void> => {
    switch (event._tag) {
      case "Progress":
        return tellProgress?.({ taskUUID: event.taskUUID, ...event.progress }) ?? Effect.void
      case "Item":
        return tellResult?.(event.item) ?? Effect.void
      case "Failed":
        return tellResult?.(failedItem(event)) ?? Effect.void
      default:
        return Effect.void
    }
  }
}

const failedItem = ({ error, taskType, taskUUID }: TaskEvent & { readonly _tag: "Failed" }): FailedItem => ({
  taskType,
  taskUUID,
  status: "error",
  error
})

/** Calls back now, waits for nothing, and logs what is thrown or rejected. */
export const calling =
  <A>(name: string, callback: (value: A) => unknown) =>
  (value: A): Effect.Effect<void> =>
    Effect.tryPromise(async () => {
      await callback(value)
    }).pipe(
      Effect.catch(({ cause }) =>
        log("callback", `${name} failed`, () => ({ message: cause instanceof Error ? cause.message : String(cause) }))
      ),
      Effect.forkDetach({ startImmediately: true }),
      Effect.asVoid
    )
