/**
 * The utilities of a client: each is the core's, with a signal.
 */
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { Runware } from "@effect-runware/core/Runware"
import * as Core from "@effect-runware/core/Utilities"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { calling } from "./callbacks.ts"
import { readPingOptions, readUploadOptions, readUtilityOptions } from "./options.ts"

/** How a client performs a call about a task. */
export type Perform = <A>(
  task: unknown,
  signal: AbortSignal | undefined,
  work: (runware: Runware["Service"]) => Effect.Effect<A, RunwareError>
) => Promise<A>

/** A utility of the core. What it takes is checked there, at run time. */
type Utility = (core: typeof Core) => (params: never, options: never) => Effect.Effect<unknown, RunwareError, Runware>

export const make = (perform: Perform) => {
  const start = (utility: Utility, params: unknown, options: unknown, signal: AbortSignal | undefined) =>
    perform(typeof params === "string" ? { taskUUID: params } : params, signal, (runware) =>
      Effect.provideService(utility(Core)(params as never, options as never), Runware, runware)
    )

  const offer = (utility: Utility) => async (params: unknown, options: unknown) => {
    const [{ signal }, others] = readUtilityOptions(options)
    return start(utility, params, others, signal)
  }

  return {
    modelSearch: offer((core) => core.modelSearch),
    modelUpload: async (params: unknown, options: unknown) => {
      const [{ onProgress, signal }, others] = readUploadOptions(options)
      const telling = onProgress && calling("onProgress", onProgress)
      return start(
        (core) => core.modelUpload,
        params,
        isObject(others) ? { ...others, onProgress: telling } : others,
        signal
      )
    },
    imageUpload: offer((core) => core.imageUpload),
    mediaStorage: offer((core) => core.mediaStorage),
    accountManagement: offer((core) => core.accountManagement),
    getTaskDetails: offer((core) => core.getTaskDetails),
    getResponse: offer((core) => core.getResponse),
    ping: async (options: unknown) => {
      const [{ signal }, others] = readPingOptions(options)
      return perform({}, signal, (runware) =>
        Effect.map(runware.ping(others), ({ pong, roundTrip }) => ({ pong, roundTrip: Duration.toMillis(roundTrip) }))
      )
    }
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null
