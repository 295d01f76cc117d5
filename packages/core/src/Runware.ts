/**
 * The client: one method for every model. Each operation is an `Effect` over the layers it is built from, and each of
 * them can be swapped.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { NodeRunware } from "@effect-runware/node"
 * import { Effect } from "effect"
 *
 * const program = Runware.run({
 *   model: "runware:101@1",
 *   positivePrompt: "a lighthouse in fog",
 *   width: 768,
 *   height: 512
 * })
 *
 * program.pipe(Effect.provide(NodeRunware.layer()), Effect.runPromise).then(console.log)
 * ```
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import * as Queue from "effect/Queue"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import * as Operations from "./internal/operations.ts"
import * as Pace from "./internal/pace.ts"
import * as Polling from "./Polling.ts"
import { Registry } from "./Registry.ts"
import * as Registries from "./Registry.ts"
import * as RestTransport from "./RestTransport.ts"
import * as RunwareConfig from "./RunwareConfig.ts"
import type { RunwareError } from "./RunwareError.ts"
import { RunwareLogger } from "./RunwareLogger.ts"
import type { CallOptions, Events, Run, RunAs, RunOptions, ShareText, StreamText, Submit } from "./Operation.ts"
import type { Item, TaskEvent, TaskHandle, TaskParams } from "./Task.ts"
import { type ConnectionStatus, Transport } from "./Transport.ts"
import * as Validators from "./Validator.ts"
import { Validator } from "./Validator.ts"
import * as WebSocketTransport from "./WebSocketTransport.ts"

export type {
  CallOptions,
  Events,
  Results,
  Run,
  RunAs,
  RunOptions,
  ShareText,
  StreamText,
  Submit
} from "./Operation.ts"

/**
 * Told of each call that is interrupted, as the error with code `aborted` that it would have ended with: it knows the task,
 * what became of the purchase, and the results so far. An interrupted effect itself has no error.
 *
 * @since 0.1.0
 * @category references
 */
export const InterruptObserver: Context.Reference<((error: RunwareError) => void) | undefined> = Context.Reference<
  ((error: RunwareError) => void) | undefined
>("@effect-runware/core/Runware/InterruptObserver", { defaultValue: () => undefined })

/**
 * The client as a service.
 *
 * @since 0.1.0
 * @category services
 */
export class Runware extends Context.Service<
  Runware,
  {
    /** Runs a task to its end and gives all its results. */
    readonly run: Run
    /** Runs a task of a community or private model, typed by its family, which also settles the task type. */
    readonly runAs: RunAs
    /** Runs several tasks that travel in one request; each has its own outcome, in order. */
    readonly runMany: (
      params: ReadonlyArray<TaskParams>,
      options?: CallOptions
    ) => Effect.Effect<ReadonlyArray<Result.Result<ReadonlyArray<Item>, RunwareError>>, RunwareError>
    /** Gives a handle as soon as the service has the task. Delivery is `async`, whatever the parameters say. */
    readonly submit: Submit
    /** Waits for the results of a task that was submitted earlier, here or elsewhere. */
    readonly attach: (
      task: TaskHandle | string,
      options?: CallOptions
    ) => Effect.Effect<ReadonlyArray<Item>, RunwareError>
    /** Runs a task and tells what happens to it. Ending the stream early stops the polling, not the task. */
    readonly events: Events
    /** Streams a text, chunk by chunk, to one reader. Ending the stream early closes the request. */
    readonly stream: StreamText
    /** Streams a text to several readers, who also get the whole at its end. The first one sends the request. */
    readonly textStream: ShareText
    /** Opens the connection, where there is one, before the first call does. */
    readonly connect: Effect.Effect<void, RunwareError>
    /** Closes the connection; calls that wait fail with code `connection`. */
    readonly disconnect: Effect.Effect<void>
    readonly status: Effect.Effect<ConnectionStatus>
    readonly statusChanges: Stream.Stream<ConnectionStatus>
    /** Fetches the live registry now. */
    readonly refreshRegistry: Effect.Effect<void, RunwareError>
  }
>()("@effect-runware/core/Runware") {}

