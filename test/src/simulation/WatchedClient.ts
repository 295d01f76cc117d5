/**
 * A client of a simulation: the real one, on a clock and a chance of its own, with everything that it says kept.
 */
import {
  Registry,
  RestTransport,
  Runware,
  RunwareConfig,
  Task,
  Transport,
  Validator,
  WebSocketTransport
} from "@effect-runware/core"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { RunwareLogger } from "@effect-runware/core/RunwareLogger"
import { SimulatedService } from "@effect-runware/testing"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import * as Tracer from "effect/Tracer"
import type { Plan } from "./Plan.ts"
import type { Watch } from "./Watch.ts"

export const apiKey = "rw_simulated_secret_key_that_nobody_may_see"

/** A safeguard that is switched off, so that tests see the simulation fail. */
export interface Sabotage {
  readonly options?: RunwareConfig.Options
  readonly transport?: (transport: Transport.Transport["Service"]) => Transport.Transport["Service"]
}

/** A client, watched: its own chance, its own clock, and everything that it says kept. */
export const makeClient = Effect.fnUntraced(function* ({
  plan,
  platform,
  sabotage,
  said,
  watch
}: {
  readonly plan: Plan
  readonly platform: Context.Context<HttpClient.HttpClient | Socket.WebSocketConstructor>
  readonly sabotage: Sabotage
  readonly said: Array<string>
  readonly watch: Watch
}) {
  let minted = 0
  const scope = yield* Scope.make()
  const asClient =
    (stream: string) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      effect.pipe(
        Effect.provideService(
          Task.TaskUUIDs,
          Effect.suspend(() => Effect.orDie(Task.taskUUID(mintedUUID(++minted))))
        ),
        Effect.provideService(RunwareLogger, (entry) => Effect.sync(() => void said.push(JSON.stringify(entry)))),
        Effect.provideService(Tracer.Tracer, tracer(said)),
        Random.withSeed(`${stream}/${plan.seed}`),
        watch.over
      )
  const transport: Layer.Layer<
    Transport.Transport,
    never,
    RunwareConfig.RunwareConfig | HttpClient.HttpClient | Socket.WebSocketConstructor
  > = plan.transport === "rest" ? RestTransport.layer : WebSocketTransport.layer
  const decorate = sabotage.transport
  const layer = Runware.layerWith.pipe(
    Layer.provide([
      decorate === undefined
        ? transport
        : Layer.effect(Transport.Transport, Effect.map(Transport.Transport, decorate)).pipe(Layer.provide(transport)),
      Registry.layerRemote,
      Validator.layerNone
    ]),
    Layer.provide(
      RunwareConfig.layer({
        apiKey,
        baseUrl: SimulatedService.url,
        transport: plan.transport,
        ...cadenceOf(plan),
        ...sabotage.options
      })
    ),
    Layer.provide(Layer.succeedContext(platform))
  )
  // In a fiber of its own: this one is not the client's.
  const building = Effect.orDie(asClient("client")(Layer.buildWithScope(layer, scope)))
  const context = yield* Fiber.join(yield* Effect.forkChild(building))
  return {
    run: <A>(effect: Effect.Effect<A, RunwareError, Runware.Runware>, stream: string) =>
      asClient(stream)(Effect.provide(effect, context)),
    close: asClient("close")(Scope.close(scope, Exit.void))
  }
})

/** Without a time of the standard cadence polls are aimed. */
const cadenceOf = ({ client, isAdaptive }: Plan): RunwareConfig.Options => {
  const { maxPollInterval, pollDelay, pollInterval, ...others } = client
  return isAdaptive ? others : { ...others, maxPollInterval, pollDelay, pollInterval }
}

const mintedUUID = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`

/** Keeps what spans say. */
const tracer = (said: Array<string>): Tracer.Tracer =>
  Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      const end = span.end.bind(span)
      span.end = (time, exit) => {
        said.push(
          JSON.stringify([span.name, ...span.attributes.entries()]),
          String(Exit.isFailure(exit) ? exit.cause : "")
        )
        end(time, exit)
      }
      return span
    }
  })
