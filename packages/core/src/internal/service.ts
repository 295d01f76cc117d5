/**
 * The client as a service, and how it is built from its parts. `Runware` has it with its layers and operations.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type {
  Attach,
  Events,
  Pong,
  Run,
  RunAs,
  RunOptions,
  ShareText,
  StreamText,
  Submit,
  TaskReference,
  UtilityOptions
} from "../Operation.ts"
import * as Polling from "../Polling.ts"
import { Registry } from "../Registry.ts"
import * as RunwareConfig from "../RunwareConfig.ts"
import type { RunwareError } from "../RunwareError.ts"
import { RunwareLogger } from "../RunwareLogger.ts"
import type { TaskEvent, TaskHandle, TaskState } from "../Task.ts"
import { type ConnectionStatus, Transport } from "../Transport.ts"
import { Validator } from "../Validator.ts"
import { silent } from "./call.ts"
import { Feed } from "./feed.ts"
import * as Operations from "./operations.ts"
import * as Pace from "./pace.ts"
import { traced } from "./tracing.ts"

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
    /**
     * Runs a task to its end and gives all its results. An array of tasks travels in one request; each task has its own
     * outcome, in order.
     */
    readonly run: Run
    /** Runs a task of a community or private model, typed by its family, which also settles the task type. */
    readonly runAs: RunAs
    /** Gives a handle as soon as the service has the task. Delivery is `async`, whatever the parameters say. */
    readonly submit: Submit
    /** Waits for the results of a task that was submitted earlier, here or elsewhere. */
    readonly attach: Attach
    /** Runs a task and tells what happens to it. Ending the stream early stops the polling, not the task. */
    readonly events: Events
    /** Streams a text, chunk by chunk, to one reader. Ending the stream early closes the request. */
    readonly stream: StreamText
    /** Streams a text to several readers, who also get the whole at its end. The first one sends the request. */
    readonly textStream: ShareText
    /** Gives the state of a task as it is now, once, without waiting for it. */
    readonly getResponse: (task: TaskReference, options?: UtilityOptions) => Effect.Effect<TaskState, RunwareError>
    /** Asks the service for a sign of life. */
    readonly ping: (options?: Pick<UtilityOptions, "timeout">) => Effect.Effect<Pong, RunwareError>
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
    cadence: (yield* Polling.Polling) ?? (yield* cadenceOf(settings)),
    pacer: Pace.make(settings)
  })

  return Runware.of({
    // The results are the service's: their type follows from what was asked for.
    run: ((params: unknown, options?: RunOptions): Effect.Effect<unknown, RunwareError> => {
      const emit = options?.onEvent ?? silent
      return Array.isArray(params)
        ? deliverMany(params, options, emit).pipe(traced("Runware.batch", () => ({ "runware.tasks": params.length })))
        : deliver({ params }, options, emit).pipe(traced("Runware.run"))
    }) as Run,
    runAs: ((family: unknown, params: unknown, options?: RunOptions) =>
      deliver({ params, family }, options, options?.onEvent ?? silent).pipe(traced("Runware.runAs"))) as RunAs,
    submit: ((params: unknown, options?: object) =>
      operations.submit({ params }, options).pipe(traced("Runware.submit"))) as Submit,
    attach: ((handle: TaskHandle | string, options?: object) =>
      operations.attach(handle, options).pipe(traced("Runware.attach"))) as Attach,
    events: ((params: unknown, options?: object) =>
      Stream.unwrap(
        Effect.gen(function* () {
          const feed = new Feed<TaskEvent, RunwareError>()
          const stream = feed.stream()
          yield* deliver({ params }, options, (event) => Effect.sync(() => feed.push(event))).pipe(
            traced("Runware.events"),
            Effect.onExit((exit) => Effect.sync(() => feed.end(exit))),
            Effect.forkScoped({ startImmediately: true })
          )
          return stream
        })
      )) as Events,
    stream: (params, options) =>
      Stream.unwrap(
        Effect.map(operations.textStream({ params }, { ...options, replay: false }), ({ chunks }) => chunks)
      ),
    textStream: (params, options) => operations.textStream({ params }, options),
    getResponse: (task, options) => operations.getResponse(task, options).pipe(traced("Runware.getResponse")),
    ping: (options) => operations.ping(options).pipe(traced("Runware.ping")),
    connect: transport.connect,
    disconnect: transport.disconnect,
    status: transport.status,
    statusChanges: transport.statusChanges,
    refreshRegistry: registry.refresh
  })
})

/** A memory that somebody provides is used in place of the client's own. */
const cadenceOf = (settings: RunwareConfig.Settings): Effect.Effect<Polling.Cadence> =>
  settings.polling === "standard"
    ? Effect.succeed(Polling.standard(settings))
    : Effect.map(Effect.serviceOption(Polling.TaskTimes), (times) =>
        Polling.adaptive(Option.getOrElse(times, Polling.makeTaskTimes), settings)
      )
