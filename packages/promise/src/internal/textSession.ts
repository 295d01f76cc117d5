/**
 * A text stream as its readers share it: opened by the first one, over when one of them sees its end or the last one has
 * left. While it is open it is one call of the client, so that a signal or `disconnect` ends it as they end any call.
 */
import type { RunwareError } from "@effect-runware/core/RunwareError"
import type { TextResult, TextStream } from "@effect-runware/core/TextStream"
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { aborted, type Subject } from "./interruption.ts"
import { valueOf } from "./outcome.ts"

/** The call that a session is: what it is about, and how the client performs it. */
export interface Origin {
  readonly subject: Subject
  /** Opens the stream and keeps it open for as long as it is used. */
  readonly perform: (use: (stream: TextStream) => Effect.Effect<void>) => Promise<void>
}

/** One who reads, a batch at a time, as the network gives them: no fiber for each delta. */
export interface Reader<A> {
  /** The next batch; `undefined` at the end, and to one who has left. */
  readonly pull: () => Promise<NonEmptyReadonlyArray<A> | undefined>
  /** Leaves; settles when everything is closed that nobody else needs. */
  readonly leave: () => Promise<void>
}

interface Opened {
  readonly stream: TextStream
  readonly fork: <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
}

export class TextSession {
  readonly #origin: Origin
  readonly #over = Deferred.makeUnsafe<void>()
  #call: Promise<void> | undefined
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined
  #failure: { readonly error: unknown } | undefined
  #readers = 0

  constructor(origin: Origin) {
    this.#origin = origin
  }

  /** Why the call as a whole has ended before the stream, once it has; then nobody reads on. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** The whole, once it has ended. */
  async result(): Promise<TextResult> {
    const { fork, stream } = this.#opened ?? (await this.#open())
    this.#readers++
    const exit = await exitOf(fork(stream.result))
    this.#finish()
    return this.#valueOf(exit)
  }

  /** A reader that joins with its first pull. */
  reader<A>(select: (stream: TextStream) => Stream.Stream<A, RunwareError>): Reader<A> {
    const scope = Scope.makeUnsafe()
    let next: Pull.Pull<NonEmptyReadonlyArray<A>, RunwareError> | undefined
    let running: Fiber.Fiber<NonEmptyReadonlyArray<A> | undefined, RunwareError> | undefined
    let leaving: Promise<void> | undefined

    const join = ({ stream }: Opened): Pull.Pull<NonEmptyReadonlyArray<A>, RunwareError> => {
      this.#readers++
      return Effect.flatMap(Scope.provide(Stream.toPull(select(stream)), scope), (pull) => {
        next = pull
        return pull
      })
    }

    const depart = async (): Promise<void> => {
      if (this.#opened === undefined || running === undefined) return
      await exitOf(this.#opened.fork(Effect.andThen(Fiber.interrupt(running), Scope.close(scope, Exit.void))))
      this.#readers--
      if (this.#readers === 0) this.#finish()
    }
    const leave = () => (leaving ??= depart())

    return {
      leave,
      pull: async () => {
        // Whoever comes to an open stream joins at once: one that leaves meanwhile must not be taken for the last.
        const opened = this.#opened ?? (await this.#open())
        if (leaving !== undefined) return undefined
        if (this.#failure !== undefined) throw this.#failure.error
        running = opened.fork(Pull.catchDone(next ?? join(opened), () => Effect.undefined))
        const exit = running.pollUnsafe() ?? (await exitOf(running))
        if (leaving !== undefined) return undefined
        if (Exit.isSuccess(exit) && exit.value !== undefined) return exit.value
        await leave()
        if (!isLost(exit)) this.#finish()
        return this.#valueOf(exit)
      }
    }
  }

  #open(): Promise<Opened> {
    return (this.#opening ??= new Promise((resolve, reject) => {
      this.#call = this.#origin.perform((stream) =>
        Effect.flatMap(Effect.context(), (context) => {
          this.#opened = { stream, fork: Effect.runForkWith(context) }
          resolve(this.#opened)
          return Deferred.await(this.#over)
        })
      )
      this.#call.catch((error: unknown) => {
        this.#failure = { error }
        reject(error)
      })
    }))
  }

  #finish(): void {
    Deferred.doneUnsafe(this.#over, Effect.void)
  }

  /** What a reader gets. When the call was given up the call says how, and the core only that its scope has ended. */
  async #valueOf<A>(exit: Exit.Exit<A, RunwareError>): Promise<A> {
    if (Exit.isFailure(exit) && !isLost(exit)) await this.#call
    return valueOf(exit, this.#origin.subject, () => aborted(this.#origin.subject, []))
  }
}

const exitOf = <A, E>(fiber: Fiber.Fiber<A, E>): Promise<Exit.Exit<A, E>> =>
  new Promise((resolve) => {
    fiber.addObserver(resolve)
  })

/** Whether a reader fell behind, which ends nothing for the others. */
const isLost = (exit: Exit.Exit<unknown, RunwareError>): boolean =>
  Option.exists(Exit.findErrorOption(exit), ({ rawCode }) => rawCode === "streamBufferExceeded")