/**
 * Builds the client from its parts.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<
  Runware["Service"],
  never,
  RunwareConfig.RunwareConfig | Transport | Registry | Validator
> = Effect.gen(function* () {
  const settings = yield* RunwareConfig.RunwareConfig
  const transport = yield* Transport
  const registry = yield* Registry
  const validator = yield* Validator
  const { deliver, deliverMany, ...operations } = Operations.make({
    settings,
    transport,
    registry,
    validator,
    logger: yield* RunwareLogger,
    onInterrupt: yield* InterruptObserver,
    cadence: (yield* Polling.Polling) ?? Polling.standard(settings),
    pacer: Pace.make(settings)
  })

  return Runware.of({
    // The results are the service's: their type follows from what was asked for.
    run: ((params: unknown, options?: RunOptions) =>
      deliver({ params }, options, options?.onEvent ?? Operations.silent).pipe(
        Effect.withSpan("Runware.run", { kind: "client" })
      )) as Run,
    runAs: ((family: unknown, params: unknown, options?: RunOptions) =>
      deliver({ params, family }, options, options?.onEvent ?? Operations.silent).pipe(
        Effect.withSpan("Runware.runAs", { kind: "client" })
      )) as RunAs,
    runMany: (params, options) =>
      deliverMany(params, options).pipe(Effect.withSpan("Runware.runMany", { kind: "client" })),
    submit: (params, options) =>
      operations.submit({ params }, options).pipe(Effect.withSpan("Runware.submit", { kind: "client" })),
    attach: (handle, options) =>
      operations.attach(handle, options).pipe(Effect.withSpan("Runware.attach", { kind: "client" })),
    events: ((params: unknown, options?: object) =>
      Stream.callback<TaskEvent, RunwareError>((queue) =>
        deliver({ params }, options, (event) => Effect.asVoid(Queue.offer(queue, event))).pipe(
          Effect.withSpan("Runware.events", { kind: "client" }),
          Effect.matchCauseEffect({
            onFailure: (cause) => Queue.failCause(queue, cause),
            onSuccess: () => Queue.end(queue)
          })
        )
      )) as Events,
    stream: (params, options) =>
      Stream.unwrap(
        Effect.map(operations.textStream({ params }, { ...options, replay: false }), ({ chunks }) => chunks)
      ),
    textStream: (params, options) => operations.textStream({ params }, options),
    connect: transport.connect,
    disconnect: transport.disconnect,
    status: transport.status,
    statusChanges: transport.statusChanges,
    refreshRegistry: registry.refresh
  })
})

/**
 * The client over parts of your own: swap any one of `Transport`, `Registry`, `Validator`, and take the others from
 * {@link layerParts}.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWith: Layer.Layer<Runware, never, RunwareConfig.RunwareConfig | Transport | Registry | Validator> =
  Layer.effect(Runware, make)

const transportOf = ({
  transport
}: RunwareConfig.Settings): Layer.Layer<
  Transport,
  never,
  RunwareConfig.RunwareConfig | HttpClient.HttpClient | Socket.WebSocketConstructor
> => (transport === "rest" ? RestTransport.layer : WebSocketTransport.layer)

/** What the client is made of. */
type Parts = RunwareConfig.RunwareConfig | Transport | Registry | Validator

const partsOf = <E>(
  config: Layer.Layer<RunwareConfig.RunwareConfig, E>
): Layer.Layer<Parts, E, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.mergeAll(
    Layer.unwrap(Effect.map(RunwareConfig.RunwareConfig, transportOf)),
    Registries.layerRemote,
    Validators.layerRemote
  ).pipe(Layer.provideMerge(config))

/**
 * The usual parts: the transport that the options name, the live registry and the live schemas over the bundled ones.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerParts = (
  options?: RunwareConfig.Options
): Layer.Layer<Parts, RunwareError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  partsOf(RunwareConfig.layer(options))

/**
 * The client, over the HTTP client and the WebSocket constructor of the app.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options?: RunwareConfig.Options
): Layer.Layer<Runware, RunwareError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.provide(layerWith, layerParts(options))

/**
 * The client with options read through Effect's Config.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Config } from "effect"
 *
 * export const RunwareLive = Runware.layerConfig({ apiKey: Config.Redacted("RUNWARE_API_KEY") })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: RunwareConfig.ConfigOptions
): Layer.Layer<Runware, RunwareError | Config.ConfigError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.provide(layerWith, partsOf(RunwareConfig.layerConfig(options)))

/**
 * The client over the global `fetch` and `WebSocket`, as browsers and workers have them.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFetch = (options?: RunwareConfig.Options): Layer.Layer<Runware, RunwareError> =>
  Layer.provide(layer(options), [FetchHttpClient.layer, Socket.layerWebSocketConstructorGlobal])

/**
 * Runs a task to its end and gives all its results, one for each generation.
 *
 * @since 0.1.0
 * @category operations
 */
