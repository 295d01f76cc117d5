/**
 * The exchanges that wait for a reply on a socket: opened before their frame is sent, settled by the frames that come,
 * or all at once when the link is lost.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { byTask, type Envelope } from "../Envelope.ts"
import type { RunwareError } from "../RunwareError.ts"
import { repliesOf, type Task } from "../Task.ts"
import type { Reply } from "../Transport.ts"
import { isAnswered, type Open, receive, route } from "./routing.ts"

const empty: Envelope = { items: [], errors: [] }

type Outcome = Result.Result<Reply, RunwareError>

/** One exchange, from its opening to its reply, or to its end without one. One waits for it, or is told. */
export class Exchange implements Open {
  received = empty
  readonly task: Task
  #tell: ((outcome: Outcome) => void) | undefined
  #outcome: Outcome | undefined

  constructor(task: Task, tell?: (outcome: Outcome) => void) {
    this.task = task
    this.#tell = tell
  }

  get reply(): Effect.Effect<Reply, RunwareError> {
    return Effect.callback((resume) => {
      this.#tell = (outcome) => resume(Effect.fromResult(outcome))
      if (this.#outcome !== undefined) this.#tell(this.#outcome)
    })
  }

  /** Whether a reply, or the end of its link, has ended it. */
  get isSettled(): boolean {
    return this.#outcome !== undefined
  }

  settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    this.#tell?.(outcome)
  }
}

/** All open exchanges of one session. */
export class Exchanges {
  readonly #byTask = new Map<string, Array<Exchange>>()
  readonly #all = new Set<Exchange>()
  readonly #listeners = new Map<string, Set<(part: Envelope) => void>>()

  /** Opens an exchange; `close` must follow, whatever happens. */
  open(task: Task, tell?: (outcome: Outcome) => void): Exchange {
    const exchange = new Exchange(task, tell)
    const siblings = this.#byTask.get(task.taskUUID)
    if (siblings === undefined) this.#byTask.set(task.taskUUID, [exchange])
    else siblings.push(exchange)
    this.#all.add(exchange)
    return exchange
  }

  /** Ends an exchange for whoever waited; what comes for it later is nobody's. */
  close(exchange: Exchange): void {
    if (this.#all.has(exchange)) this.#remove(exchange)
  }

  /** Ends one exchange with an error. */
  fail(exchange: Exchange, error: RunwareError): void {
    this.close(exchange)
    exchange.settle(Result.fail(error))
  }

  /** Whether it holds for every open exchange. */
  areAll(holds: (exchange: Exchange) => boolean): boolean {
    for (const exchange of this.#all) {
      if (!holds(exchange)) return false
    }
    return true
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
  deliver(frame: Envelope): Envelope {
    const { deliveries, lost } = route(frame, {
      get: (taskUUID) => this.#byTask.get(taskUUID) ?? [],
      all: () => [...this.#all]
    })
    for (const { isGuess, part, to } of deliveries) {
      to.received = receive(to.received, part)
      const answersEmpty = part.items.length === 0 && part.errors.length === 0
      if (answersEmpty || isAnswered(to.received, repliesOf(to.task))) {
        this.#remove(to)
        to.settle(Result.succeed(isGuess === true ? { ...to.received, isGuess } : to.received))
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
  failAll(error: (task: Task) => RunwareError): void {
    // Only those of now: whoever is told may open another exchange at once.
    const waiting = Array.from(this.#all)
    for (const exchange of waiting) {
      this.#remove(exchange)
      exchange.settle(Result.fail(error(exchange.task)))
    }
  }

  #remove(exchange: Exchange): void {
    this.#all.delete(exchange)
    const { taskUUID } = exchange.task
    const siblings = this.#byTask.get(taskUUID) ?? []
    if (siblings.length < 2) this.#byTask.delete(taskUUID)
    else
      this.#byTask.set(
        taskUUID,
        siblings.filter((one) => one !== exchange)
      )
  }
}
