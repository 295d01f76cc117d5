/**
 * Runs the machine on the clock: takes commands as they come, wakes it when something is due, and hands its events to
 * whoever carries them out. It knows no transport, so the same host serves real sockets and a simulation.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import type { Command, Event } from "./Command.ts"
import { nextWake, type Step } from "./Machine.ts"
import type { State } from "./State.ts"

/**
 * A service that runs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Host {
  /** Takes a command; the events it causes are performed before this returns. */
  readonly dispatch: (command: Command) => void
  readonly state: () => State
}

/** Platforms cut longer timers short. */
const longestTimer = 2 ** 31 - 1

/**
 * Starts a service. It stops waking up when the scope closes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (options: {
  readonly step: Step
  readonly initial: State
  readonly perform: (event: Event) => void
}) => Effect.Effect<Host, never, Scope.Scope> = Effect.fnUntraced(function* ({ initial, perform, step }) {
  const clock = yield* Clock.Clock
  const rescheduled = yield* Latch.make()
  let state = initial

  const dispatch = (command: Command): void => {
    const before = nextWake(state)
    const [next, events] = step(state, command, clock.currentTimeMillisUnsafe())
    state = next
    for (const event of events) perform(event)
    // Last, since the fiber that waits for it may go on at once, and its events come after these.
    if (nextWake(next) !== before) rescheduled.openUnsafe()
  }

  yield* Effect.gen(function* () {
    for (;;) {
      rescheduled.closeUnsafe()
      const at = nextWake(state)
      const wait = at === undefined ? Number.POSITIVE_INFINITY : at - clock.currentTimeMillisUnsafe()
      if (wait <= 0) dispatch({ _tag: "Tick" })
      else if (wait === Number.POSITIVE_INFINITY) yield* rescheduled.await
      // Whole milliseconds: a clock may know fractions of one that a duration doesn't.
      else yield* Effect.raceFirst(Effect.sleep(Math.min(Math.ceil(wait), longestTimer)), rescheduled.await)
    }
  }).pipe(Effect.forkScoped)

  return { dispatch, state: () => state }
})
