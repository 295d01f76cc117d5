/**
 * Which exchange a reply belongs to. Pure: the session and the REST transport perform what is decided here.
 */
import * as Result from "effect/Result"
import * as Envelope from "../Envelope.ts"
import type { WireError, WireItem } from "../Protocol.ts"
import type { RunwareError } from "../RunwareError.ts"
import { isPing, isPoll, type Task } from "../Task.ts"
import type { Reply } from "../Transport.ts"

/** An exchange that waits for its reply, and what has come so far. */
export interface Open {
  readonly task: Task
  readonly received: Envelope.Envelope
  /** How many were opened before it. */
  readonly order: number
}

/** Open exchanges of one task type and one delivery. */
export interface Line<O extends Open> {
  readonly taskType: string
  readonly isSync: boolean
  readonly size: number
  readonly oldest: O | undefined
  readonly newest: O | undefined
}

/** All open exchanges, found without looking through them: there may be thousands. */
export interface Openings<O extends Open> {
  /** Those of a task, oldest first. */
  readonly get: (taskUUID: string) => ReadonlyArray<O>
  readonly lines: Iterable<Line<O>>
}

/** A part of a frame and the exchange it is for. */
export interface Delivery<O extends Open> {
  readonly to: O
  readonly part: Envelope.Envelope
  /** The part had no address. */
  readonly isGuess?: true
}

/** Where the parts of a frame go; `lost` is what nobody waits for. */
export interface Routed<O extends Open> {
  readonly deliveries: ReadonlyArray<Delivery<O>>
  readonly lost: Envelope.Envelope
}

/**
 * Routes one frame among the open exchanges, oldest first.
 *
 * - By `taskUUID` where there is one. A conflict concerns the newest submission of that UUID only: the older one is what
 *   it conflicts with. That a task is not known concerns polls only: it may be a late answer about one just submitted.
 * - An error without address goes to the one exchange of its task type, else to the newest submission of that type. Only
 *   an error that names no type either goes to the newest submission of all; what fits nobody harms nobody.
 * - A pong, which has no address, answers the oldest ping.
 * - A frame with nothing in it answers the oldest acknowledgement or poll that is due: a sync result can't be empty.
 */
export const route = <O extends Open>(frame: Envelope.Envelope, open: Openings<O>): Routed<O> => {
  if (frame.items.length === 0 && frame.errors.length === 0) {
    const due = oldestOf(open, ({ isSync }) => !isSync)
    return { deliveries: due === undefined ? [] : [{ to: due, part: frame }], lost: frame }
  }
  const [only] = frame.items
  if (only?.taskUUID !== undefined && only.taskUUID !== "" && frame.items.length + frame.errors.length === 1) {
    const exchanges = open.get(only.taskUUID)
    return { deliveries: exchanges.map((to) => ({ to, part: frame })), lost: exchanges.length === 0 ? frame : nothing }
  }
  const deliveries: Array<Delivery<O>> = []
  const lost: { items: Array<WireItem>; errors: Array<WireError> } = { items: [], errors: [] }
  const { tasks, unaddressed } = Envelope.byTask(frame)
  for (const [taskUUID, part] of tasks) {
    const exchanges = addressees(part, open.get(taskUUID))
    if (exchanges.length === 0) {
      lost.items.push(...part.items)
      lost.errors.push(...part.errors)
    }
    for (const to of exchanges) deliveries.push({ to, part })
  }
  for (const item of unaddressed.items) {
    const ping = isPing(item) ? oldestOf(open, isPing) : undefined
    if (ping === undefined) lost.items.push(item)
    else deliveries.push({ to: ping, part: { items: [item], errors: [] } })
  }
  for (const error of unaddressed.errors) {
    const to = guess(error, open)
    if (to === undefined) lost.errors.push(error)
    else deliveries.push({ to, part: { items: [], errors: [error] }, isGuess: true })
  }
  return { deliveries, lost }
}

const addressees = <O extends Open>(part: Envelope.Envelope, exchanges: ReadonlyArray<O>): ReadonlyArray<O> => {
  if (part.errors.length === 0) return exchanges
  const says = (code: string): boolean => part.errors.some((error) => error.code === code)
  if (says("conflictTaskUUID")) return exchanges.filter(isSubmission).slice(-1)
  return says("taskNotFound") ? exchanges.filter((exchange) => !isSubmission(exchange)) : exchanges
}

const guess = <O extends Open>({ taskType }: WireError, open: Openings<O>): O | undefined => {
  let only: O | undefined
  let size = 0
  let newest: O | undefined
  for (const line of open.lines) {
    if (taskType !== undefined && line.taskType !== taskType) continue
    size += line.size
    only = line.newest ?? only
    if (line.newest !== undefined && isSubmission(line.newest) && line.newest.order >= (newest?.order ?? 0)) {
      newest = line.newest
    }
  }
  return taskType !== undefined && size === 1 ? only : newest
}

const oldestOf = <O extends Open>(open: Openings<O>, isOne: (line: Line<O>) => boolean): O | undefined => {
  let found: O | undefined
  for (const line of open.lines) {
    const { oldest } = line
    if (oldest !== undefined && isOne(line) && oldest.order <= (found?.order ?? Infinity)) found = oldest
  }
  return found
}

/** What asks about another task is no submission of it. */
const isSubmission = ({ task }: Open): boolean => !isPoll(task) && task.taskType !== "getTaskDetails"

/** What an exchange has after a delivery; a result that comes twice (replay after a reconnect) counts once. */
export const receive = (received: Envelope.Envelope, part: Envelope.Envelope): Envelope.Envelope => {
  // All of a reply, in one part with one item at most: nothing can come twice.
  if (received.items.length + received.errors.length === 0 && part.items.length < 2) return part
  const seen = new Set(received.items.map(Envelope.mediaId).filter((id) => id !== undefined))
  return {
    items: [
      ...received.items,
      ...part.items.filter((item) => {
        const id = Envelope.mediaId(item)
        const isNew = id === undefined || !seen.has(id)
        if (id !== undefined) seen.add(id)
        return isNew
      })
    ],
    errors: [...received.errors, ...part.errors]
  }
}

/** Whether an exchange has its reply: enough items, any error, or an acknowledgement in place of results. */
export const isAnswered = (received: Envelope.Envelope, expect: number): boolean =>
  received.items.length >= expect || received.errors.length > 0 || received.items.some(Envelope.isAcknowledgement)

/**
 * The replies of one body to the tasks of one request. What has no address belongs to the task of a request that has but
 * one; among several, an error concerns every task without a reply, and an item, which only one can own, none.
 */
export const shareOut = (
  reply: Reply,
  tasks: ReadonlyArray<Task>
): ReadonlyMap<string, Result.Result<Reply, RunwareError>> => {
  const { tasks: addressed, unaddressed } = Envelope.byTask(reply)
  return new Map(
    tasks.map((task) => {
      const own = addressed.get(task.taskUUID)
      const part =
        tasks.length === 1 ? join(own ?? nothing, unaddressed) : (own ?? { ...nothing, errors: unaddressed.errors })
      return [task.taskUUID, Result.succeed({ ...reply, ...part })]
    })
  )
}

const nothing: Envelope.Envelope = { items: [], errors: [] }

const join = (one: Envelope.Envelope, other: Envelope.Envelope): Envelope.Envelope => ({
  items: [...one.items, ...other.items],
  errors: [...one.errors, ...other.errors]
})
