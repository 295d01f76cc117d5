/**
 * How the parts of media are loaded when they are first needed, and the part that tasks need. They weigh nothing before.
 */
import * as Effect from "effect/Effect"
import { make as makeError, type RunwareError } from "../../RunwareError.ts"
import type * as Encoding from "./encoding.ts"

/** A part; one that can't be loaded is an error. */
export const loading = <A>(load: () => Promise<A>): Effect.Effect<A, RunwareError> =>
  Effect.tryPromise({
    try: load,
    catch: (cause) =>
      makeError("connection", {
        rawCode: "moduleNotLoaded",
        message: "The part of this client that deals with media could not be loaded.",
        advice: "Check that all files of the package are where its first one is.",
        submission: "none",
        cause
      })
  })

/** What encodes media. */
export const loadEncoding: Effect.Effect<typeof Encoding, RunwareError> = loading(() => import("./encoding.ts"))
