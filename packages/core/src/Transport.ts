/**
 * The one seam between the client and the wire. A transport carries tasks out and replies back; it neither retries nor
 * polls nor judges a reply. `RestTransport` and `WebSocketTransport` fulfil it, and so does any object literal in a test.
 *
 * @since 0.1.0
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Envelope } from "./Envelope.ts"
import { make as makeError, type RunwareError } from "./RunwareError.ts"
import type { Task } from "./Task.ts"
import type { TextChunk } from "./TextStream.ts"

/**
 * What the service said about one task. Errors of the task are data here; the effect fails only when no reply came.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reply extends Envelope {
  /** HTTP status, where there was one. */
  readonly statusCode?: number
  /** Milliseconds that the service asked to wait (`Retry-After`). */
  readonly retryAfter?: number
  /** When the request left, in milliseconds of the monotonic clock, where it had waited for company. */
  readonly askedAt?: number
  /** The error came without an address: it is likely to be this task's, and may be that of another one. */
  readonly isGuess?: boolean
}

/**
 * `idle` before the first call, `ready` when tasks can go out, `closed` for good (until `connect` is asked for again).
 * A transport without a connection is always `ready`.
 *
 * @since 0.1.0
 * @category models
 */
export type ConnectionStatus = "idle" | "connecting" | "authenticating" | "ready" | "reconnecting" | "closed"

/**
 * The service interface of a transport.
 *
 * - `exchange` sends one task and gives its reply once all items of it have come (`repliesOf`: one for an acknowledgement
 *   or a poll, N for a sync task of N generations), or an error, or an acknowledgement.
 * - `exchangeMany` sends several tasks in one array request; each has its own outcome.
 * - `stream` sends one task of delivery `stream` and gives its chunks as they come, by one request for each run of the
 *   stream. It ends when the service says that the text is complete, and fails with code `connection` when it does not.
 *   Ending it early closes the request.
 * - `pushed` listens, for as long as its scope is open, to what the service says of a task without being asked, and gives
 *   an effect that waits for the next of it. A transport on which nothing comes unasked leaves it out.
 * - `ready` waits until tasks can go out, opening the connection if need be; it fails once the transport is closed.
 * - `connect` is `ready` that also opens a closed transport anew; `disconnect` closes it. Without a connection all three
 *   are no-ops.
 *
 * Failures carry `submission`: `none` when nothing can have left, `unknown` otherwise. There is no deadline inside but
 * for connecting and authenticating, and for the silence in a stream: the caller bounds each exchange.
 *
 * @since 0.1.0
 * @category services
 */
export class Transport extends Context.Service<
  Transport,
  {
    readonly kind: "rest" | "websocket" | (string & {})
    readonly exchange: (task: Task) => Effect.Effect<Reply, RunwareError>
    readonly exchangeMany: (
      tasks: NonEmptyReadonlyArray<Task>
    ) => Effect.Effect<ReadonlyMap<string, Result.Result<Reply, RunwareError>>, RunwareError>
    readonly stream: (task: Task) => Stream.Stream<TextChunk, RunwareError>
    readonly pushed?: (taskUUID: string) => Effect.Effect<Effect.Effect<Reply>, never, Scope.Scope>
    readonly ready: Effect.Effect<void, RunwareError>
    readonly connect: Effect.Effect<void, RunwareError>
    readonly disconnect: Effect.Effect<void>
    readonly status: Effect.Effect<ConnectionStatus>
    /** The status now, then each change. */
    readonly statusChanges: Stream.Stream<ConnectionStatus>
  }
>()("@effect-runware/core/Transport") {}

/**
 * The `stream` of a transport that has none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const withoutStreams = ({ taskType, taskUUID }: Task): Stream.Stream<never, RunwareError> =>
  Stream.fail(
    makeError("unknown", {
      rawCode: "streamUnsupported",
      message: "This transport carries no text streams.",
      advice: "Use `run`, which gives the text as a whole.",
      taskType,
      taskUUID,
      submission: "none"
    })
  )
