import * as Effect from "effect/Effect"
import type * as Encoding from "./encoding.ts"
import { make as makeError, type RunwareError } from "../../RunwareError.ts"

/** What encodes media. Only who gives one loads it. */
export const loadEncoding: Effect.Effect<typeof Encoding, RunwareError> = Effect.tryPromise({
  try: () => import("./encoding.ts"),
  catch: (cause) =>
    makeError("connection", {
      rawCode: "moduleNotLoaded",
      message: "The part of this client that encodes media could not be loaded.",
      submission: "none",
      cause
    })
})
