/**
 * What happens, for any number of readers, each at its own pace: a list in which a reader holds its place, and nobody holds
 * what all have read. The writer never waits.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"

interface Entry<A, E> {
  readonly value: A
  readonly next: Place<A, E>
}

/** Where the next entry, or the end, will be. */
type Place<A, E> = Deferred.Deferred<Entry<A, E>, E | Cause.Done>

export class Feed<A, E = never> {
  #end: Place<A, E> = Deferred.makeUnsafe()

  push(value: A): void {
    const place = this.#end
    this.#end = Deferred.makeUnsafe()
    Deferred.doneUnsafe(place, Exit.succeed({ value, next: this.#end }))
  }

  /** Nothing comes after this. */
  end(exit: Exit.Exit<unknown, E>): void {
    Deferred.doneUnsafe(this.#end, Exit.isSuccess(exit) ? Exit.fail(Cause.Done()) : Exit.failCause(exit.cause))
  }

  /** A place of its own in what is pushed from this moment on: each run waits for the next. */
  reader(...first: [] | [A]): Pull.Pull<[A], E> {
    let place = this.#end
    for (const value of first) {
      const next = place
      place = Deferred.makeUnsafe()
      Deferred.doneUnsafe(place, Exit.succeed({ value, next }))
    }
    return Effect.suspend(() =>
      Effect.map(Deferred.await(place), ({ next, value }): [A] => {
        place = next
        return [value]
      })
    )
  }

  /** What is pushed from this moment on, after what is given here. */
  stream(...first: [] | [A]): Stream.Stream<A, E> {
    return Stream.fromPull(Effect.succeed(this.reader(...first)))
  }
}
