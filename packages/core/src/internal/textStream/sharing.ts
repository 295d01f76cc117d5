/**
 * One upstream, many readers. Batches hang in a list of which every reader holds the place where it is, so that what
 * nobody can come to any more is gone by itself. The upstream is asked for more only when a reader has read everything,
 * which is what carries a slow reader's pace to the socket.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { NonEmptyReadonlyArray } from "effect/Array"
import type * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** How the upstream reaches its readers. */
export interface Outlet<A> {
  readonly publish: (batch: NonEmptyReadonlyArray<A>) => void
  /** Waits until somebody wants more. */
  readonly wanted: Effect.Effect<void>
}

/** What readers share. */
export interface Shared<A, E> {
  readonly stream: Stream.Stream<A, E>
  /** Waits for the end, as a reader that takes everything at once. */
  readonly end: Effect.Effect<void, E>
}

interface Link<A> {
  readonly batch: ReadonlyArray<A>
  /** Elements up to and including this batch. */
  readonly count: number
  next: Link<A> | undefined
}

interface Reader<A, E> {
  /** The last batch it has read; `undefined` when it fell too far behind. */
  at: Link<A> | undefined
  /** Continues it, while it waits for more. */
  wake: ((pull: Pull.Pull<NonEmptyReadonlyArray<A>, E>) => void) | undefined
}

/** Shares an upstream that the first reader starts and the last one ends, or the scope. */
export const make = Effect.fnUntraced(function* <A, E>(options: {
  readonly upstream: (outlet: Outlet<A>) => Effect.Effect<void, E>
  /** Elements that may lie between the newest one and what a reader still has to read. */
  readonly capacity: number
  /** Whether those who come late get what has passed. */
  readonly replay: boolean
  readonly onLost: () => E
  readonly onAbandoned: () => E
}): Effect.fn.Return<Shared<A, E>, never, Scope.Scope> {
  const { capacity, onAbandoned, onLost, replay, upstream } = options
  const scope = yield* Effect.scope
  let tail: Link<A> = { batch: [], count: 0, next: undefined }
  let beginning: Link<A> | undefined = replay ? tail : undefined
  const readers = new Set<Reader<A, E>>()
  const waitingForEnd = new Set<(end: Effect.Effect<void, E>) => void>()
  let resumeUpstream: (() => void) | undefined
  let fiber: Fiber.Fiber<void, E> | undefined
  let ended: Exit.Exit<void, E> | undefined

  const isWanted = (): boolean => waitingForEnd.size > 0 || [...readers].some(({ wake }) => wake !== undefined)

  const publish = (batch: NonEmptyReadonlyArray<A>): void => {
    const link: Link<A> = { batch, count: tail.count + batch.length, next: undefined }
    const before = tail
    before.next = link
    tail = link
    if (beginning !== undefined && link.count > capacity) beginning = undefined
    for (const reader of readers) {
      // Whoever is up to date gets the batch, however large it is.
      if (reader.at !== undefined && reader.at !== before && link.count - reader.at.count > capacity) {
        reader.at = undefined
      }
      const { wake } = reader
      reader.wake = undefined
      wake?.(pull(reader))
    }
  }

  const settle = (exit: Exit.Exit<void, E>): void => {
    if (ended !== undefined) return
    ended = exit
    for (const reader of readers) {
      const { wake } = reader
      reader.wake = undefined
      wake?.(pull(reader))
    }
    for (const resume of waitingForEnd) resume(exit)
    waitingForEnd.clear()
  }

  const outlet: Outlet<A> = {
    publish,
    wanted: Effect.suspend(() =>
      isWanted()
        ? Effect.void
        : Effect.callback<void>((resume) => {
            resumeUpstream = () => {
              resumeUpstream = undefined
              resume(Effect.void)
            }
          })
    )
  }

  /** Runs as soon as somebody wants something; what it gives is asked for after that. */
  const started: Effect.Effect<void> = Effect.suspend(() =>
    upstream(outlet).pipe(
      Effect.onExit((exit) => Effect.sync(() => settle(Exit.hasInterrupts(exit) ? Exit.fail(onAbandoned()) : exit))),
      Effect.forkIn(scope, { startImmediately: true }),
      Effect.map((forked) => {
        fiber = forked
      })
    )
  )

  const pull = (reader: Reader<A, E>): Pull.Pull<NonEmptyReadonlyArray<A>, E> =>
    Effect.suspend((): Pull.Pull<NonEmptyReadonlyArray<A>, E> => {
      if (reader.at === undefined) return Effect.fail(onLost())
      const { next } = reader.at
      if (next !== undefined) {
        // An old link that points to young ones would keep all of them until the next large collection.
        if (beginning === undefined && readers.size === 1) reader.at.next = undefined
        reader.at = next
        // Every link but the first, which is nobody's next, was published with a batch that holds something.
        return Effect.succeed(next.batch as NonEmptyReadonlyArray<A>)
      }
      if (ended !== undefined) return Exit.isSuccess(ended) ? Cause.done() : Effect.failCause(ended.cause)
      if (fiber === undefined) return Effect.andThen(started, pull(reader))
      return Effect.callback((resume) => {
        reader.wake = resume
        resumeUpstream?.()
        return Effect.sync(() => {
          reader.wake = undefined
        })
      })
    })

  /** The last one closes the request, and waits until that is done. */
  const leave = Effect.suspend(() => {
    if (readers.size > 0 || waitingForEnd.size > 0 || fiber === undefined || ended !== undefined) return Effect.void
    return Fiber.interrupt(fiber)
  })

  const join = Effect.acquireRelease(
    Effect.sync(() => {
      const reader: Reader<A, E> = { at: replay ? beginning : tail, wake: undefined }
      readers.add(reader)
      return reader
    }),
    (reader) =>
      Effect.suspend(() => {
        readers.delete(reader)
        return leave
      })
  )

  // An upstream that never started has nobody to settle it.
  yield* Scope.addFinalizer(
    scope,
    Effect.sync(() => settle(Exit.fail(onAbandoned())))
  )

  return {
    stream: Stream.unwrap(Effect.map(join, (reader) => Stream.fromPull(Effect.succeed(pull(reader))))),
    end: Effect.suspend(function wait(): Effect.Effect<void, E> {
      if (ended !== undefined) return ended
      if (fiber === undefined) return Effect.flatMap(started, wait)
      return Effect.callback((resume) => {
        waitingForEnd.add(resume)
        resumeUpstream?.()
        return Effect.suspend(() => {
          waitingForEnd.delete(resume)
          return leave
        })
      })
    })
  }
})
