/**
 * The network between clients and the service: it decides about each message, remembers what passed, and brings things
 * about later, on the clock.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type { Fault, Faults, Passage } from "../Fault.ts"
import type { Sighting } from "./wire.ts"

/** A message that passed, and what became of it. */
export interface Crossing extends Passage {
  readonly fault: Fault | undefined
}

export interface Network {
  readonly now: () => number
  /** Does something after so many milliseconds, unless the service has ended by then. */
  readonly after: (millis: number, action: () => void) => void
  /** Milliseconds that a message takes. */
  readonly latency: () => number
  /** What becomes of a message. */
  readonly decide: (transport: Passage["transport"], sighting: Sighting) => Fault | undefined
  /** Notes something for the trace. */
  readonly note: (line: string) => void
  /** Whether the service can be reached. */
  readonly isDown: () => boolean
}

export const make = Effect.fnUntraced(function* (options: {
  readonly faults: Faults
  readonly latency: () => number
  readonly isDown: () => boolean
  readonly onCrossing: (crossing: Crossing) => void
  readonly note: (line: string) => void
}) {
  const clock = yield* Clock.Clock
  const run = yield* FiberSet.makeRuntime<never>()
  const counts = new Map<string, number>()
  const now = () => clock.currentTimeMillisUnsafe()
  const network: Network = {
    now,
    after: (millis, action) => {
      run(Effect.andThen(Effect.sleep(Duration.millis(Math.max(0, millis))), Effect.sync(action)))
    },
    latency: options.latency,
    isDown: options.isDown,
    note: options.note,
    decide: (transport, { step, taskUUIDs }) => {
      const earlier = counts.get(step) ?? 0
      counts.set(step, earlier + 1)
      const passage: Passage = { transport, step, earlier, at: now(), taskUUIDs }
      const fault = options.faults(passage)
      options.onCrossing({ ...passage, fault })
      return fault
    }
  }
  return network
})

/** One direction of a connection: what is sent first arrives first. */
export class Lane {
  #free = 0
  readonly #network: Network

  constructor(network: Network) {
    this.#network = network
  }

  /** Sends something along; `held` keeps it and all behind it back, `overtaken` only itself. */
  send(action: () => void, delay: { readonly held?: number; readonly overtaken?: number } = {}): void {
    const now = this.#network.now()
    const arrival = Math.max(this.#free, now + this.#network.latency() + (delay.held ?? 0))
    if (delay.overtaken === undefined) this.#free = arrival
    this.#network.after(arrival - now + (delay.overtaken ?? 0), action)
  }
}
