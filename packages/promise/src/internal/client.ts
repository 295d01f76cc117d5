/**
 * A client: options and signals checked here, the calls themselves the core's. Which transports it has is for the entries of
 * the package to say, so that none of them holds more than it uses.
 */
import type { Family, FamilyCallParams } from "@effect-runware/schemas/calls"
import * as Registry from "@effect-runware/core/Registry"
import { TaskTimes } from "@effect-runware/core/Polling"
import * as Runware from "@effect-runware/core/Runware"
import * as RunwareConfig from "@effect-runware/core/RunwareConfig"
import type { RunwareError, Submission } from "@effect-runware/core/RunwareError"
import { layerSink } from "@effect-runware/core/RunwareLogger"
import type { Transport } from "@effect-runware/core/Transport"
import * as Validator from "@effect-runware/core/Validator"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type { ClientDependencies } from "../ClientConfig.ts"
import * as Content from "./content.ts"
import { type Callbacks, following } from "./callbacks.ts"
import { Connection, type Work } from "./connection.ts"
import { layerObserver, type Subject } from "./interruption.ts"
import { loadCatalog } from "./loading.ts"
import { type Blueprint, readCallOptions, readConfig, readRunOptions, readStreamOptions } from "./options.ts"
import { outcomeOf, taskOutcomeOf } from "./outcome.ts"
import { layerPlatform, runtime } from "./platform.ts"
import { ready } from "./redacting.ts"
import * as TextStreams from "./textStream.ts"
import * as Utilities from "./utilities.ts"
import type { RunwareClient } from "../RunwareClient.ts"
import type { TaskHandle, TaskParams } from "../Task.ts"
import type { StreamParams } from "../TextParams.ts"

type RunOptions = Runware.RunOptions

/** How the transports of an entry of the package are made. */
export type Carry = (
  settings: RunwareConfig.Settings,
  dependencies: ClientDependencies
) => Layer.Layer<Transport, RunwareError, RunwareConfig.RunwareConfig | HttpClient.HttpClient>

/** Makes the client of an entry of the package. `transport` is the only one that it has, if there is only one. */
export const make = (config: unknown, carry: Carry, transport?: "rest"): RunwareClient => {
  const blueprint = readConfig(config, transport)
  const connection = new Connection(
    layerOf(blueprint, carry),
    blueprint.settings.transport === "rest" ? "ready" : "idle"
  )
  const disconnect = () => connection.close()

  const perform = <A, B = A>(
    task: unknown,
    signal: AbortSignal | undefined,
    work: Work<A>,
    show?: (value: A) => B
  ): Promise<B> => connection.perform(subjectOf(task, "none"), signal, work, show)

  const run = (params: TaskParams | ReadonlyArray<TaskParams>, options: unknown) =>
    rejecting(() => {
      const [callbacks, others] = readRunOptions(options)
      const asked = told(others, callbacks)
      return isBatch(params)
        ? perform(
            params,
            callbacks.signal,
            (runware) => runware.run(params, asked),
            (outcomes) => outcomes.map((outcome) => taskOutcomeOf(Result.map(outcome, shownTo(asked))))
          )
        : perform(params, callbacks.signal, (runware) => runware.run(params, asked), shownTo(asked))
    })

  const runAs = (family: Family, params: FamilyCallParams<Family, "URL", false>, options: unknown) =>
    rejecting(() => {
      const [callbacks, others] = readRunOptions(options)
      const asked = told(others, callbacks)
      return perform(params, callbacks.signal, (runware) => runware.runAs(family, params, asked), shownTo(asked))
    })

  const client: { readonly [K in keyof RunwareClient]: unknown } = {
    get status() {
      return connection.status
    },
    isConnected: () => connection.status === "ready",
    connect: () => connection.connect(),
    disconnect,
    run,
    runAs,
    submit: async (params: TaskParams, options: unknown) => {
      const [{ signal }, others] = readCallOptions(options)
      return perform(params, signal, (runware) => runware.submit(params, others))
    },
    attach: async (task: TaskHandle | string, options: unknown) => {
      const [{ signal }, others] = readCallOptions(options)
      const subject = subjectOf(typeof task === "string" ? { taskUUID: task } : task, "accepted")
      return connection.perform(subject, signal, (runware) =>
        Effect.map(runware.attach(task, others), Arr.fromIterable)
      )
    },
    stream: (params: StreamParams<string>, options: unknown) => {
      const subject = subjectOf(params, "none")
      return TextStreams.make({
        subject,
        // What is wrong with the options is told to readers, as everything is.
        perform: async (use) => {
          const [{ signal }, others] = readStreamOptions(options)
          return connection.perform(subject, signal, (runware) =>
            Effect.scoped(Effect.flatMap(runware.textStream(params, others), use))
          )
        }
      })
    },
    ...Utilities.make(perform),
    content: Content.make((signal, question) =>
      connection.perform({}, signal, () =>
        Effect.flatMap(loadCatalog, (catalog) =>
          Effect.provide(Effect.flatMap(catalog.Content, question), catalog.layer)
        )
      )
    ),
    refreshRegistry: () => connection.perform({}, undefined, (runware) => runware.refreshRegistry),
    learnedTimes: () => Effect.runSync(blueprint.times.learned),
    clearValidatorCache: () => connection.clearValidator(),
    // Runtimes without the symbol get the one that compilers of `await using` look for there.
    [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]: disconnect
  }
  // The types say what follows from what was asked for; what comes is the service's.
  return client as RunwareClient
}

