/**
 * What the client counts and measures, as metrics of Effect: read them with `Metric.value`, or export all of them with any
 * exporter of Effect's metrics (OTLP, Prometheus). They are kept in the `MetricRegistry` of whoever calls, the global one
 * unless it was replaced.
 *
 * ```ts
 * import { Runware, RunwareMetrics } from "@effect-runware/core"
 * import { Console, Effect, Metric } from "effect"
 *
 * const images = Metric.withAttributes(RunwareMetrics.tasks, {
 *   "runware.task_type": "imageInference",
 *   "runware.outcome": "success"
 * })
 *
 * export const program = Effect.gen(function* () {
 *   yield* Runware.run({ model: "runware:101@1", positivePrompt: "a lighthouse", width: 768, height: 512 })
 *   const { count } = yield* Metric.value(images)
 *   yield* Console.log(`${count} images so far`)
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"

/**
 * Tasks that ended, by `runware.task_type` and `runware.outcome`: `success`, `submitted` (handed over by its handle), or
 * the code of the error that ended it; `aborted` is an interrupted call. With `partial`, one result is a success.
 * A call that is refused before its task type is known has no `runware.task_type`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const tasks: Metric.Counter<number> = Metric.counter("runware.tasks", {
  description: "Tasks that ended, by their outcome",
  incremental: true,
  attributes: { unit: "{task}" }
})

/**
 * Tasks that a client is working on, without those that wait for a place (option `maxConcurrency`).
 *
 * @since 0.1.0
 * @category metrics
 */
export const tasksInFlight: Metric.Gauge<number> = Metric.gauge("runware.tasks.in_flight", {
  description: "Tasks being worked on",
  attributes: { unit: "{task}" }
})

/**
 * Questions for the state of a task, by its `runware.task_type`; several may have shared a request.
 *
 * @since 0.1.0
 * @category metrics
 */
export const polls: Metric.Counter<number> = Metric.counter("runware.polls", {
  description: "Polls sent",
  incremental: true,
  attributes: { unit: "{poll}" }
})

/**
 * Attempts to replace a broken socket, by `runware.outcome`: `success`, or the code of the error.
 *
 * @since 0.1.0
 * @category metrics
 */
export const reconnects: Metric.Counter<number> = Metric.counter("runware.reconnects", {
  description: "Reconnections of the socket, by their outcome",
  incremental: true,
  attributes: { unit: "{reconnection}" }
})

/**
 * US dollars that results said they cost (`includeCost`), by `runware.task_type`. A task whose results are fetched twice
 * counts twice.
 *
 * @since 0.1.0
 * @category metrics
 */
export const cost: Metric.Counter<number> = Metric.counter("runware.cost", {
  description: "US dollars that results cost",
  incremental: true,
  attributes: { unit: "USD" }
})

/**
 * Seconds from the call to its last result, by `runware.task_type`. Tasks that succeeded, and were submitted by the same
 * call.
 *
 * @since 0.1.0
 * @category metrics
 */
export const timeToResult: Metric.Histogram<number> = Metric.histogram("runware.time_to_result", {
  description: "Seconds from the call to its last result",
  boundaries: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200],
  attributes: { unit: "s" }
})

/**
 * Tokens of a text, as OpenTelemetry names and buckets them: by `gen_ai.token.type` (`input`, `output`),
 * `gen_ai.request.model`, `gen_ai.operation.name` and `gen_ai.provider.name`. Of texts with usage (`includeUsage`).
 *
 * @since 0.1.0
 * @category metrics
 */
export const tokenUsage: Metric.Histogram<number> = Metric.histogram("gen_ai.client.token.usage", {
  description: "Tokens that texts took and gave",
  boundaries: [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
  attributes: { unit: "{token}" }
})
