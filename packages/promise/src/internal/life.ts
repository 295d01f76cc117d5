/**
 * One life of a client's connection: its services from the first call until it is closed, and the calls that run over them. It
 * does of Effect's `ManagedRuntime` what a client needs, for thousands of calls at once: a set that ends them at the close.
 */
import type { RunwareError } from "@effect-runware/core/RunwareError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { Told } from "./interruption.ts"

export class Life<R> {
  readonly #scope = Scope.makeUnsafe()
  readonly #calls = new Set<Fiber.Fiber<unknown, unknown>>()
  readonly #building: Fiber.Fiber<Context.Context<R>, RunwareError>
  #services: Context.Context<R> | undefined

  constructor(layer: Layer.Layer<R, RunwareError>) {
    this.#building = Effect.runFork(
      Effect.tap(Layer.buildWithScope(layer, this.#scope), (services) =>
        Effect.sync(() => {
          this.#services = services
        })
      )
    )
  }

  /** What there is once the first call has gone through. */
  get services(): Context.Context<R> | undefined {
    return this.#services
  }

  /** Runs a call, with the list of what it is told; tells its end. */
  run<A>(
    call: Effect.Effect<A, RunwareError, R>,
    told: Array<RunwareError>,
    signal: AbortSignal | undefined,
    ended: (exit: Exit.Exit<A, RunwareError>) => void
  ): void {
    const options = signal === undefined ? undefined : { signal }
    const fiber =
      this.#services === undefined
        ? Effect.runFork(
            Effect.flatMap(Fiber.join(this.#building), (services) =>
              Effect.provideContext(call, Context.add(services, Told, told))
            ),
            options
          )
        : Effect.runForkWith(Context.add(this.#services, Told, told))(call, options)
    this.#calls.add(fiber)
    fiber.addObserver((exit) => {
      this.#calls.delete(fiber)
      ended(exit)
    })
  }

  /** Ends the calls, then gives everything back. */
  close(): Promise<void> {
    return Effect.runPromise(
      Effect.andThen(Fiber.interruptAll([...this.#calls, this.#building]), Scope.close(this.#scope, Exit.void))
    )
  }
}
