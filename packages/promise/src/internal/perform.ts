/**
 * What is done without a client: effects of the core by promises, over the runtime's `fetch` or another.
 */
import type { RunwareError } from "@effect-runware/core/RunwareError"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type { ClientDependencies } from "../ClientConfig.ts"
import { aborted } from "./interruption.ts"
import { valueOf } from "./outcome.ts"
import { layerPlatform } from "./platform.ts"

/** What the caller brings along. */
interface Means {
  readonly signal?: AbortSignal | undefined
  readonly fetch?: ClientDependencies["fetch"]
}

/** Runs an effect that buys nothing. A signal that is aborted already starts nothing. */
export const perform = async <A>(
  effect: Effect.Effect<A, RunwareError, HttpClient.HttpClient>,
  { fetch, signal }: Means
): Promise<A> => {
  const subject = { submission: "none" } as const
  if (signal?.aborted === true) throw aborted(subject, [], signal)
  const exit = await Effect.runPromiseExit(
    Effect.provide(effect, layerPlatform({ fetch })),
    signal === undefined ? {} : { signal }
  )
  return valueOf(exit, subject, () => aborted(subject, [], signal))
}
