/**
 * The exchanges that wait for a reply on a socket: opened before their frame is sent, settled by the frames that come,
 * or all at once when the link is lost.
 */
import * as Result from "effect/Result"
import { byTask, type Envelope } from "../Envelope.ts"
import type { RunwareError } from "../RunwareError.ts"
import { repliesOf, type Task } from "../Task.ts"
import type { Reply } from "../Transport.ts"
import { isAnswered, type Line, type Open, type Openings, receive, route } from "./routing.ts"

const empty: Envelope = { items: [], errors: [] }

export type Outcome = Result.Result<Reply, RunwareError>

/** Told of an outcome, and of the time at which it came. */
type Tell = (outcome: Outcome, now: number) => void

/** What a frame holds of the exchanges that left in it. */
export interface Frame {
  readonly exchanges: ReadonlyArray<Exchange>
  readonly sentAt: number
  /** Exchanges that still wait. */
  left: number
  answered: number
}

/**
 * One exchange, from its opening to its reply, or to its end without one, of which its owner is told. One that lasts is opened
 * again for each poll of its task: what many poll for would else fill the memory with what has been answered.
 */
export class Exchange implements Open {
  readonly task: Task
  readonly tell: Tell
  readonly isLasting: boolean
  /** The kind of line that it stands in. */
  readonly kind: string
  /** The task as it is sent, where that is known already. */
  json: string | undefined
  received = empty
  /** The frame that it left in. */
  frame: Frame | undefined
  order = 0
  /** Where it stands while it is open, between its neighbours. */
  line: Queue | undefined
  older: Exchange | undefined
  newer: Exchange | undefined

  constructor(task: Task, tell: Tell, isLasting = false) {
    this.task = task
    this.kind = kindOf(task)
    this.tell = tell
    this.isLasting = isLasting
  }

  /** Whether it waits for its reply. */
  get isOpen(): boolean {
    return this.line !== undefined
  }
}

/** Made once for many in a row. */
let last = { taskType: "", deliveryMethod: undefined as unknown, kind: "" }

const kindOf = ({ deliveryMethod, taskType }: Task): string => {
  if (last.taskType !== taskType || last.deliveryMethod !== deliveryMethod) {
    last = { taskType, deliveryMethod, kind: `${taskType} ${deliveryMethod}` }
  }
  return last.kind
}

/** Open exchanges of a kind. Linked, so that a long line costs those who come and go nothing, and leaves no garbage. */
class Queue implements Line<Exchange> {
  readonly kind: string
  readonly taskType: string
  readonly isSync: boolean
  size = 0
  oldest: Exchange | undefined
  newest: Exchange | undefined

  constructor(kind: string, { deliveryMethod, taskType }: Task) {
    this.kind = kind
    this.taskType = taskType
    this.isSync = deliveryMethod === "sync"
  }

  add(exchange: Exchange): void {
    exchange.line = this
    exchange.older = this.newest
    if (this.newest === undefined) this.oldest = exchange
    else this.newest.newer = exchange
    this.newest = exchange
    this.size++
  }

  remove(exchange: Exchange): void {
    const { newer, older } = exchange
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.newest = older
    else newer.older = older
    exchange.line = undefined
    exchange.older = undefined
    exchange.newer = undefined
    this.size--
  }
}

/** All exchanges of one session. */
export class Exchanges implements Openings<Exchange> {
  /** Those that are open, and those that last. */
  readonly #byTask = new Map<string, ReadonlyArray<Exchange>>()
  readonly #lines = new Map<string, Queue>()
  readonly #listeners = new Map<string, Set<(part: Envelope) => void>>()
  #opened = 0

  /** Opens an exchange; `close` must follow, whatever happens, and `forget` for one that lasts. */
  open(exchange: Exchange): void {
    const { taskUUID } = exchange.task
    const known = this.#byTask.get(taskUUID)
    if (known === undefined) this.#byTask.set(taskUUID, [exchange])
    else if (!known.includes(exchange)) this.#byTask.set(taskUUID, [...known, exchange])
    exchange.order = this.#opened++
    this.#lineOf(exchange).add(exchange)
  }

