/**
 * A client's connection over its lives: one `Life` from the first call, or `connect`, until `disconnect`, then nothing,
 * then perhaps another one. Every call of a client runs through here.
 */
import { Runware } from "@effect-runware/core/Runware"
import type { RunwareConfig } from "@effect-runware/core/RunwareConfig"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { Validator } from "@effect-runware/core/Validator"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import type { ConnectionStatus } from "../RunwareClient.ts"
import { clearings } from "./clearings.ts"
import { aborted, disconnected, type Subject } from "./interruption.ts"
import { Life } from "./life.ts"
import { valueOf } from "./outcome.ts"

/** The parts of the core that calls use. */
type Parts = Runware | Validator | RunwareConfig | HttpClient

/** What a call does with the client of the core. */
export type Work<A> = (runware: Runware["Service"]) => Effect.Effect<A, RunwareError, Parts>

export class Connection {
  readonly #layer: Layer.Layer<Parts, RunwareError>
  readonly #initially: ConnectionStatus
  #life: Life<Parts> | undefined
  #isClosed = false
  #closing: Promise<void> = Promise.resolve()
  #clearingsSeen = clearings.count

  constructor(layer: Layer.Layer<Parts, RunwareError>, initially: ConnectionStatus) {
    this.#layer = layer
    this.#initially = initially
  }

  get status(): ConnectionStatus {
    if (this.#isClosed) return "closed"
    // Until the first call has built its services there is nothing to ask.
    const services = this.#life?.services
    return services === undefined ? this.#initially : Effect.runSync(Context.get(services, Runware).status)
  }

  connect(): Promise<void> {
    this.#isClosed = false
    return this.perform({}, undefined, ({ connect }) => connect)
  }

  /** Ends what runs and gives everything back: sockets, timers, fibers. */
  close(): Promise<void> {
    this.#isClosed = true
    const life = this.#life
    this.#life = undefined
    if (life !== undefined) this.#closing = life.close()
    return this.#closing
  }

  /** Lets the next call forget all schemas. */
  clearValidator(): void {
    this.#clearingsSeen = -1
  }

  /** Runs one call. A signal that is aborted already starts nothing. */
  perform<A, B = A>(
    subject: Subject,
    signal: AbortSignal | undefined,
    work: Work<A>,
    show?: (value: A) => B
  ): Promise<B> {
    // By hand: each step of an async function would be held for as long as the call waits.
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(aborted(subject, [], signal))
      if (this.#isClosed) return reject(disconnected(subject))
      const life = (this.#life ??= new Life(this.#layer))
      const told: Array<RunwareError> = []
      life.run(this.#begin(work, life), told, signal, (exit) => {
        try {
          const value = valueOf(exit, subject, () =>
            signal?.aborted !== true && this.#life !== life
              ? disconnected(subject, told)
              : aborted(subject, told, signal)
          )
          // What is shown as it is has the type that it came with.
          resolve(show === undefined ? (value as unknown as B) : show(value))
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  #begin<A>(work: Work<A>, { services }: Life<Parts>): Effect.Effect<A, RunwareError, Parts> {
    // As all calls but the first find it.
    if (services !== undefined && this.#clearingsSeen === clearings.count) {
      return Effect.suspend(() => work(Context.get(services, Runware)))
    }
    this.#clearingsSeen = clearings.count
    return Validator.pipe(
      Effect.flatMap(({ clear }) => clear),
      Effect.andThen(Effect.flatMap(Runware, work))
    )
  }
}
