/**
 * Makes clients.
 *
 * @since 0.1.0
 */
import * as Runware from "@effect-runware/core/Runware"
import { layerSink } from "@effect-runware/core/RunwareLogger"
import { TaskUUIDs, type TaskParams as CoreTaskParams } from "@effect-runware/core/Task"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ClientConfig } from "./ClientConfig.ts"
import { runWith } from "./internal/callbacks.ts"
import { Connection } from "./internal/connection.ts"
import { type Blueprint, readCallOptions, readConfig, readRunOptions } from "./internal/options.ts"
import type { CallFacts } from "./internal/outcome.ts"
import { layerPlatform } from "./internal/platform.ts"
import type { RunwareClient } from "./RunwareClient.ts"

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

  const run = async (params: unknown, options: unknown): Promise<ReadonlyArray<unknown>> => {
    const [{ onProgress, onResult, signal }, others] = readRunOptions(options)
    const { facts, task } = named(params)
    const isWatched = signal !== undefined || onResult !== undefined || onProgress !== undefined
    return connection.perform(facts, signal, (runware) => {
      facts.submission = "unknown"
      return isWatched
        ? runWith(runware, task, others, facts, { onProgress, onResult })
        : runware.run(task, others)
    })
  }

  return {
    get status() {
      return connection.status
    },
    isConnected: () => connection.status === "ready",
    connect: () => connection.connect(),
    disconnect,
    // The results are the service's: their type follows from the task type that was asked for.
    run: (params, options) => run(params, options) as Promise<Array<never>>,
    submit: async (params, options) => {
      const [{ signal }, others] = readCallOptions(options)
      const { facts, task } = named(params)
      return connection.perform(facts, signal, (runware) => {
        facts.submission = "unknown"
        return runware.submit(task, others)
      })
    },
    attach: async (task, options) => {
      const [{ signal }, others] = readCallOptions(options)
      const facts: CallFacts = { ...identity(task), submission: "accepted" }
      return [...(await connection.perform(facts, signal, (runware) => runware.attach(task, others)))]
    },
    refreshRegistry: () => connection.perform({ submission: "none" }, undefined, (runware) => runware.refreshRegistry),
    // Runtimes without the symbol get the one that compilers of `await using` look for there.
    [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]: disconnect
  } as RunwareClient
}

const layerOf = ({ dependencies, settings, sink }: Blueprint) =>
  Runware.layer(settings).pipe(
    Layer.provideMerge(layerPlatform(settings, dependencies)),
    Layer.provideMerge(sink === undefined ? Layer.empty : layerSink(sink))
  )

/** Parameters with their UUID: minted here, so that the error of a call that is given up can tell it. */
const named = (params: unknown): { readonly task: CoreTaskParams; readonly facts: CallFacts } => {
  // What is no object of parameters is the core's to refuse.
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    return { task: params as CoreTaskParams, facts: { submission: "none" } }
  }
  const given: CoreTaskParams = { ...params }
  const task = given.taskUUID === undefined ? { ...given, taskUUID: Effect.runSync(Effect.flatten(TaskUUIDs)) } : given
  return { task, facts: { ...identity(task), submission: "none" } }
}

/** What names a task in an error, as far as it is text. */
const identity = (task: unknown) => {
  const fields = typeof task === "object" && task !== null ? task : { taskUUID: task }
  const text = (name: string) => {
    const value: unknown = Reflect.get(fields, name)
    return typeof value === "string" ? { [name]: value } : {}
  }
  return { ...text("taskType"), ...text("taskUUID"), ...text("model") }
}
