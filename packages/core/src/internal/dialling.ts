/**
 * The way to a socket that is ready, as tracers and metrics see it. A link lives for hours, and a span is seen when it
 * ends: so the spans are those of the dial, and of the authentication in it, and end when the link is ready or has failed.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Fiber } from "effect/Fiber"
import * as Metric from "effect/Metric"
import type * as Socket from "effect/socket/Socket"
import type * as Tracer from "effect/Tracer"
import type { RunwareError } from "../RunwareError.ts"
import * as Metrics from "../RunwareMetrics.ts"
import * as Link from "./link.ts"
import { codeOf, errorOf } from "./telemetry.ts"
import { annotate, isTraced } from "./tracing.ts"

export interface DialOptions extends Link.LinkOptions {
  /** The span of whoever waits for the first dial. */
  readonly asker: Tracer.AnySpan | undefined
  /** Counts the dials since the last link that was ready; the first dial of a session has no number. */
  readonly attempt: number | undefined
}

/** Runs a link. */
export const run = ({
  asker,
  attempt,
  ...options
}: DialOptions): Effect.Effect<never, RunwareError, Socket.WebSocketConstructor> =>
  Effect.suspend(() => {
    let isOver = false
    let dial: Tracer.Span | undefined
    let authentication: Tracer.Span | undefined

    const begin = Effect.gen(function* () {
      if (!(yield* Effect.withFiberSucceed(isTraced))) return
      // A dial after a break is nobody's: whoever asked for the first one may be long gone.
      dial = yield* attempt === undefined
        ? Effect.makeSpan("Runware.connect", { kind: "client", parent: asker })
        : Effect.makeSpan("Runware.reconnect", { kind: "client", root: true })
      annotate(dial, {
        "server.address": new URL(options.settings.webSocketUrl).hostname,
        "runware.session.resumed": options.sessionUUID !== undefined,
        "runware.reconnect.attempt": attempt
      })
    })

    const open = Effect.suspend(() =>
      dial === undefined
        ? Effect.void
        : Effect.map(Effect.makeSpan("Runware.authenticate", { kind: "client", parent: dial }), (span) => {
            authentication = span
          })
    )

    const end = (exit: Exit.Exit<unknown, RunwareError>) =>
      Effect.withFiber((fiber) => {
        if (isOver) return Effect.void
        isOver = true
        if (attempt !== undefined) countReconnect(fiber, exit)
        const now = fiber.getRef(Clock.Clock).currentTimeNanosUnsafe()
        for (const span of [authentication, dial]) {
          if (span === undefined) continue
          annotate(span, errorOf(exit))
          span.end(now, exit)
        }
        return Effect.void
      })

    const link = Link.run({
      ...options,
      onOpen: Effect.andThen(open, options.onOpen),
      onReady: (link) => Effect.andThen(end(Exit.void), options.onReady(link))
    })
    return Effect.andThen(begin, link).pipe(Effect.onExit((exit) => end(exit)))
  })

const countReconnect = ({ context }: Fiber<unknown, unknown>, exit: Exit.Exit<unknown, RunwareError>): void =>
  Metric.withAttributes(Metrics.reconnects, { "runware.outcome": codeOf(exit) ?? "success" }).updateUnsafe(1, context)
