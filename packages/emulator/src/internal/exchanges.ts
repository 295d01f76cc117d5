/**
 * Requests and their replies. A request holds several tasks; some are answered at once, some when their results are
 * there. Over HTTP one body answers them all; on a session each may come in a frame of its own.
 */
import type { Exchange, Reply } from "../State.ts"
import { envelope, type Contents } from "./envelope.ts"
import { reject, type Rejection } from "./rejection.ts"
import { deliver } from "./delivery.ts"
import { drop, lookup, put, type Turn } from "./turn.ts"

/** The reply that refuses a task. */
export const refusal = (...rejections: readonly [Rejection, ...ReadonlyArray<Rejection>]): Reply => ({
  data: [],
  errors: rejections.map(({ error }) => error),
  status: rejections[0].status
})

/** Starts a request of so many tasks. */
export const begin = (turn: Turn, id: string, origin: Exchange["origin"], tasks: number): void =>
  put(turn, "exchanges", id, { origin, replies: Array.from({ length: tasks }, () => undefined) })

/**
 * Answers one task of a request, and the whole request with it when it was the last. `told` says that the client got
 * the contents before, item by item.
 */
export const answer = (turn: Turn, id: string, slot: number, reply: Reply, told = false): void => {
  const exchange = lookup(turn.state.exchanges, id)
  if (exchange === undefined) return
  const replies = exchange.replies.with(slot, reply)
  const { origin } = exchange
  const complete = replies.every((each) => each !== undefined)
  if (complete) drop(turn, "exchanges", id)
  else put(turn, "exchanges", id, { origin, replies })

  if (origin._tag === "Http") {
    if (complete) respond(turn, origin.requestId, replies, origin.stream !== undefined)
  } else if (turn.state.switches.grouping === "batched") {
    if (complete) frame(turn, origin.sessionUUID, combine(replies))
  } else if (!told) {
    frame(turn, origin.sessionUUID, reply)
  }
}

/** The session that a request came on; none for HTTP. */
export const sessionOf = (turn: Turn, id: string): string | undefined => {
  const origin = lookup(turn.state.exchanges, id)?.origin
  return origin?._tag === "Session" ? origin.sessionUUID : undefined
}

/** Sends a session what no request waits for any more. */
export const push = (turn: Turn, sessionUUID: string, contents: Contents): void => frame(turn, sessionUUID, contents)

/** Tells the client of an unfinished task about one item, where items travel one by one. */
export const announce = (turn: Turn, id: string, contents: Contents): boolean => {
  const origin = lookup(turn.state.exchanges, id)?.origin
  if (origin?._tag !== "Session" || turn.state.switches.grouping !== "perItem") return false
  frame(turn, origin.sessionUUID, contents)
  return true
}

/** Refuses a whole HTTP request. */
export const respondRefused = (turn: Turn, requestId: string, rejection: Rejection): void =>
  respond(turn, requestId, [refusal(rejection)])

/** What is wrong with the array of tasks as such, if anything. */
export const arrayRejection = (tasks: unknown, maximum: number): Rejection | undefined => {
  if (!Array.isArray(tasks)) {
    return reject(400, "invalidRequest", "The request must be a JSON array of tasks.", { type: "array" })
  }
  if (tasks.length === 0) return reject(400, "arrayTooSmall", "The request holds no task.", { min: 1 })
  return tasks.length > maximum
    ? reject(400, "arrayTooLarge", `The request holds ${tasks.length} tasks; ${maximum} are allowed.`, { max: maximum })
    : undefined
}

const combine = (replies: ReadonlyArray<Reply | undefined>): Contents => ({
  data: replies.flatMap((reply) => reply?.data ?? []),
  errors: replies.flatMap((reply) => reply?.errors ?? [])
})

const frame = (turn: Turn, sessionUUID: string, contents: Contents): void =>
  deliver(turn, sessionUUID, envelope(contents, turn.state.switches, false))

const respond = (turn: Turn, requestId: string, replies: ReadonlyArray<Reply | undefined>, forStream = false): void => {
  const anyAccepted = replies.length === 0 || replies.some((reply) => reply?.status === 200)
  const status = anyAccepted ? 200 : (replies[0]?.status ?? 200)
  const { switches } = turn.state
  const form = forStream && switches.errorEnvelope === "auto" ? "E4" : switches.errorEnvelope
  const payload = envelope(combine(replies), { ...switches, errorEnvelope: form }, status === 400)
  const retryAfter = status === 429 ? replies[0]?.errors[0]?.["retryAfter"] : undefined
  const headers = retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }
  turn.events.push({ _tag: "HttpReply", requestId, status, ...headers, payload })
}