  /** Ends an exchange for whoever waited; what comes for it later is nobody's. */
  close(exchange: Exchange): void {
    const { line } = exchange
    if (line === undefined) return
    line.remove(exchange)
    // Types are what callers write: no more lines are kept than are needed.
    if (line.size === 0) this.#lines.delete(line.kind)
    exchange.received = empty
    if (!exchange.isLasting) this.forget(exchange)
  }

  /** Ends an exchange for good. */
  forget(exchange: Exchange): void {
    this.close(exchange)
    const { taskUUID } = exchange.task
    const others = this.#byTask.get(taskUUID)?.filter((one) => one !== exchange) ?? []
    if (others.length === 0) this.#byTask.delete(taskUUID)
    else this.#byTask.set(taskUUID, others)
  }

  /** Ends one exchange with an error. */
  fail(exchange: Exchange, error: RunwareError, now: number): void {
    this.#settle(exchange, Result.fail(error), now)
  }

  get(taskUUID: string): ReadonlyArray<Exchange> {
    const known = this.#byTask.get(taskUUID) ?? none
    // Nearly all are alone with their task, and open.
    const [first] = known
    return first === undefined || (known.length === 1 && first.isOpen) ? known : known.filter(({ isOpen }) => isOpen)
  }

  get lines(): Iterable<Line<Exchange>> {
    return this.#lines.values()
  }

  /** All that are open, oldest first. */
  get all(): ReadonlyArray<Exchange> {
    const all: Array<Exchange> = []
    for (const { oldest } of this.#lines.values()) {
      for (let one = oldest; one !== undefined; one = one.newer) all.push(one)
    }
    return all.toSorted((one, other) => one.order - other.order)
  }

  /** Tells of what comes about a task while no exchange waits for it, until the listening is stopped. */
  listen(taskUUID: string, listener: (part: Envelope) => void): () => void {
    const listeners = this.#listeners.get(taskUUID) ?? new Set()
    this.#listeners.set(taskUUID, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(taskUUID)
    }
  }

  /** Hands a frame to the exchanges it is for, else to those who listen, and gives back what nobody waited for. */
  deliver(frame: Envelope, now: number): Envelope {
    const { deliveries, lost } = route(frame, this)
    for (const { isGuess, part, to } of deliveries) {
      if (!to.isOpen) continue
      const received = receive(to.received, part)
      to.received = received
      const answersEmpty = part.items.length === 0 && part.errors.length === 0
      if (answersEmpty || isAnswered(received, repliesOf(to.task))) {
        this.#settle(to, Result.succeed(isGuess === true ? { ...received, isGuess } : received), now)
      }
    }
    return this.#listeners.size === 0 ? lost : this.#tell(lost)
  }

  /** Tells those who listen, and gives back what nobody listened to. */
  #tell(lost: Envelope): Envelope {
    const { tasks, unaddressed } = byTask(lost)
    const items = [...unaddressed.items]
    const errors = [...unaddressed.errors]
    for (const [taskUUID, part] of tasks) {
      const listeners = this.#listeners.get(taskUUID)
      listeners?.forEach((listener) => listener(part))
      if (listeners !== undefined) continue
      items.push(...part.items)
      errors.push(...part.errors)
    }
    return { items, errors }
  }

  /** Ends every open exchange with an error. */
  failAll(error: (task: Task) => RunwareError, now: number): void {
    // Only those of now: whoever is told may open another exchange at once.
    for (const exchange of this.all) this.fail(exchange, error(exchange.task), now)
  }

  #settle(exchange: Exchange, outcome: Outcome, now: number): void {
    if (!exchange.isOpen) return
    this.close(exchange)
    exchange.tell(outcome, now)
  }

  #lineOf({ kind, task }: Exchange): Queue {
    const known = this.#lines.get(kind)
    if (known !== undefined) return known
    const line = new Queue(kind, task)
    this.#lines.set(kind, line)
    return line
  }
}

const none: ReadonlyArray<never> = []
