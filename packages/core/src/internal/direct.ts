/**
 * The direct way through a transport of ours: by callbacks, without a fiber for each exchange and each poll. It belongs to the
 * `exchange` that it does the work of, so that a transport that somebody decorates has none, and each exchange is seen.
 */
import type * as Result from "effect/Result"
import type { RunwareError } from "../RunwareError.ts"
import type { Task, TaskUUID } from "../Task.ts"
import type { Reply, Transport } from "../Transport.ts"

type Outcome = Result.Result<Reply, RunwareError>

/** A task that is asked for until enough was heard. Times are milliseconds of the monotonic clock. Nothing here may throw. */
export interface Question {
  readonly taskUUID: TaskUUID
  /** When to ask first. */
  readonly due: number
  /** Told of each poll as it leaves. */
  readonly asked: () => void
  /** Told of its reply, or of its loss; says when to ask again, or ends the asking with `undefined`. */
  readonly answered: (outcome: Outcome, askedAt: number, now: number) => number | undefined
}

export interface Direct {
  /** Whether the transport is `ready`. */
  readonly isReady: () => boolean
  /** `exchange` once the transport is `ready`: tells the outcome, at once or later, and gives the way to leave before that. */
  readonly post: (task: Task, tell: (outcome: Outcome) => void) => () => void
  /** Polls for a task in rounds with others until the question has its answer, and gives the way to end that before. */
  readonly ask: (question: Question) => () => void
}

type Exchange = Transport["Service"]["exchange"]

const ways = new WeakMap<Exchange, Direct>()

export const withDirect = (exchange: Exchange, direct: Direct): Exchange => {
  ways.set(exchange, direct)
  return exchange
}

export const directOf = ({ exchange }: Pick<Transport["Service"], "exchange">): Direct | undefined => ways.get(exchange)
