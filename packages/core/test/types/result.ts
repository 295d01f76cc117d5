import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { RunwareError } from "../../src/RunwareError.ts"
import type { Runware } from "../../src/Runware.ts"
import type { TaskEvent } from "../../src/Task.ts"

/** One result of a call. */
export type ResultOf<Call> =
  Call extends Effect.Effect<ReadonlyArray<infer A>, RunwareError, Runware>
    ? A
    : Call extends Stream.Stream<TaskEvent<infer A>, RunwareError, Runware>
      ? A
      : never
