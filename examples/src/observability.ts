/**
 * What a client does, seen in your own tracing: an illustrated answer, whose calls, exchanges and connections become spans,
 * its tasks, tokens and dollars metrics, and its log entries log records, sent to an OpenTelemetry collector.
 *
 * The collector is at `OTEL_EXPORTER_OTLP_ENDPOINT`, or on this machine, as
 * `docker run -p 4318:4318 -p 3000:3000 grafana/otel-lgtm` has it. Run it with
 * `npx -y pnpm@12 tsx examples/src/observability.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware, RunwareLogger, RunwareMetrics } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Otlp from "effect/observability/Otlp"
import * as References from "effect/References"
import * as Stream from "effect/Stream"

/** The calls of this program are children of its own spans. */
const article = Effect.gen(function* () {
  const answer = yield* Runware.stream({
    model: "alibaba:qwen@3.5-27b",
    messages: [{ role: "user", content: "What makes a good photograph of fog?" }],
    includeUsage: true,
    includeCost: true
  }).pipe(
    Stream.runFold(
      () => "",
      (text, { delta }) => text + (delta?.text ?? "")
    )
  )

  const images = yield* Runware.run({
    model: "runware:101@1",
    positivePrompt: "a lighthouse in fog",
    width: 512,
    height: 512,
    numberResults: 2,
    includeCost: true
  })

  // What fails is told, too: its span ends with the error, and the task counts by its code.
  const tooLong = { model: "runware:400@2", positivePrompt: "fog", width: 512, height: 512, steps: 80 }
  yield* Effect.ignore(Runware.run(tooLong, { validate: true }))

  return { words: answer.split(" ").length, images: images.length }
}).pipe(Effect.withSpan("article"))

const program = Effect.gen(function* () {
  const { images, words } = yield* article
  const { buckets: _, ...time } = yield* Metric.value(
    Metric.withAttributes(RunwareMetrics.timeToResult, { "runware.task_type": "imageInference" })
  )
  yield* Console.log(`${words} words and ${images} images, the latter in ${time.sum.toFixed(2)} s`)
})

/** Traces and metrics of everything below, and the client's log entries, which are of level `Debug`. */
const Telemetry = Effect.gen(function* () {
  const baseUrl = yield* Config.withDefault(Config.String("OTEL_EXPORTER_OTLP_ENDPOINT"), "http://localhost:4318")
  return Layer.mergeAll(
    Otlp.layerJson({ baseUrl, resource: { serviceName: "illustrated-answers" }, loggerMergeWithExisting: false }),
    Layer.succeed(References.MinimumLogLevel, "Debug"),
    RunwareLogger.layerEffect
  )
}).pipe(Layer.unwrap, Layer.provide(FetchHttpClient.layer))

// The client is built inside: what it does in the background is seen as well. All is sent before the program ends.
program.pipe(Effect.provide(Layer.provideMerge(NodeRunware.layer(), Telemetry)), NodeRuntime.runMain)
