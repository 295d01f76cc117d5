/**
 * Structured log entries of the client: silent by default, to Effect's Logger, or to a sink of yours. An entry is built
 * only when somebody reads it; keys never are in one, prompts and media are shortened.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { redact } from "./internal/redaction.ts"

/**
 * What an entry is about.
 *
 * @since 0.1.0
 * @category models
 */
export type LogCategory =
  | "connection"
  | "auth"
  | "send"
  | "receive"
  | "poll"
  | "retry"
  | "registry"
  | "validation"
  | "stream"
  | "callback"

/**
 * One log entry. `timestamp` is in milliseconds since the epoch, `data` is JSON with long strings shortened and secrets
 * replaced.
 *
 * @since 0.1.0
 * @category models
 */
export interface LogEntry {
  readonly category: LogCategory
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
  readonly timestamp: number
}

/**
 * The logger service. `undefined` means silence, at no cost.
 *
 * @since 0.1.0
 * @category services
 */
export const RunwareLogger: Context.Reference<((entry: LogEntry) => Effect.Effect<void>) | undefined> =
  Context.Reference<((entry: LogEntry) => Effect.Effect<void>) | undefined>("@effect-runware/core/RunwareLogger", {
    defaultValue: () => undefined
  })

/**
 * Says nothing. The default.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerSilent: Layer.Layer<never> = /* @__PURE__ */ Layer.succeed(RunwareLogger, undefined)

/**
 * Hands entries to Effect's Logger at level `Debug`, with the category and the data as annotations.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerEffect: Layer.Layer<never> = /* @__PURE__ */ Layer.succeed(RunwareLogger, (entry: LogEntry) =>
  Effect.logDebug(entry.message).pipe(Effect.annotateLogs({ ...entry.data, category: entry.category }))
)

/**
 * Hands entries to a function of yours. What it throws, or rejects with, is dropped: a log sink can't break a call.
 *
 * @since 0.1.0
 * @category layers
 * @example
 * ```ts
 * import { RunwareLogger } from "@effect-runware/core"
 *
 * export const Logging = RunwareLogger.layerSink((entry) => console.error(entry.category, entry.message, entry.data))
 * ```
 */
export const layerSink = (sink: (entry: LogEntry) => void): Layer.Layer<never> =>
  Layer.succeed(RunwareLogger, (entry: LogEntry) =>
    Effect.sync(() => {
      // An asynchronous function fits the type, too: nobody waits for it, but its rejection must end here.
      const returned: unknown = sink(entry)
      if (returned instanceof Promise) returned.catch(() => undefined)
    })
  )

/**
 * Writes one entry, if there is a reader. `data` is built lazily and redacted. If that or the reader fails, the entry is
 * lost and the call goes on.
 *
 * @since 0.1.0
 * @category combinators
 */
export const log = (
  category: LogCategory,
  message: string,
  data?: () => Readonly<Record<string, unknown>>
): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    const write = fiber.getRef(RunwareLogger)
    return write === undefined
      ? Effect.void
      : Effect.flatMap(Clock.currentTimeMillis, (timestamp) =>
          write({ category, message, data: data === undefined ? {} : redact(data()), timestamp })
        ).pipe(Effect.catchDefect(() => Effect.void))
  })
