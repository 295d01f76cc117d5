/**
 * The one request behind a text stream: submitted by the purchase rule like any task, until it gives its first chunk.
 * After that nothing is sent again. Where the service turns out to have the task of a send that had no clear end, its text
 * can't be streamed any more, and is fetched as a whole.
 */
import * as Effect from "effect/Effect"
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Exit from "effect/Exit"
import * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { RunwareError } from "../../RunwareError.ts"
import { log } from "../../RunwareLogger.ts"
import { isPoll, type Task } from "../../Task.ts"
import type { TextChunk } from "../../TextStream.ts"
import type { Reply, Transport } from "../../Transport.ts"
import * as Call from "../call.ts"
import * as Following from "../following.ts"
import * as Submission from "../submission.ts"
import { exchanged } from "../telemetry.ts"
import type { Outlet } from "./sharing.ts"
import type { Tally } from "./tally.ts"
import { chunkOfItem } from "./wholeText.ts"

type Batch = NonEmptyReadonlyArray<TextChunk>

/** A stream that has begun. */
interface Begun {
  readonly first: Batch | undefined
  readonly rest: Effect.Effect<Batch | undefined, RunwareError>
}

/** Gives the chunks to an outlet as it wants them. */
export const run = (
  environment: Call.Environment,
  task: Task,
  account: Call.Account,
  tally: Tally,
  outlet: Outlet<TextChunk>
): Effect.Effect<void, RunwareError> =>
  Effect.gen(function* () {
    let begun: Begun | undefined
    const submission = yield* beginning(environment.transport, task, (stream) => {
      begun = stream
    })
    const reply = yield* Submission.submit({ ...environment, transport: submission }, task, account, false)
    const stream = opened(() => begun)
    if (stream === undefined) {
      const end = yield* Following.follow(environment, task, { reply, expected: 1 }, account, () => Effect.void)
      if (end.error !== undefined) return yield* end.error
      for (const item of end.results) give([chunkOfItem(item, task)], tally, outlet)
      return
    }
    yield* log("stream", "Began", () => Call.about(task))
    let batch = stream.first
    while (batch !== undefined) {
      give(batch, tally, outlet)
      yield* outlet.wanted
      batch = yield* stream.rest
    }
    yield* log("stream", "Ended", () => {
      const { cost, finishReason, usage } = tally.result()
      return { ...Call.about(task), finishReason, usage, cost }
    })
  }).pipe(
    Effect.tapError(({ code, message }) => log("stream", "Failed", () => ({ ...Call.about(task), code, message }))),
    Effect.scoped,
    Effect.ensuring(
      Effect.sync(() => {
        account.results = tally.part()
      })
    )
  )

const give = (batch: Batch, tally: Tally, outlet: Outlet<TextChunk>): void => {
  tally.add(batch)
  outlet.publish(batch)
}

// Assigned in a callback, which the compiler's view of a variable doesn't follow.
const opened = (begun: () => Begun | undefined): Begun | undefined => begun()

/** A transport whose exchange of the task is the beginning of its stream. Polls go where they always go. */
const beginning = (
  transport: Transport["Service"],
  task: Task,
  onBegun: (stream: Begun) => void
): Effect.Effect<Transport["Service"], never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const begin = Effect.gen(function* () {
      const attempt = yield* Scope.fork(scope)
      const pull = yield* Scope.provide(Stream.toPull(transport.stream(task)), attempt)
      const rest = Pull.catchDone(pull, () => Effect.undefined)
      const first = yield* Effect.onError(rest, () => Scope.close(attempt, Exit.void))
      onBegun({ first, rest })
      const { taskType, taskUUID } = task
      return { items: [{ taskType, taskUUID }], errors: [] } satisfies Reply
    })
    return {
      ...transport,
      ready: Effect.void,
      exchange: (one) =>
        isPoll(one) ? Effect.andThen(transport.ready, transport.exchange(one)) : exchanged(transport.kind, task, begin)
    }
  })
