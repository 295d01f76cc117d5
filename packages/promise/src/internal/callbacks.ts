/**
 * A caller's callbacks, as what the core tells of a task on its way.
 */
import { log } from "@effect-runware/core/RunwareLogger"
import type { Item, Progress, TaskEvent } from "@effect-runware/core/Task"
import * as Effect from "effect/Effect"

export interface Callbacks {
  readonly onResult?: ((item: Item) => unknown) | undefined
  readonly onProgress?: ((progress: Progress) => unknown) | undefined
}

/** Calls back for each event, in order. */
export const calling =
  ({ onProgress, onResult }: Callbacks) =>
  (event: TaskEvent): Effect.Effect<void> => {
    if (event._tag === "Progress" && onProgress !== undefined) return call("onProgress", onProgress, event.progress)
    if (event._tag === "Item" && onResult !== undefined) return call("onResult", onResult, event.item)
    return Effect.void
  }

/** Calls back now, waits for nothing, and logs what is thrown or rejected. */
const call = <A>(name: string, callback: (value: A) => unknown, value: A): Effect.Effect<void> =>
  Effect.tryPromise(async () => {
    await callback(value)
  }).pipe(
    Effect.catch(({ cause }) =>
      log("callback", `${name} failed`, () => ({ message: cause instanceof Error ? cause.message : String(cause) }))
    ),
    Effect.forkDetach({ startImmediately: true }),
    Effect.asVoid
  )
