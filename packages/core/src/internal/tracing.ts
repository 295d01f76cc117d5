/**
 * Spans for those who read them: where the app has no tracer, nothing is made of them, which costs next to nothing.
 */
import * as Effect from "effect/Effect"
import type { Fiber } from "effect/Fiber"
import { constTrue } from "effect/Function"
import { TracerDisabledWhen, TracerPropagationEnabled } from "effect/http/HttpClient"
import type * as Tracer from "effect/Tracer"

/** What a span says. Undefined values are not said. */
export type Attributes = Readonly<Record<string, unknown>>

/** Whether somebody reads spans. The tracer that Effect has of itself writes them for nobody. */
export const isTraced = ({ cache }: Fiber<unknown, unknown>): boolean =>
  cache.tracer !== undefined && cache.tracerEnabled

/** Runs an effect in a span. */
export const traced =
  (name: string, attributes?: () => Attributes) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    spanned(name, attributes, () => effect)

/** Runs an effect in a span that it may add to; there is none where nobody reads it. */
export const spanned = <A, E, R>(
  name: string,
  attributes: (() => Attributes) | undefined,
  evaluate: (span: Tracer.Span | undefined) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) =>
    isTraced(fiber)
      ? Effect.useSpan(name, { kind: "client" }, (span) => {
          if (attributes !== undefined) annotate(span, attributes())
          return Effect.withParentSpan(evaluate(span), span, { captureStackTrace: false })
        })
      : evaluate(undefined)
  )

/** A request of HTTP in a span, if somebody reads it, of which the far end is not told. */
export const untold = <A, E, R>(request: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) =>
    isTraced(fiber)
      ? Effect.provideService(request, TracerPropagationEnabled, false)
      : Effect.provideService(request, TracerDisabledWhen, constTrue)
  )

export const annotate = (span: Tracer.Span, attributes: Attributes): void => {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) span.attribute(name, value)
}
