/**
 * Gathers what comes within a short time and hands it over in batches. What waits too long for its turn, because only so
 * many batches may leave in a second or be handled at once, fills the next batch up. Who leaves is taken out; a batch that
 * all have left is interrupted, and so is everything when the scope closes.
 */
import { isArrayNonEmpty, type NonEmptyReadonlyArray } from "effect/Array"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { elapsedMillis } from "./elapsed.ts"
import { admit } from "./pace.ts"

/** Adds an entry, and gives the way out again. */
export type Gather<A> = (entry: A) => Effect.Effect<() => void>

export interface Options<A> {
  /** What the first entry waits for; those that come meanwhile go with it. */
  readonly company: Effect.Effect<void>
  /** Entries that a batch holds at most. */
  readonly most: number
  /** What no two entries of a batch may have in common: they go one after the other. */
  readonly key: (entry: A) => string
  /** Whether one more entry may join a batch; it may always be the first. Default: always. */
  readonly fits?: (batch: ReadonlyArray<A>, entry: A) => boolean
  /** Batches that leave in a second at most. Default: any number. */
  readonly rate?: number
  /** Batches that are handled at once at most. Default: any number. */
  readonly atOnce?: number
  readonly handle: (batch: NonEmptyReadonlyArray<A>) => Effect.Effect<unknown>
  /** Told of each entry that still waits, or is in a batch, when that is interrupted. */
  readonly abandon: (entry: A) => void
}

interface Batch<A> {
  readonly left: Set<A>
  fiber: Fiber.Fiber<unknown> | undefined
}

/** A fiber that begins in a later tick would make a call that is alone wait for it. */
const inThisTick = { startImmediately: true } as const

export const make = <A>({
  abandon,
  atOnce = Infinity,
  company,
  fits = () => true,
  handle,
  key,
  most,
  rate = Infinity
}: Options<A>): Effect.Effect<Gather<A>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    /** Those that no batch has taken yet, first come, first served. */
    const waiting = new Set<A>()
    const batchOf = new Map<A, Batch<A>>()
    let isRunning = false
    let handled = 0
    let landing: Deferred.Deferred<void> | undefined
    let free = 0

    const landed: Effect.Effect<void> = Effect.suspend(() => {
      if (handled < atOnce) return Effect.void
      landing = Deferred.makeUnsafe()
      return Effect.andThen(Deferred.await(landing), landed)
    })

    const turn = Effect.gen(function* () {
      yield* landed
      const next = admit(free, yield* elapsedMillis, rate)
      free = next.free
      if (next.wait > 0) yield* Effect.sleep(Math.ceil(next.wait))
    })

    const take = (): Array<A> => {
      const batch: Array<A> = []
      const keys = new Set<string>()
      for (const entry of waiting) {
        if (batch.length >= most) break
        if (keys.has(key(entry)) || !fits(batch, entry)) continue
        waiting.delete(entry)
        keys.add(key(entry))
        batch.push(entry)
      }
      return batch
    }

    const start = (entries: NonEmptyReadonlyArray<A>) =>
      Effect.suspend(() => {
        const batch: Batch<A> = { left: new Set(entries), fiber: undefined }
        for (const entry of entries) batchOf.set(entry, batch)
        handled++
        return Effect.map(Effect.forkIn(handle(entries), scope, inThisTick), (fiber) => {
          batch.fiber = fiber
          fiber.addObserver((exit) => {
            handled--
            if (landing !== undefined) Deferred.doneUnsafe(landing, Exit.void)
            for (const entry of batch.left) {
              batchOf.delete(entry)
              if (Exit.hasInterrupts(exit)) abandon(entry)
            }
          })
        })
      }).pipe(Effect.uninterruptible)

    const run = Effect.gen(function* () {
      yield* company
      while (waiting.size > 0) {
        yield* turn
        const entries = take()
        // All may have left meanwhile.
        if (isArrayNonEmpty(entries)) yield* start(entries)
      }
      isRunning = false
    })

    const leave = (entry: A): void => {
      if (waiting.delete(entry)) return
      const batch = batchOf.get(entry)
      if (batch === undefined) return
      batchOf.delete(entry)
      batch.left.delete(entry)
      if (batch.left.size === 0) batch.fiber?.interruptUnsafe()
    }

    return (entry) =>
      Effect.suspend(() => {
        waiting.add(entry)
        const out = () => leave(entry)
        if (isRunning) return Effect.succeed(out)
        isRunning = true
        return Effect.map(Effect.forkIn(run, scope, inThisTick), (fiber) => {
          fiber.addObserver((exit) => {
            if (!Exit.hasInterrupts(exit)) return
            isRunning = false
            waiting.forEach(abandon)
            waiting.clear()
          })
          return out
        })
      }).pipe(Effect.uninterruptible)
  })
