/**
 * What is done with files, by promises: the effects of the core, over the runtime's own `fetch` and disk.
 */
import type * as NodeMedia from "@effect-runware/node/NodeMedia"
import { isRunwareError, make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { ClientDependencies } from "../ClientConfig.ts"
import { aborted } from "./interruption.ts"
import { valueOf } from "./outcome.ts"
import { fetchOf, runtime } from "./platform.ts"

/** What the caller brings along. */
interface Means {
  readonly signal?: AbortSignal
  readonly fetch?: NonNullable<ClientDependencies["fetch"]>
}

/** Runs an effect over files. A signal that is aborted already starts nothing. */
export const perform = async <A>(
  effect: Effect.Effect<A, RunwareError, HttpClient.HttpClient>,
  { fetch, signal }: Means
): Promise<A> => {
  const subject = { submission: "none" } as const
  if (signal?.aborted === true) throw aborted(subject, [], signal)
  const http = Layer.mergeAll(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetchOf({ fetch })))
  const exit = await Effect.runPromiseExit(Effect.provide(effect, http), signal === undefined ? {} : { signal })
  return valueOf(exit, subject, () => aborted(subject, [], signal))
}

/** The disk, where there is one. Browsers never load what reads it. */
export const loadDisk = async (): Promise<typeof NodeMedia> => {
  if (runtime() === undefined) {
    throw makeError("validation", {
      rawCode: "noFileSystem",
      message: "This runtime has no files that a path could name.",
      advice: "Give a `File`, a `Blob` or bytes; results come as `Media.bytes` or `Media.toBlob`.",
      submission: "none"
    })
  }
  return await import("@effect-runware/node/NodeMedia")
}

/** The disk as an effect. */
export const disk: Effect.Effect<typeof NodeMedia, RunwareError> = Effect.tryPromise({
  try: loadDisk,
  catch: (cause) =>
    isRunwareError(cause)
      ? cause
      : makeError("connection", {
          rawCode: "moduleNotLoaded",
          message: "The part of this client that reads and writes files could not be loaded.",
          advice: "Check that all files of the package are where its first one is.",
          submission: "none",
          cause
        })
})
