/**
 * Parts of `effect/internal/schedule` in the published bundle: attempts with waits between them.
 */
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import { isSchedule, type Schedule } from "../Schedule.ts"

interface Policy<E> {
  readonly schedule: Schedule
  readonly while: (error: E) => boolean
}

/** Tries again as long as the schedule and the condition allow; the last error is the one that is told. */
export const retry = dual<
  <E>(policy: Schedule | Policy<E>) => <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>,
  <A, E, R>(self: Effect.Effect<A, E, R>, policy: Schedule | Policy<E>) => Effect.Effect<A, E, R>
>(2, <A, E, R>(self: Effect.Effect<A, E, R>, policy: Schedule | Policy<E>) =>
  Effect.suspend(() => {
    const { schedule, while: goesOn } = isSchedule(policy) ? { schedule: policy, while: () => true } : policy
    let attempt = 0
    const tried: Effect.Effect<A, E, R> = Effect.matchEffect(self, {
      onSuccess: Effect.succeed,
      onFailure: (input) =>
        goesOn(input)
          ? Effect.flatMap(schedule.next({ attempt: ++attempt, input }), (wait) =>
              wait === undefined ? Effect.fail(input) : Effect.andThen(Effect.sleep(wait), tried)
            )
          : Effect.fail(input)
    })
    return tried
  })
)
