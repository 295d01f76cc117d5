/**
 * The parts of media that are loaded when they are first needed, and weigh nothing before.
 */
import * as Effect from "effect/Effect"
import { make as makeError, type RunwareError } from "../../RunwareError.ts"
import type * as Content from "./content.ts"
import type * as Encoding from "./encoding.ts"
import type * as Sniffing from "./sniffing.ts"

const loading = <A>(load: () => Promise<A>): Effect.Effect<A, RunwareError> =>
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

/** What decodes and fetches media. */
export const loadContent: Effect.Effect<typeof Content, RunwareError> = loading(() => import("./content.ts"))

/** What knows media by their bytes. */
export const loadSniffing: Effect.Effect<typeof Sniffing, RunwareError> = loading(() => import("./sniffing.ts"))
