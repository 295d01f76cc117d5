/**
 * `redaction` for a bundle most of whose programs read no log, as that of the Promise client: its build puts this in its place.
 * What redacts is loaded when a reader is set up.
 */
import * as Effect from "effect/Effect"
import type * as Redaction from "./redaction.ts"

let loaded: typeof Redaction | undefined

/** Loads it, for whoever sets up a reader. */
export const ready: Effect.Effect<void> = Effect.promise(async () => {
  loaded = await import("./redaction.ts").catch(() => undefined)
})

/** Where it could not be loaded entries come without their data: better nothing than a secret. */
export const redact: typeof Redaction.redact = (record) => loaded?.redact(record) ?? {}
