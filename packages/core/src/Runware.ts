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
import type {
  Family,
  FamilyCallParams,
  FamilyResult,
  ModelName,
  RunParams,
  RunResult
} from "@effect-runware/schemas/calls"
import type * as Config from "effect/Config"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import * as Call from "./internal/call.ts"
import { checkOptions, duration, flag } from "./internal/options.ts"
import { type Given, isUtility, prepare } from "./internal/preparation.ts"
import { replyError } from "./internal/judgement.ts"
import * as Pace from "./internal/pace.ts"
import * as Polling from "./Polling.ts"
import { Registry } from "./Registry.ts"
import * as Registries from "./Registry.ts"
import * as RestTransport from "./RestTransport.ts"
import * as RunwareConfig from "./RunwareConfig.ts"
import type { RunwareError } from "./RunwareError.ts"
import { RunwareLogger } from "./RunwareLogger.ts"
import { type Item, type Task, type TaskEvent, type TaskHandle, generationsOf, taskUUID } from "./Task.ts"
import { type ConnectionStatus, type Reply, Transport } from "./Transport.ts"
import * as Validators from "./Validator.ts"
import { Validator } from "./Validator.ts"
import * as WebSocketTransport from "./WebSocketTransport.ts"

/**
 * What one call may say differently from the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallOptions {
  /** Bounds this whole call. Default: the client's `timeout`. */
  readonly timeout?: Duration.Input | undefined
  /** Check this task before it is sent. Default: the client's `validate`. */
  readonly validate?: boolean | undefined
  /**
   * When the service already has a task of this `taskUUID`, wait for its results instead of failing with
   * `conflictTaskUUID`. Default `false`.
   */
  readonly attachOnConflict?: boolean | undefined
}

type Choices = Readonly<Record<"validate" | "attachOnConflict", boolean>>

/** A curated model, or the AIR of any other. */
type Model = ModelName | (string & {})

/**
 * Runs a task: its parameters follow from the model, or from the task type of a utility, and its results from both.
 *
 * @since 0.1.0
 * @category models
 */
export interface Run<R = never> {
  <
    const M extends Model = never,
    const T extends string = string,
    const O extends string = "URL",
    const C extends boolean = false
  >(
    params: RunParams<M, T, O, C>,
    options?: CallOptions
  ): Effect.Effect<ReadonlyArray<RunResult<M, T, O, C, Item>>, RunwareError, R>
}

