/**
 * An OpenTelemetry collector for a test: takes OTLP as JSON over HTTP, and keeps what it was sent, as it came and as read.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

interface AnyValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values: ReadonlyArray<AnyValue> }
}

interface DataPoint {
  readonly attributes: ReadonlyArray<KeyValue>
  readonly asDouble?: number
  readonly asInt?: string | number
  readonly count?: string | number
  readonly sum?: number
}

interface Points {
  readonly dataPoints: ReadonlyArray<DataPoint>
}

/** What the three endpoints take, as far as it is read here. */
interface Payload {
  readonly resourceSpans?: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<OtlpSpan> }>
  }>
  readonly resourceMetrics?: ReadonlyArray<{
    readonly resource: { readonly attributes: ReadonlyArray<KeyValue> }
    readonly scopeMetrics: ReadonlyArray<{
      readonly metrics: ReadonlyArray<
        { readonly name: string; readonly unit: string } & Partial<Record<"sum" | "gauge" | "histogram", Points>>
      >
    }>
  }>
  readonly resourceLogs?: ReadonlyArray<{
    readonly scopeLogs: ReadonlyArray<{
      readonly logRecords: ReadonlyArray<{ readonly attributes: ReadonlyArray<KeyValue>; readonly traceId?: string }>
    }>
  }>
}

interface OtlpSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<KeyValue>
  readonly status: { readonly code: number; readonly message?: string }
}

export interface CollectedSpan {
  readonly name: string
  readonly traceId: string
  /** The name of the span that it is in, if that was sent. */
  readonly parent: string | undefined
  readonly milliseconds: number
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, unknown>>
}

export interface CollectedPoint {
  readonly name: string
  readonly unit: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** A sum's or a gauge's value, a histogram's sum. */
  readonly value: number
  readonly count: number | undefined
}

const valueOf = (value: AnyValue): unknown =>
  value.arrayValue?.values.map(valueOf) ??
  value.stringValue ??
  value.boolValue ??
  value.doubleValue ??
  Number(value.intValue)

const record = (attributes: ReadonlyArray<KeyValue>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]))

/** Starts a collector on a free port; disposing of it ends it. */
export const startCollector = async () => {
  const bodies: Array<string> = []
  const payloads: Array<Payload> = []
  const server = createServer((request, response) => {
    const parts: Array<Buffer> = []
    request.on("data", (part: Buffer) => parts.push(part))
    request.on("end", () => {
      const body = Buffer.concat(parts).toString("utf8")
      bodies.push(body)
      payloads.push(JSON.parse(body))
      response.setHeader("content-type", "application/json").end("{}")
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const spans = (): ReadonlyArray<CollectedSpan> => {
    const all = payloads
      .flatMap(({ resourceSpans = [] }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans }) => spans)
    return all.map((span) => ({
      name: span.name,
      traceId: span.traceId,
      parent: all.find(({ spanId }) => spanId === span.parentSpanId)?.name,
      milliseconds: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
      failed: span.status.code === 2,
      attributes: record(span.attributes)
    }))
  }
  return {
    // A server that listens on a port has an address of this kind.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** All that came, as text. */
    text: () => bodies.join("\n"),
    spans,
    /** The last state of each metric: sums are cumulative. */
    points: (): ReadonlyArray<CollectedPoint> => {
      const latest = new Map<string, CollectedPoint>()
      for (const metric of payloads
        .flatMap(({ resourceMetrics = [] }) => resourceMetrics)
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics)) {
        for (const point of (metric.sum ?? metric.gauge ?? metric.histogram)?.dataPoints ?? []) {
          const { unit: _, ...attributes } = record(point.attributes)
          latest.set(JSON.stringify([metric.name, attributes]), {
            name: metric.name,
            unit: metric.unit,
            attributes,
            value: point.asDouble ?? point.sum ?? Number(point.asInt),
            count: point.count === undefined ? undefined : Number(point.count)
          })
        }
      }
      return [...latest.values()]
    },
    logs: () =>
      payloads
        .flatMap(({ resourceLogs = [] }) => resourceLogs)
        .flatMap(({ scopeLogs }) => scopeLogs)
        .flatMap(({ logRecords }) => logRecords)
        .map(({ attributes, traceId }) => ({ attributes: record(attributes), traceId })),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve()))
  }
}