export const run: Run<Runware> = (params, options) => Effect.flatMap(Runware, (runware) => runware.run(params, options))

/**
 * Runs a task of a community or private model, typed by its architecture, modality or operation, which also settles the
 * task type.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 *
 * export const program = Runware.runAs("sdxl", {
 *   model: "civitai:133005@782002",
 *   positivePrompt: "a lighthouse in fog",
 *   width: 1024,
 *   height: 1024
 * })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const runAs: RunAs<Runware> = (family, params, options) =>
  Effect.flatMap(Runware, (runware) => runware.runAs(family, params, options))

/**
 * Runs several tasks that travel in one request; each has its own outcome, in order.
 *
 * @since 0.1.0
 * @category operations
 */
export const runMany = (
  params: ReadonlyArray<TaskParams>,
  options?: CallOptions
): Effect.Effect<ReadonlyArray<Result.Result<ReadonlyArray<Item>, RunwareError>>, RunwareError, Runware> =>
  Effect.flatMap(Runware, (runware) => runware.runMany(params, options))

/**
 * Submits a task and gives a handle as soon as the service has it. Keep the handle, and {@link attach} later or elsewhere.
 *
 * @since 0.1.0
 * @category operations
 */
export const submit: Submit<Runware> = (params, options) =>
  Effect.flatMap(Runware, (runware) => runware.submit(params, options))

/**
 * Waits for the results of a submitted task, by its handle or its `taskUUID` alone. Without a handle the call ends when
 * the service reports no running generation.
 *
 * @since 0.1.0
 * @category operations
 */
export const attach = (
  task: TaskHandle | string,
  options?: CallOptions
): Effect.Effect<ReadonlyArray<Item>, RunwareError, Runware> =>
  Effect.flatMap(Runware, (runware) => runware.attach(task, options))

/**
 * Runs a task as a stream of what happens to it: `Accepted`, `Progress`, `Item`, `Done`.
 *
 * @since 0.1.0
 * @category operations
 */
export const events: Events<Runware> = (params, options) =>
  Stream.unwrap(Effect.map(Runware, (runware) => runware.events(params, options)))

/**
 * Streams a text as its model writes it. The stream fails unless the text is complete; its error holds what came. There
 * is one request, sent again only as long as no chunk has come, and closed when the stream ends early.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Console, Stream } from "effect"
 *
 * export const program = Runware.stream({
 *   model: "google:gemini@3.5-flash",
 *   messages: [{ role: "user", content: "Why is the sky blue?" }]
 * }).pipe(Stream.runForEach((chunk) => Console.log(chunk.delta?.text ?? "")))
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const stream: StreamText<Runware> = (params, options) =>
  Stream.unwrap(Effect.map(Runware, (runware) => runware.stream(params, options)))

/**
 * Streams a text to several readers: its text, its reasoning, everything, and the whole at the end. What can't be streamed
 * is refused here; the request is sent by the first reader, and closed by the last one or with the scope.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Console, Effect, Stream } from "effect"
 *
 * export const program = Effect.gen(function* () {
 *   const { result, text } = yield* Runware.textStream({
 *     model: "google:gemini@3.5-flash",
 *     messages: [{ role: "user", content: "Why is the sky blue?" }],
 *     includeUsage: true
 *   })
 *   yield* Stream.runForEach(text, (piece) => Console.log(piece))
 *   const { usage } = yield* result
 *   yield* Console.log(usage?.totalTokens)
 * }).pipe(Effect.scoped)
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const textStream: ShareText<Runware> = (params, options) =>
  Effect.flatMap(Runware, (runware) => runware.textStream(params, options))
