/**
 * The example of observability as its reader runs it: against an emulator, with a collector of the test's at the other end.
 */
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { startEmulator } from "@effect-runware/emulator"
import { expect, it } from "vitest"
import { startCollector } from "./collector.ts"

const root = join(import.meta.dirname, "../..")
const run = promisify(execFile)
const key = "rw_k3y_that_no_collector_sees"

it("sends spans, metrics and log records of all calls to the collector, and the key to the service alone", async () => {
  await using collector = await startCollector()
  await using emulator = await startEmulator({ apiKey: key, timeScale: 0.05 })
  const { stderr, stdout } = await run(
    join(root, "node_modules/.bin/tsx"),
    [join(root, "examples/src/observability.ts")],
    {
      env: {
        ...process.env,
        RUNWARE_API_KEY: key,
        RUNWARE_BASE_URL: emulator.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url
      }
    }
  )
  expect(stderr).toBe("")
  expect(stdout).toMatch(/^\d+ words and 2 images, the latter in \d+\.\d\d s\n$/)

  const spans = collector.spans()
  const called = (name: string) => spans.filter((span) => span.name === name)
  const [article] = called("article")
  // What happens in the background is in traces of its own, and everything else in that of the program.
  expect(spans.filter(({ traceId }) => traceId !== article?.traceId).map(({ name }) => name)).toEqual([])
  expect(
    [
      ...new Set(
        spans.filter(({ name }) => name.startsWith("Runware.")).map(({ name, parent }) => `${parent} > ${name}`)
      )
    ].toSorted()
  ).toEqual([
    "Runware.connect > Runware.authenticate",
    "Runware.run > Runware.connect",
    "Runware.run > Runware.exchange",
    "Runware.stream > Runware.exchange",
    "article > Runware.run",
    "article > Runware.stream"
  ])

  const [stream] = called("Runware.stream")
  expect(stream?.attributes).toMatchObject({
    "runware.task_type": "textInference",
    "runware.task_uuid": expect.stringMatching(/^[\da-f-]{36}$/),
    "runware.model": "alibaba:qwen@3.5-27b",
    "runware.attempts": 1,
    "runware.submission": "accepted",
    "runware.cost": expect.any(Number),
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "runware",
    "gen_ai.request.model": "alibaba:qwen@3.5-27b",
    "gen_ai.usage.input_tokens": expect.any(Number),
    "gen_ai.usage.output_tokens": expect.any(Number),
    "gen_ai.response.finish_reasons": ["stop"]
  })
  const [image, refused] = called("Runware.run")
  expect(image?.attributes).toMatchObject({
    "runware.task_type": "imageInference",
    "runware.generations": 2,
    "runware.results": 2,
    "runware.attempts": 1,
    "runware.polls": expect.any(Number),
    "runware.cost": expect.any(Number)
  })
  expect(image).toMatchObject({ failed: false })
  expect(refused).toMatchObject({
    failed: true,
    attributes: {
      "runware.model": "runware:400@2",
      "error.type": "validation",
      "runware.submission": "none",
      "runware.attempts": 0
    }
  })
  const polls = spans.filter(({ attributes }) => attributes["runware.task_type"] === "getResponse")
  expect(polls).toHaveLength(Number(image?.attributes["runware.polls"]))
  // A request over HTTP has its status from Effect's own client, in the exchange that it belongs to.
  expect(called("POST").map(({ attributes, parent }) => [parent, attributes["http.response.status_code"]])).toEqual([
    ["Runware.exchange", 200]
  ])

  const points = collector.points()
  const value = (name: string, attributes: object = {}) =>
    points.find(
      (point) => point.name === name && Object.entries(attributes).every(([key, is]) => point.attributes[key] === is)
    )
  const ofImages = { "runware.task_type": "imageInference" }
  const ofTexts = { "runware.task_type": "textInference" }
  expect(value("runware.tasks", { ...ofImages, "runware.outcome": "success" })).toMatchObject({ value: 1 })
  expect(value("runware.tasks", { ...ofImages, "runware.outcome": "validation" })).toMatchObject({ value: 1 })
  expect(value("runware.tasks", { ...ofTexts, "runware.outcome": "success" })).toMatchObject({ value: 1 })
  expect(value("runware.tasks.in_flight")).toMatchObject({ value: 0 })
  expect(value("runware.polls", ofImages)).toMatchObject({ value: polls.length })
  expect(value("runware.time_to_result", ofImages)).toMatchObject({ count: 1, unit: "s" })
  const seconds = value("runware.time_to_result", ofImages)?.value ?? 0
  expect(Math.abs(seconds * 1000 - (image?.milliseconds ?? 0))).toBeLessThan(50)
  const cost = points.filter(({ name }) => name === "runware.cost").reduce((sum, { value }) => sum + value, 0)
  expect(cost).toBeCloseTo(emulator.stats().amountBilled, 9)
  expect(value("gen_ai.client.token.usage", { "gen_ai.token.type": "output" })).toMatchObject({
    value: stream?.attributes["gen_ai.usage.output_tokens"],
    attributes: { "gen_ai.request.model": "alibaba:qwen@3.5-27b" }
  })

  const logs = collector.logs()
  const categories = new Set(logs.map(({ attributes }) => attributes["category"]))
  for (const category of ["connection", "auth", "send", "receive", "poll", "registry", "validation"]) {
    expect(categories).toContain(category)
  }
  expect(collector.text()).not.toContain(key)
}, 60_000)
