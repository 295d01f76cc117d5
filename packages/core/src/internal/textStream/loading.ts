/**
 * What streams texts is loaded by the first stream, and is there at once for all later ones.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Stream from "effect/Stream"
import type { Settings } from "../../RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../../RunwareError.ts"
import type { Transport } from "../../Transport.ts"
import type * as Streaming from "./streaming.ts"

let loaded: typeof Streaming | undefined

export const loadStreaming: Effect.Effect<typeof Streaming, RunwareError> = Effect.suspend(() =>
  loaded === undefined
    ? Effect.tryPromise({
        try: async () => (loaded = await import("./streaming.ts")),
        catch: (cause) =>
          makeError("connection", {
            rawCode: "moduleNotLoaded",
            message: "The part of this client that streams texts could not be loaded.",
            submission: "none",
            cause
          })
      })
    : Effect.succeed(loaded)
)

/** The `stream` of a transport. */
export const stream =
  (settings: Settings, http: HttpClient.HttpClient): Transport["Service"]["stream"] =>
  (task) =>
    Stream.unwrap(Effect.flatMap(loadStreaming, ({ open }) => open(settings, http, task)))
