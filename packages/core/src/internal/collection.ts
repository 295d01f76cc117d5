/**
 * The results of a task as they gather: pure, fed with one reply after the other.
 */
import * as Arr from "effect/Array"
import * as Result from "effect/Result"
import * as Envelope from "../Envelope.ts"
import type { WireError, WireItem } from "../Protocol.ts"
import type { Item, Progress, Task } from "../Task.ts"
import type { Reply } from "../Transport.ts"

/** What is known of a task's generations. */
export interface Collection {
  /** Generations to come; `undefined` where only the service knows. */
  readonly expected: number | undefined
  /** In the order in which they came. */
  readonly items: ReadonlyArray<Item>
  /** The same in the service's order, which is that of the generations. */
  readonly results: ReadonlyArray<Item>
  readonly errors: ReadonlyArray<WireError>
  /** The failures of generations, each once, in the order in which they came. */
  readonly failures: ReadonlyArray<WireError>
  /** How far the upload of a model is, in the service's words: each step once, in the order in which they came. */
  readonly steps: ReadonlyArray<Step>
  readonly percent: number | undefined
  readonly running: number
  /** Replies in a row that showed a failure, none running and nothing new. */
  readonly stalled: number
}

export const empty = (expected: number | undefined): Collection => (expected === 1 ? emptyOne : emptyOf(expected))

const emptyOf = (expected: number | undefined): Collection => ({
  expected,
  items: [],
  results: [],
  errors: [],
  failures: [],
  steps: [],
  percent: undefined,
  running: 0,
  stalled: 0
})

/** The upload of a model, whose status words are news. */
const isUpload = ({ taskType }: Pick<Task, "taskType">): boolean => taskType === "modelUpload"

/** Of most tasks, as long as they run. */
const emptyOne = emptyOf(1)

/**
 * Adds a reply. Replies are cumulative, so errors and running generations are what the newest reply says. Items never get
 * lost or doubled: each is known again by the id of its media, or, as text has none, by what it says; two generations may
 * say the same, so the reply that repeats it most often decides how many there are. Their place in the reply is no help: it
 * shifts when a generation before them fails. A reply without news gives the same collection; progress is news for those who
 * read it.
 */
export const add = (
  collection: Collection,
  reply: Reply,
  task: Pick<Task, "taskType" | "taskUUID">,
  isProgressRead = true
): Collection => {
  let running = 0
  let percent: number | undefined
  for (const item of reply.items) {
    if (!Envelope.isRunning(item)) continue
    running++
    if (typeof item.progress === "number") percent = item.progress
  }
  // What most polls say, again and again.
  return running === reply.items.length &&
    reply.errors.length + collection.errors.length === 0 &&
    running === collection.running &&
    (percent === collection.percent || !isProgressRead) &&
    !isUpload(task)
    ? collection
    : withReply(collection, reply, task, running, percent)
}

const withReply = (
  collection: Collection,
  reply: Reply,
  task: Pick<Task, "taskType" | "taskUUID">,
  running: number,
  percent: number | undefined
): Collection => {
  const { items, results } = gather(collection, reply.items.filter(Envelope.isDone), task)
  const isNew = items.length > collection.items.length
  return {
    expected: collection.expected,
    items,
    results,
    errors: reply.errors,
    failures: withNew(collection.failures, reply.errors.filter(isFailure)),
    steps: isUpload(task) ? withSteps(collection.steps, reply.items) : collection.steps,
    percent,
    running,
    stalled: reply.errors.length === 0 || running > 0 ? 0 : isNew ? 1 : collection.stalled + 1
  }
}

