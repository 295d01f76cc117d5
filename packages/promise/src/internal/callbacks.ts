/**
 * Runs a task for a caller who wants to hear of it on the way.
 */
import type { CallOptions, Runware } from "@effect-runware/core/Runware"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { log } from "@effect-runware/core/RunwareLogger"
import type { Item, Progress, TaskEvent, TaskParams } from "@effect-runware/core/Task"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export interface Callbacks {
  readonly onResult?: ((item: Item) => unknown) | undefined
  readonly onProgress?: ((progress: Progress) => unknown) | undefined
}

/** Runs a task and calls back for each event, in order and before the end. */
export const runWith = (
  runware: Runware["Service"],
  params: TaskParams,
  options: CallOptions,
  { onProgress, onResult }: Callbacks
): Effect.Effect<ReadonlyArray<Item>, RunwareError> => {
  let results: ReadonlyArray<Item> = []
  const hear = (event: TaskEvent): Effect.Effect<void> => {
    switch (event._tag) {
      case "Accepted":
        return Effect.void
      case "Progress":
        return onProgress === undefined ? Effect.void : call("onProgress", onProgress, event.progress)
      case "Item":
        return onResult === undefined ? Effect.void : call("onResult", onResult, event.item)
      case "Done":
        results = event.results
        return Effect.void
    }
  }
  return Effect.map(Stream.runForEach(runware.events(params, options), hear), () => results)
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