const layerOf = ({ dependencies, settings, sink, times }: Blueprint, carry: Carry) =>
  Layer.effect(Runware.Runware, Runware.make).pipe(
    Layer.provideMerge(
      Layer.mergeAll(carry(settings, dependencies), Registry.layerRemote, Validator.layerRemote).pipe(
        Layer.provideMerge(Layer.succeed(RunwareConfig.RunwareConfig, settings))
      )
    ),
    Layer.provideMerge(layerPlatform(dependencies)),
    Layer.provideMerge(layerEngine(sink === undefined ? Effect.void : ready)),
    Layer.provideMerge(layerObserver),
    Layer.provideMerge(Layer.succeed(TaskTimes, times)),
    Layer.provideMerge(sink === undefined ? Layer.empty : layerSink(sink))
  )

/**
 * Browsers and workers refuse ajv, and pages report it when it is only asked for: there the other engine is loaded at once. What
 * the client needs besides is there before it.
 */
const layerEngine = (needed: Effect.Effect<void>) =>
  Layer.effect(
    Validator.Engine,
    Effect.map(needed, () => (runtime() === undefined ? "cfworker" : "auto"))
  )

/** As an async function does, and without what one holds for as long as it waits. */
const rejecting = <A>(start: () => Promise<A>): Promise<A> => {
  try {
    return start()
  } catch (error) {
    return Promise.reject(error)
  }
}

const isBatch = (params: TaskParams | ReadonlyArray<TaskParams>): params is ReadonlyArray<TaskParams> =>
  Array.isArray(params)

/** What is no object of options is the core's to refuse. */
const told = (options: RunOptions | undefined, callbacks: Callbacks): RunOptions | undefined =>
  (typeof options === "object" || options === undefined) && (callbacks.onResult ?? callbacks.onProgress) !== undefined
    ? { ...options, onEvent: following(callbacks) }
    : options

/** With `partial` the core gives outcomes in the place of results. */
const shownTo = (options: RunOptions | undefined) =>
  options?.partial === true
    ? (results: ReadonlyArray<unknown>): Array<unknown> =>
        results.map((outcome) => outcomeOf(outcome as Result.Result<unknown, RunwareError>))
    : copied

const copied = (results: ReadonlyArray<unknown>): Array<unknown> => [...results]

/** What names a task in an error, as far as it is text. */
const subjectOf = (task: unknown, submission: Submission): Subject =>
  typeof task === "object" && task !== null
    ? {
        taskType: textIn(task, "taskType"),
        taskUUID: textIn(task, "taskUUID"),
        model: textIn(task, "model"),
        submission
      }
    : { submission }

const textIn = (task: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(task, name)
  return typeof value === "string" ? value : undefined
}
