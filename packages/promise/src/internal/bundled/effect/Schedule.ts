/**
 * Parts of `effect/Schedule` in the published bundle: waits between attempts, as far as the core makes some. A schedule says
 * after each failure how long to wait, or that it was the last. `test/bundledSchedule.test.ts` holds them to Effect's own.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual, identity } from "effect/Function"
import { pipeArguments } from "effect/Pipeable"

/** What is known when an attempt has failed. */
export interface Failure {
  /** 1 for the first. */
  readonly attempt: number
  /** The error. */
  readonly input: unknown
}

export interface Schedule {
  readonly next: (failure: Failure) => Effect.Effect<Duration.Duration | undefined>
  readonly pipe: (...steps: ReadonlyArray<unknown>) => unknown
}

const make = (next: Schedule["next"]): Schedule => ({
  next,
  pipe() {
    // Effect's own types say what its steps are.
    return pipeArguments(this, arguments as never)
  }
})

export const isSchedule = (value: object): value is Schedule => "next" in value

export const forever = /* @__PURE__ */ make(() => Effect.succeed(Duration.zero))

type Delay = (failure: Failure & { readonly duration: Duration.Duration }) => Effect.Effect<Duration.Duration>

export const modifyDelay = dual<
  (delay: Delay) => (self: Schedule) => Schedule,
  (self: Schedule, delay: Delay) => Schedule
>(2, (self, delay) =>
  make((failure) =>
    Effect.flatMap(self.next(failure), (duration) =>
      duration === undefined ? Effect.succeed(undefined) : delay({ ...failure, duration })
    )
  )
)

interface Limit {
  readonly times: number
}

export const upTo = dual<(limit: Limit) => (self: Schedule) => Schedule, (self: Schedule, limit: Limit) => Schedule>(
  2,
  (self, { times }) => make((failure) => (failure.attempt > times ? Effect.succeed(undefined) : self.next(failure)))
)

export const setInputType = () => identity
