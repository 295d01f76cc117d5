/**
 * The parts of the client that are loaded when they are first used, and weigh nothing before: what runs no task.
 */
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import type * as Catalog from "@effect-runware/core/Content"
import * as Effect from "effect/Effect"
import type * as ContentCalls from "./contentCalls.ts"
import type * as MediaCalls from "./mediaCalls.ts"
import type * as TextHandle from "./textHandle.ts"
import type * as UtilityCalls from "./utilityCalls.ts"

const loading = <A>(what: string, load: () => Promise<A>): Effect.Effect<A, RunwareError> =>
  Effect.tryPromise({
    try: load,
    catch: (cause) =>
      makeError("connection", {
        rawCode: "moduleNotLoaded",
        message: `The part of this client that ${what} could not be loaded.`,
        advice: "Check that all files of the package are where its first one is.",
        submission: "none",
        cause
      })
  })

/** What asks the catalog. */
export const loadCatalog: Effect.Effect<typeof Catalog, RunwareError> = loading(
  "asks the catalog",
  () => import("@effect-runware/core/Content")
)

/** What asks the catalog in the words of a client. */
export const loadContentCalls: Effect.Effect<typeof ContentCalls, RunwareError> = loading(
  "asks the catalog",
  () => import("./contentCalls.ts")
)

/** What searches, uploads and looks after what an account has. */
export const loadUtilityCalls: Effect.Effect<typeof UtilityCalls, RunwareError> = loading(
  "has the utilities",
  () => import("./utilityCalls.ts")
)

/** What reads and saves media. */
export const loadMediaCalls: Effect.Effect<typeof MediaCalls, RunwareError> = loading(
  "deals with media",
  () => import("./mediaCalls.ts")
)

/** What reads text streams. */
export const loadTextHandle: Effect.Effect<typeof TextHandle, RunwareError> = loading(
  "reads text streams",
  () => import("./textHandle.ts")
)

export type Method = (...given: ReadonlyArray<never>) => Promise<unknown>

/** Methods of a part, which the first call of one loads. */
export const methods = <Name extends string>(
  load: Effect.Effect<Readonly<Record<Name, Method>>, RunwareError>,
  names: ReadonlyArray<Name>
): Readonly<Record<Name, Method>> => {
  const entries = names.map((name): readonly [Name, Method] => [
    name,
    async (...given) => (await Effect.runPromise(load))[name](...given)
  ])
  // These are all of the names.
  return Object.fromEntries(entries) as Record<Name, Method>
}
