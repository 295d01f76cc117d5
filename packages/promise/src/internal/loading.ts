/**
 * The parts of the client that are loaded when they are first used, and weigh nothing before: what runs no task.
 */
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import type * as Catalog from "@effect-runware/core/Content"
import type * as Utilities from "@effect-runware/core/Utilities"
import * as Effect from "effect/Effect"
import type * as TextHandle from "./textHandle.ts"

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

/** What searches, uploads and looks after what an account has. */
export const loadUtilities: Effect.Effect<typeof Utilities, RunwareError> = loading(
  "has the utilities",
  () => import("@effect-runware/core/Utilities")
)

/** What reads text streams. */
export const loadTextHandle: Effect.Effect<typeof TextHandle, RunwareError> = loading(
  "reads text streams",
  () => import("./textHandle.ts")
)
