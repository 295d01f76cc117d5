/**
 * The results of a task as they gather: pure, fed with one reply after the other.
 */
import * as Envelope from "../Envelope.ts"
import type { WireError, WireItem } from "../Protocol.ts"
import type { Item, Progress, Task } from "../Task.ts"
import type { Reply } from "../Transport.ts"

/** What is known of a task's generations. */
export interface Collection {
  /** Generations to come; `undefined` where only the service knows. */
  readonly expected: number | undefined
  readonly items: ReadonlyArray<Item>
  readonly errors: ReadonlyArray<WireError>
  readonly percent: number | undefined
  readonly running: number
}

export const empty = (expected: number | undefined): Collection => ({
  expected,
  items: [],
  errors: [],
  percent: undefined,
  running: 0
})

/**
 * Adds a reply. Replies are cumulative, so errors and running generations are what the newest reply says; items are kept
 * by the id of their media, or by their place among the finished ones, and never get lost or doubled.
 */
export const add = (collection: Collection, reply: Reply, task: Pick<Task, "taskType" | "taskUUID">): Collection => {
  const items = new Map(collection.items.map((item, index) => [keyOf(item, index), item]))
  const done = reply.items.filter(Envelope.isDone)
  for (const [index, item] of done.entries()) {
    const key = keyOf(item, index)
    if (!items.has(key)) items.set(key, toItem(item, task))
  }
  const running = reply.items.filter(Envelope.isRunning)
  return {
    expected: collection.expected,
    items: [...items.values()],
    errors: reply.errors,
    percent: running.findLast((item) => typeof item.progress === "number")?.progress,
    running: running.length
  }
}

/**
 * Whether nothing more will come: all generations ended, or one failed and none is running, or none is running where the
 * number is unknown.
 */
export const isComplete = ({ errors, expected, items, running }: Collection): boolean =>
  items.length + errors.length >= (expected ?? Infinity) ||
  (running === 0 && (errors.length > 0 || (expected === undefined && items.length > 0)))

export type { Progress } from "../Task.ts"

export const progressOf = ({ errors, expected, items, percent, running }: Collection): Progress => ({
  completed: items.length + errors.length,
  expected: expected ?? items.length + errors.length + running,
  ...(percent === undefined ? {} : { percent })
})

const keyOf = (item: WireItem, index: number): string => Envelope.mediaId(item) ?? `#${index}`

/** The item without its lifecycle, so that sync and async delivery give the same. */
const toItem = (item: WireItem, { taskType, taskUUID }: Pick<Task, "taskType" | "taskUUID">): Item => {
  const { progress: _progress, status: _status, ...fields } = item
  return { ...fields, taskType: fields.taskType ?? taskType, taskUUID: fields.taskUUID ?? taskUUID }
}
