/**
 * The streams of the published bundle, in the place of `effect/Stream`: as much of it as the core uses, without the channels
 * and queues that the whole is made of. Nobody who has the bundle sees one: they are read inside. Should the core come to
 * use more, the build fails for want of it; `test/bundledStream.test.ts` holds what is here to what Effect's own does.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { absurd } from "effect/Function"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"

type Batches<A, E> = Pull.Pull<NonEmptyReadonlyArray<A>, E>

/** Values that come in batches, for as long as the scope is open in which they are read. */
export interface Stream<A, E = never> {
  readonly open: (scope: Scope.Scope) => Effect.Effect<Batches<A, E>>
}

const from = <A, E>(open: Stream<A, E>["open"]): Stream<A, E> => ({ open })

export const fromPull = <A, E>(pull: Effect.Effect<Batches<A, E>>): Stream<A, E> => from(() => pull)

/** The effect is run by the first who pulls. */
export const unwrap = <A, E, E2>(stream: Effect.Effect<Stream<A, E>, E2, Scope.Scope>): Stream<A, E | E2> =>
  from((scope) =>
    Effect.sync(() => {
      let opened: Batches<A, E> | undefined
      return Effect.suspend(
        (): Batches<A, E | E2> =>
          opened ??
          Scope.provide(stream, scope).pipe(
            Effect.flatMap(({ open }) => open(scope)),
            Effect.flatMap((pull) => (opened = pull))
          )
      )
    })
  )

/** One page after another, until there is no next one. */
export const paginate = <S, A, E>(
  first: S,
  page: (at: S) => Effect.Effect<readonly [ReadonlyArray<A>, Option.Option<S>], E>
): Stream<A, E> =>
  fromPull(
    Effect.sync(() => {
      let next = Option.some(first)
      const pull: Batches<A, E> = Effect.suspend(() =>
        Option.isNone(next)
          ? Cause.done()
          : Effect.flatMap(page(next.value), ([values, after]) => {
              next = after
              return isFilled(values) ? Effect.succeed(values) : pull
            })
      )
      return pull
    })
  )

export const fromIterable = <A>(values: Iterable<A>): Stream<A> =>
  paginate(undefined, () => Effect.succeed([[...values], Option.none()]))

export const make = <A>(...values: Array<A>): Stream<A> => fromIterable(values)

export const empty: Stream<never> = make()

export const fail = <E>(error: E): Stream<never, E> => fromPull(Effect.succeed(Effect.fail(error)))

export const concat = <A, E>(before: Stream<A, E>, after: Stream<A, E>): Stream<A, E> =>
  from((scope) =>
    Effect.map(before.open(scope), (first) => {
      let current = Pull.catchDone(first, () =>
        Effect.flatMap(after.open(scope), (second) => {
          current = second
          return second
        })
      )
      return Effect.suspend(() => current)
    })
  )

/** Who stops reading cancels what is read. */
export const fromReadableStream = <A, E>({
  evaluate,
  onError
}: {
  readonly evaluate: () => ReadableStream<A>
  readonly onError: (cause: unknown) => E
}): Stream<A, E> =>
  from((scope) =>
    Effect.suspend(() => {
      const reader = evaluate().getReader()
      const pull = Effect.flatMap(
        Effect.tryPromise({ try: () => reader.read(), catch: onError }),
        ({ done, value }): Batches<A, E> => (done ? Cause.done() : Effect.succeed([value]))
      )
      // Why it could not be cancelled was told to who read.
      const cancel = Effect.promise(() => reader.cancel().catch(() => undefined))
      return Effect.as(Scope.addFinalizer(scope, cancel), pull)
    })
  )

export const transformPull = <A, E, B, E2>(
  stream: Stream<A, E>,
  transform: (pull: Batches<A, E>) => Effect.Effect<Batches<B, E2>>
): Stream<B, E2> => from((scope) => Effect.flatMap(stream.open(scope), transform))

export const mapError = <A, E, E2>(stream: Stream<A, E>, change: (error: E) => E2): Stream<A, E2> =>
  transformPull(stream, (pull) =>
    Effect.succeed(Effect.mapError(pull, (error) => (Cause.isDone(error) ? error : change(error))))
  )

export const toPull = <A, E>(stream: Stream<A, E>): Effect.Effect<Batches<A, E>, never, Scope.Scope> =>
  Effect.flatMap(Effect.scope, stream.open)

export const runForEach = <A, E, E2>(
  stream: Stream<A, E>,
  use: (value: A) => Effect.Effect<unknown, E2>
): Effect.Effect<void, E | E2> =>
  Effect.scoped(
    Effect.flatMap(toPull(stream), (pull) =>
      Pull.catchDone(
        Effect.forever(Effect.flatMap(pull, (values) => Effect.forEach(values, use, { discard: true }))),
        () => Effect.void
      )
    )
  )

/** Effect's own streams, which a caller might give as a file: those who have the bundle have none. */
export const isStream = (_value: unknown): _value is never => false
export { absurd as toAsyncIterable }

const isFilled = <A>(values: ReadonlyArray<A>): values is NonEmptyReadonlyArray<A> => values.length > 0
