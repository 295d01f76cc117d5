/**
 * Those who read what a client tells: a tracer that keeps its spans, and a registry of metrics of its own.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"

/** A span as a test compares it. */
export interface Seen {
  readonly name: string
  readonly parent: string | undefined
  readonly ended: "ok" | "failed" | "interrupted" | "never"
  readonly attributes: Readonly<Record<string, unknown>>
}

export const tracer = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const made = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const seen = (): ReadonlyArray<Seen> =>
    spans.map((span) => {
      const parent = Option.getOrUndefined(span.parent)
      return {
        name: span.name,
        parent: parent?._tag === "Span" ? parent.name : undefined,
        ended: endOf(span.status),
        attributes: Object.fromEntries(span.attributes)
      }
    })
  return {
    spans,
    seen,
    /** The spans of one name. */
    named: (name: string) => seen().filter((span) => span.name === name),
    provide: Effect.provideService(Tracer.Tracer, made)
  }
}

const endOf = (status: Tracer.SpanStatus): Seen["ended"] => {
  if (status._tag === "Started") return "never"
  if (status.exit._tag === "Success") return "ok"
  return status.exit.cause.reasons.some(({ _tag }) => _tag === "Fail") ? "failed" : "interrupted"
}

/** All metrics by name and attributes: their count or value, or count and sum of a histogram. Units are left out. */
export const metrics = () => {
  const registry: Metric.MetricRegistry = new Map()
  const read = Effect.map(Effect.provideService(Metric.snapshot, Metric.MetricRegistry, registry), (all) =>
    Object.fromEntries(
      all.map(({ attributes = {}, id, state }) => {
        const { unit: _, ...labels } = { ...attributes } as Record<string, string>
        const values = Object.values(labels)
        return [values.length === 0 ? id : `${id}{${values.toSorted().join(",")}}`, valueOf(state)]
      })
    )
  )
  return { read, provide: Effect.provideService(Metric.MetricRegistry, registry) }
}

const valueOf = (state: object): unknown => {
  if ("sum" in state && "count" in state) return [state.count, state.sum]
  if ("count" in state) return state.count
  return "value" in state ? state.value : state
}
