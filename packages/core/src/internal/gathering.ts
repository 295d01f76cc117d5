/**
 * Gathers what comes within a short window and hands it over as one batch. Who leaves is taken out; a batch that all have
 * left is interrupted, before or while it is handled, and so is every batch when the scope closes.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** Adds an entry to the open batch, and gives the way out of it. */
export type Gather<A> = (entry: A) => Effect.Effect<{ readonly leave: () => void }>

interface Batch<A> {
  readonly entries: Set<A>
  fiber: Fiber.Fiber<void> | undefined
}

export const make = <A>(options: {
  readonly window: Duration.Duration
  /** Entries that a batch holds at most. */
  readonly most: number
  readonly handle: (batch: NonEmptyReadonlyArray<A>) => Effect.Effect<void>
  /** Told of each entry that is still in a batch when its handling is interrupted. */
  readonly abandon: (entry: A) => void
}): Effect.Effect<Gather<A>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let open: Batch<A> | undefined

    const leave = (batch: Batch<A>, entry: A) => ({
      leave: () => {
        batch.entries.delete(entry)
        if (batch.entries.size > 0) return
        if (open === batch) open = undefined
        batch.fiber?.interruptUnsafe()
      }
    })

    const close = (batch: Batch<A>) =>
      Effect.suspend(() => {
        if (open === batch) open = undefined
        const [first, ...others] = batch.entries
        return first === undefined ? Effect.void : options.handle([first, ...others])
      })

    return (entry) =>
      Effect.suspend(() => {
        if (open !== undefined && open.entries.size < options.most) {
          open.entries.add(entry)
          return Effect.succeed(leave(open, entry))
        }
        const batch: Batch<A> = { entries: new Set([entry]), fiber: undefined }
        open = batch
        return Effect.sleep(options.window).pipe(
          Effect.andThen(close(batch)),
          Effect.forkIn(scope),
          Effect.map((fiber) => {
            batch.fiber = fiber
            fiber.addObserver((exit) => {
              if (Exit.hasInterrupts(exit)) batch.entries.forEach(options.abandon)
            })
            return leave(batch, entry)
          }),
          Effect.uninterruptible
        )
      })
  })
