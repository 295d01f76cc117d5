/**
 * A client's connection over its lives: one runtime from the first call, or `connect`, until `disconnect`, then nothing,
 * then perhaps another one. Every call of a client runs through here.
 */
import { Runware } from "@effect-runware/core/Runware"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type { ConnectionStatus } from "../RunwareClient.ts"
import { aborted, type CallFacts, disconnected, valueOf } from "./outcome.ts"

type Runtime = ManagedRuntime.ManagedRuntime<Runware, RunwareError>

/** What a call does with the client of the core. */
export type Work<A> = (runware: Runware["Service"]) => Effect.Effect<A, RunwareError>

export class Connection {
  readonly #layer: Layer.Layer<Runware, RunwareError>
  readonly #initially: ConnectionStatus
  #runtime: Runtime | undefined
  #isClosed = false
  #closing: Promise<void> = Promise.resolve()

  constructor(layer: Layer.Layer<Runware, RunwareError>, initially: ConnectionStatus) {
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
    return this.perform({ submission: "none" }, undefined, (runware) => runware.connect)
  }

  /** Ends what runs and gives everything back: sockets, timers, fibers. */
  close(): Promise<void> {
    this.#isClosed = true
    const runtime = this.#runtime
    this.#runtime = undefined
    if (runtime !== undefined) this.#closing = runtime.dispose()
    return this.#closing
  }

  /** Runs one call. A signal that is aborted already starts nothing. */
  async perform<A>(facts: CallFacts, signal: AbortSignal | undefined, work: Work<A>): Promise<A> {
    if (signal?.aborted === true) throw aborted(facts, signal)
    if (this.#isClosed) throw disconnected(facts)
    const runtime = (this.#runtime ??= ManagedRuntime.make(this.#layer))
    const exit = await runtime.runPromiseExit(Effect.flatMap(Runware, work), signal === undefined ? {} : { signal })
    return valueOf(exit, facts, () =>
      signal?.aborted !== true && this.#runtime !== runtime ? disconnected(facts) : aborted(facts, signal)
    )
  }
}
