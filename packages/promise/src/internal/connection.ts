/**
 * A client's connection over its lives: one runtime from the first call, or `connect`, until `disconnect`, then nothing,
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
import * as ManagedRuntime from "effect/ManagedRuntime"
import type { ConnectionStatus } from "../RunwareClient.ts"
import { clearings } from "./clearings.ts"
import { aborted, disconnected, type Subject, Told } from "./interruption.ts"
import { valueOf } from "./outcome.ts"

/** The parts of the core that calls use. */
type Parts = Runware | Validator | RunwareConfig | HttpClient
type Runtime = ManagedRuntime.ManagedRuntime<Parts, RunwareError>

/** What a call does with the client of the core. */
export type Work<A> = (runware: Runware["Service"]) => Effect.Effect<A, RunwareError, Parts>

export class Connection {
  readonly #layer: Layer.Layer<Parts, RunwareError>
  readonly #initially: ConnectionStatus
  #runtime: Runtime | undefined
  #isClosed = false
  #closing: Promise<void> = Promise.resolve()
  #clearingsSeen = clearings.count

  constructor(layer: Layer.Layer<Parts, RunwareError>, initially: ConnectionStatus) {
    this.#layer = layer
    this.#initially = initially
  }

  get status(): ConnectionStatus {
    if (this.#isClosed) return "closed"
    // Until the first call has built the runtime there is nothing to ask.
    return this.#runtime?.cachedContext === undefined
      ? this.#initially
      : this.#runtime.runSync(Effect.flatMap(Runware, ({ status }) => status))
  }

  connect(): Promise<void> {
    this.#isClosed = false
    return this.perform({}, undefined, ({ connect }) => connect)
  }

  /** Ends what runs and gives everything back: sockets, timers, fibers. */
  close(): Promise<void> {
    this.#isClosed = true
    const runtime = this.#runtime
    this.#runtime = undefined
    if (runtime !== undefined) this.#closing = runtime.dispose()
    return this.#closing
  }

  /** Lets the next call forget all schemas. */
  clearValidator(): void {
    this.#clearingsSeen = -1
  }

  /** Runs one call. A signal that is aborted already starts nothing. */
  async perform<A>(subject: Subject, signal: AbortSignal | undefined, work: Work<A>): Promise<A> {
    if (signal?.aborted === true) throw aborted(subject, [], signal)
    if (this.#isClosed) throw disconnected(subject)
    const runtime = (this.#runtime ??= ManagedRuntime.make(this.#layer))
    const told: Array<RunwareError> = []
    const exit = await runtime.runPromiseExit(
      Effect.provideService(this.#begin(work, runtime), Told, told),
      signal === undefined ? {} : { signal }
    )
    return valueOf(exit, subject, () =>
      signal?.aborted !== true && this.#runtime !== runtime
        ? disconnected(subject, told)
        : aborted(subject, told, signal)
    )
  }

  #begin<A>(work: Work<A>, { cachedContext }: Runtime): ReturnType<Work<A>> {
    // As all calls but the first find it.
    if (cachedContext !== undefined && this.#clearingsSeen === clearings.count) {
      return Effect.suspend(() => work(Context.get(cachedContext, Runware)))
    }
    this.#clearingsSeen = clearings.count
    return Validator.pipe(
      Effect.flatMap(({ clear }) => clear),
      Effect.andThen(Effect.flatMap(Runware, work))
    )
  }
}