/** The items that are known with those of a reply; most replies have none, and cost nothing here. */
const gather = (
  { items: known, results }: Collection,
  told: ReadonlyArray<WireItem>,
  task: Pick<Task, "taskType" | "taskUUID">
): Pick<Collection, "items" | "results"> => {
  if (told.length === 0) return { items: known, results }
  if (told.length === 1 && known.length === 0) {
    const items = told.map((item) => toItem(item, task))
    return { items, results: items }
  }
  const items = keyed(known)
  const done = keyed(told.map((item) => toItem(item, task)))
  for (const [key, item] of done) {
    if (!items.has(key)) items.set(key, item)
  }
  const absent = keyed(results)
  for (const key of done.keys()) absent.delete(key)
  return {
    items: [...items.values()],
    results: [...done.keys(), ...absent.keys()].flatMap((key) => items.get(key) ?? [])
  }
}

/**
 * Whether nothing more will come: all generations ended, or none is running where the number is unknown. One error may
 * stand for all generations, or be a frame that came alone: it is believed to end the task when the next reply says the
 * same.
 */
export const isComplete = ({ errors, expected, items, running, stalled }: Collection): boolean =>
  items.length + errors.length >= (expected ?? Infinity) ||
  stalled > 1 ||
  (expected === undefined && running === 0 && errors.length === 0 && items.length > 0)

export type { Progress } from "../Task.ts"

export const progressOf = ({ errors, expected, items, percent, running }: Collection): Progress => ({
  completed: items.length + errors.length,
  expected: expected ?? items.length + errors.length + running,
  ...(percent === undefined ? {} : { percent })
})

/** One step of an upload. */
export interface Step {
  readonly status: string
  readonly message: string
}

/** Whether an error stands for a generation of the task, and not for the task as a whole. */
const isFailure = ({ status }: WireError): boolean => status === "error"

/**
 * Known failures with those that are new. Replies are cumulative, so that what a reply has more than is known is new: what
 * nobody has said yet, or, where generations fail alike, the last of them.
 */
export const withNew = (
  known: ReadonlyArray<WireError>,
  reported: ReadonlyArray<WireError>
): ReadonlyArray<WireError> => {
  const more = reported.length - known.length
  if (more <= 0) return known
  const said = new Set(known.map((one) => JSON.stringify(one)))
  const [unsaid, repeated] = Arr.partition(reported, (one) =>
    said.has(JSON.stringify(one)) ? Result.succeed(one) : Result.fail(one)
  )
  return [...known, ...[...repeated, ...unsaid].slice(-more)]
}

const withSteps = (known: ReadonlyArray<Step>, items: ReadonlyArray<WireItem>): ReadonlyArray<Step> => {
  const steps = [...known]
  for (const { message, status } of items) {
    if (status === undefined || steps.some((step) => step.status === status)) continue
    steps.push({ status, message: typeof message === "string" ? message : "" })
  }
  return steps
}

/** Items by what they are known again by: media once, anything else as often as it occurs. */
const keyed = (items: ReadonlyArray<Item>): Map<string, Item> => {
  const result = new Map<string, Item>()
  for (const item of items) {
    const id = Envelope.mediaId(item)
    if (id !== undefined) {
      if (!result.has(id)) result.set(id, item)
      continue
    }
    const content = contentOf(item)
    let occurrence = 0
    while (result.has(`${content}#${occurrence}`)) occurrence++
    result.set(`${content}#${occurrence}`, item)
  }
  return result
}

/** All that an item says but for its price, which may come later than its text. */
const contentOf = ({ cost: _cost, ...fields }: Item): string =>
  JSON.stringify(Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1)))

/**
 * The item without its lifecycle, so that sync and async delivery give the same. Any other word for done is the item's own:
 * an uploaded model is `ready`.
 */
const toItem = (item: WireItem, { taskType, taskUUID }: Pick<Task, "taskType" | "taskUUID">): Item => {
  const { progress: _, status, ...rest } = item
  const fields = status === undefined || status === "success" ? rest : { ...rest, status }
  return { ...fields, taskType: fields.taskType ?? taskType, taskUUID: fields.taskUUID ?? taskUUID }
}
