/**
 * A text stream as an operation: prepared like any call, sent by its first reader, shared by all.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RunwareError } from "../../RunwareError.ts"
import type { Task } from "../../Task.ts"
import type { TextChunk, TextStream } from "../../TextStream.ts"
import * as Call from "../call.ts"
import type { Parts } from "../operations.ts"
import type { Given } from "../preparation.ts"
import { observed, preparing } from "../telemetry.ts"
import { traced } from "../tracing.ts"
import { checkStream, forStream, streamChoicesOf } from "./asking.ts"
import * as TextHandle from "./handle.ts"
import * as Sharing from "./sharing.ts"
import * as Tally from "./tally.ts"
import * as Upstream from "./upstream.ts"

export { open } from "./request.ts"

/** What the operations of a client do with each call, streams among them. */
export interface Steps {
  readonly parts: Parts & Call.Environment
  readonly logged: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly bounded: (
    account: Call.Account,
    timeout: Duration.Duration
  ) => <A>(effect: Effect.Effect<A, RunwareError>) => Effect.Effect<A, RunwareError>
  readonly ready: (
    given: Given,
    account: Call.Account,
    choices: { readonly validate: boolean },
    deliveryMethod: "stream"
  ) => Effect.Effect<Task, RunwareError>
}

/** Prepares a text stream; its first reader sends it. */
export const textStream = Effect.fnUntraced(function* (
  { bounded, logged, parts, ready }: Steps,
  given: Given,
  options: object | undefined
): Effect.fn.Return<TextStream, RunwareError, Scope.Scope> {
  const { pacer, registry, settings } = parts
  const before = Call.begin(yield* Clock.currentTimeMillis)
  const [took, { replay, task, timeout }] = yield* Effect.fromResult(streamChoicesOf(settings, options)).pipe(
    Effect.flatMap((choices) =>
      forStream(given, registry).pipe(
        Effect.flatMap((asked) => ready(asked, before, choices, "stream")),
        Effect.tap(checkStream),
        Effect.map((task) => ({ ...choices, task })),
        bounded(before, choices.timeout)
      )
    ),
    preparing("Runware.stream", before),
    Effect.timed,
    logged
  )
  const tally = Tally.make(task)
  // The time between the preparation and the first reader is the caller's own.
  const upstream = (outlet: Sharing.Outlet<TextChunk>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const account = { ...before, startedAt: now - Duration.toMillis(took) }
      return pacer
        .inFlight(Upstream.run(parts, task, account, tally, outlet))
        .pipe(bounded(account, Duration.subtract(timeout, took)), observed(account), traced("Runware.stream"), logged)
    })
  const shared = yield* Sharing.make({
    upstream,
    capacity: settings.streamBuffer,
    replay,
    onLost: () => TextHandle.lost(task, settings),
    onAbandoned: () => TextHandle.abandoned(task, tally)
  })
  return TextHandle.make(task, shared, tally)
})