/**
 * Runs a task whose parameters and results follow from an architecture, a modality or an operation.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunAs<R = never> {
  <const F extends Family, const O extends string = "URL", const C extends boolean = false>(
    family: F,
    params: FamilyCallParams<F, O, C>,
    options?: CallOptions
  ): Effect.Effect<ReadonlyArray<FamilyResult<F, O, C>>, RunwareError, R>
}

/**
 * Submits a task, with the parameters that `run` takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Submit<R = never> {
  <
    const M extends Model = never,
    const T extends string = string,
    const O extends string = "URL",
    const C extends boolean = false
  >(
    params: RunParams<M, T, O, C>,
    options?: CallOptions
  ): Effect.Effect<TaskHandle, RunwareError, R>
}

/**
 * Runs a task as a stream, with the parameters and the results of `run`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Events<R = never> {
  <
    const M extends Model = never,
    const T extends string = string,
    const O extends string = "URL",
    const C extends boolean = false
  >(
    params: RunParams<M, T, O, C>,
    options?: CallOptions
  ): Stream.Stream<TaskEvent<RunResult<M, T, O, C, Item>>, RunwareError, R>
}

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
    /** Gives a handle as soon as the service has the task. Delivery is `async`, whatever the parameters say. */
    readonly submit: Submit
    /** Waits for the results of a task that was submitted earlier, here or elsewhere. */
    readonly attach: (
      task: TaskHandle | string,
      options?: CallOptions
    ) => Effect.Effect<ReadonlyArray<Item>, RunwareError>
    /** Runs a task and tells what happens to it. Ending the stream early stops the polling, not the task. */
    readonly events: Events
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
  const logger = yield* RunwareLogger
  const environment = {
    settings,
    transport,
    cadence: (yield* Polling.Polling) ?? Polling.standard(settings),
    pacer: Pace.make(settings)
  }

  /** Bounds a call, completes its error, and lets it log where the client does. */
  const call = <A>(
    options: CallOptions | undefined,
    body: (account: Call.Account, choices: Choices) => Effect.Effect<A, RunwareError>
  ): Effect.Effect<A, RunwareError> =>
    Effect.gen(function* () {
      const account = yield* Call.account
      const fields = {
        timeout: duration(settings.timeout),
        validate: flag(settings.validate),
        attachOnConflict: flag(false)
      }
      const { timeout, ...choices } = yield* Effect.fromResult(checkOptions(options ?? {}, fields, []))
      return yield* body(account, choices).pipe(
        Call.within(timeout, "the whole call", "timeout"),
        Effect.catch(Call.explain(account))
      )
    }).pipe(logger === undefined ? identity : Effect.provideService(RunwareLogger, logger))

  const begin = Effect.fnUntraced(function* (given: Given, account: Call.Account, choices: Choices) {
    const task = yield* prepare(given, registry, settings.deliveryMethod)
    account.task = task
    yield* Effect.annotateCurrentSpan(Call.about(task))
    if (choices.validate) yield* validator.validate(task)
    const reply = yield* Call.submit(environment, task, account, choices.attachOnConflict)
    return { task, reply, submittedAt: yield* Clock.currentTimeMillis }
  })

  const deliver = (given: Given, options: CallOptions | undefined, emit: Call.Emit) =>
    call(options, (account, choices) =>
      Effect.gen(function* () {
        const { reply, submittedAt, task } = yield* begin(given, account, choices)
        yield* emit({ _tag: "Accepted", handle: handleOf(task, submittedAt) })
        if (!isUtility(task)) {
          return yield* Call.follow(environment, task, { reply, expected: generationsOf(task) }, account, emit)
        }
        return yield* answerOf(task, reply, emit)
      }).pipe(environment.pacer.inFlight)
    )

  const submit = (params: unknown, options: CallOptions | undefined) =>
    call(options, (account, choices) =>
      Effect.gen(function* () {
        const asynchronous = isObject(params) ? { ...params, deliveryMethod: "async" } : params
        const { submittedAt, task } = yield* begin({ params: asynchronous }, account, choices)
        return handleOf(task, submittedAt)
      }).pipe(environment.pacer.inFlight)
    )

  const attach = (handle: TaskHandle | string, options: CallOptions | undefined) =>
    call(options, (account) =>
      Effect.gen(function* () {
        const { expected, task } = yield* taskOf(handle)
        account.task = task
        account.submission = "accepted"
        return yield* Call.follow(environment, task, { reply: undefined, expected }, account, () => Effect.void)
      })
    )

  return Runware.of({
    // The results are the service's: their type follows from what was asked for.
    run: (params, options) =>
      deliver({ params }, options, () => Effect.void).pipe(Effect.withSpan("Runware.run", { kind: "client" })) as never,
    runAs: (family, params, options) =>
      deliver({ params, family }, options, () => Effect.void).pipe(
        Effect.withSpan("Runware.runAs", { kind: "client" })
      ) as never,
    submit: (params, options) => submit(params, options).pipe(Effect.withSpan("Runware.submit", { kind: "client" })),
    attach: (handle, options) => attach(handle, options).pipe(Effect.withSpan("Runware.attach", { kind: "client" })),
    events: (params, options) =>
      Stream.callback<TaskEvent, RunwareError>((queue) =>
        deliver({ params }, options, (event) => Effect.asVoid(Queue.offer(queue, event))).pipe(
          Effect.withSpan("Runware.events", { kind: "client" }),
          Effect.matchCauseEffect({
            onFailure: (cause) => Queue.failCause(queue, cause),
            onSuccess: () => Queue.end(queue)
          })
        )
      ) as never,
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

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const handleOf = (task: Task, submittedAt: number): TaskHandle => ({
  taskUUID: task.taskUUID,
  taskType: task.taskType,
  ...(task.model === undefined ? {} : { model: task.model }),
  numberResults: generationsOf(task),
  submittedAt: new Date(submittedAt).toISOString()
})

/** The task behind a handle. A bare UUID doesn't say how many results there are: only the service knows. */
const taskOf = Effect.fnUntraced(function* (handle: TaskHandle | string) {
  // From JavaScript anything may come, and a handle may have been through a database.
  const given: unknown = handle
  const fields = isObject(given) ? given : { taskUUID: given }
  const { model, numberResults, taskType } = fields
  const task: Task = {
    taskType: typeof taskType === "string" ? taskType : "getResponse",
    taskUUID: yield* taskUUID(fields["taskUUID"]),
    ...(typeof model === "string" ? { model } : {})
  }
  return { task, expected: typeof numberResults === "number" ? numberResults : undefined }
})

/** The answer of a utility: all items of its one reply. */
const answerOf = Effect.fnUntraced(function* (task: Task, reply: Reply, emit: Call.Emit) {
  const error = replyError(reply, task)
  if (error !== undefined) return yield* error
  const results = reply.items.map((item): Item => ({
    ...item,
    taskType: item.taskType ?? task.taskType,
    taskUUID: task.taskUUID
  }))
  for (const [index, item] of results.entries()) yield* emit({ _tag: "Item", taskUUID: task.taskUUID, index, item })
  yield* emit({ _tag: "Done", taskUUID: task.taskUUID, results })
  return results
})
