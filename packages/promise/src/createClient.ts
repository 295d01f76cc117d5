/**
 * Makes clients.
 *
 * @since 0.1.0
 */
import type { Family, FamilyCallParams } from "@effect-runware/schemas/calls"
import * as Catalog from "@effect-runware/core/Content"
import * as Runware from "@effect-runware/core/Runware"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { layerSink } from "@effect-runware/core/RunwareLogger"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type { ClientConfig } from "./ClientConfig.ts"
import * as Content from "./internal/content.ts"
import { type Callbacks, following } from "./internal/callbacks.ts"
import { Connection, type Work } from "./internal/connection.ts"
import { layerObserver, type Subject } from "./internal/interruption.ts"
import { type Blueprint, readCallOptions, readConfig, readRunOptions, readStreamOptions } from "./internal/options.ts"
import { outcomeOf, taskOutcomeOf } from "./internal/outcome.ts"
import { layerPlatform } from "./internal/platform.ts"
import * as TextStreams from "./internal/textStream.ts"
import * as Utilities from "./internal/utilities.ts"
import type { RunwareClient } from "./RunwareClient.ts"
import type { TaskHandle, TaskParams } from "./Task.ts"
import type { StreamParams } from "./TextParams.ts"

type RunOptions = Runware.RunOptions

/**
 * Makes a client. Nothing is sent yet: the first call connects. The client is there at once; `await createClient(...)`
 * gives it too.
 *
 * Throws a `RunwareError` with code `validation` when an option is wrong or unknown, or `auth` when there is no key.
 *
 * @example
 * import { createClient } from "@effect-runware/promise"
 *
 * const client = createClient({ apiKey: process.env.RUNWARE_API_KEY })
 * const [image] = await client.run({ model: "runware:101@1", positivePrompt: "a lighthouse", width: 768, height: 512 })
 * console.log(image.imageURL)
 * await client.disconnect()
 *
 * @since 0.1.0
 * @category constructors
 */
export const createClient = (config?: ClientConfig): RunwareClient => {
  const blueprint = readConfig(config)
  const connection = new Connection(layerOf(blueprint), blueprint.settings.transport === "rest" ? "ready" : "idle")
  const disconnect = () => connection.close()

  const perform = <A>(task: unknown, signal: AbortSignal | undefined, work: Work<A>): Promise<A> =>
    connection.perform({ ...namesOf(task), submission: "none" }, signal, work)

  const run = async (params: TaskParams | ReadonlyArray<TaskParams>, options: unknown) => {
    const [{ signal, ...callbacks }, others] = readRunOptions(options)
    return perform(params, signal, (runware) =>
      isBatch(params)
        ? deliveredTogether((options) => runware.run(params, options), others, callbacks)
        : delivered((options) => runware.run(params, options), others, callbacks)
    )
  }

  const runAs = async (family: Family, params: FamilyCallParams<Family, "URL", false>, options: unknown) => {
    const [{ signal, ...callbacks }, others] = readRunOptions(options)
    return perform(params, signal, (runware) =>
      delivered((options) => runware.runAs(family, params, options), others, callbacks)
    )
  }

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
      const subject: Subject = {
        ...namesOf(typeof task === "string" ? { taskUUID: task } : task),
        submission: "accepted"
      }
      return connection.perform(subject, signal, (runware) =>
        Effect.map(runware.attach(task, others), Arr.fromIterable)
      )
    },
    stream: (params: StreamParams<string>, options: unknown) => {
      const subject: Subject = { ...namesOf(params), submission: "none" }
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
      connection.perform({}, signal, () => Effect.flatMap(Catalog.Content, question))
    ),
    refreshRegistry: () => connection.perform({}, undefined, (runware) => runware.refreshRegistry),
    clearValidatorCache: () => connection.clearValidator(),
    // Runtimes without the symbol get the one that compilers of `await using` look for there.
    [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]: disconnect
  }
  // The types say what follows from what was asked for; what comes is the service's.
  return client as RunwareClient
}

const layerOf = ({ dependencies, settings, sink }: Blueprint) =>
  Layer.mergeAll(Runware.layerWith, Catalog.layer).pipe(
    Layer.provideMerge(Runware.layerParts(settings)),
    Layer.provideMerge(layerPlatform(settings, dependencies)),
    Layer.provideMerge(layerObserver),
    Layer.provideMerge(sink === undefined ? Layer.empty : layerSink(sink))
  )

const isBatch = (params: TaskParams | ReadonlyArray<TaskParams>): params is ReadonlyArray<TaskParams> =>
  Array.isArray(params)

/** What a run is of: a task, or one of a family. */
type Start<A> = (options: RunOptions) => Effect.Effect<ReadonlyArray<A>, RunwareError>

/** What a run gives to those who await it; it calls them back on the way. */
const delivered = (start: Start<unknown>, given: RunOptions, callbacks: Callbacks) =>
  Effect.map(start(told(given, callbacks)), (results) => shown(results, given))

/** What a run of several tasks gives: the outcome of each. */
const deliveredTogether = (
  start: Start<Result.Result<ReadonlyArray<unknown>, RunwareError>>,
  given: RunOptions,
  callbacks: Callbacks
) =>
  Effect.map(start(told(given, callbacks)), (outcomes) =>
    outcomes.map((outcome) => taskOutcomeOf(Result.map(outcome, (results) => shown(results, given))))
  )

/** What is no object of options is the core's to refuse. */
const told = (options: RunOptions, callbacks: Callbacks): RunOptions =>
  typeof options === "object" ? { ...options, onEvent: following(callbacks) } : options

/** With `partial` the core gives outcomes in the place of results. */
const shown = (results: ReadonlyArray<unknown>, { partial }: RunOptions): Array<unknown> =>
  partial === true ? results.map((outcome) => outcomeOf(outcome as Result.Result<unknown, RunwareError>)) : [...results]

/** What names a task in an error, as far as it is text. */
const namesOf = (task: unknown) => {
  const fields = typeof task === "object" && task !== null ? task : {}
  const text = (name: string) => {
    const value: unknown = Reflect.get(fields, name)
    return typeof value === "string" ? { [name]: value } : {}
  }
  return { ...text("taskType"), ...text("taskUUID"), ...text("model") }
}
