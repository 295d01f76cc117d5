import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Scheduler from "effect/Scheduler"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { inFlight } from "../src/internal/telemetry.ts"
import * as Runware from "../src/Runware.ts"
import type { TaskParams } from "../src/Task.ts"
import { failure, image, running, text, uuid } from "./builders.ts"
import { metrics, tracer } from "./observers.ts"
import { type Answer, client, failed, lost, reply, scripted, succeeded } from "./scripted.ts"

const params: TaskParams = {
  taskType: "imageInference",
  model: "runware:101@1",
  positivePrompt: "a lighthouse",
  width: 512,
  height: 512,
  numberResults: 2
}
const names = { "runware.task_type": "imageInference", "runware.task_uuid": uuid(1) }
const task = { ...names, "runware.model": "runware:101@1", "runware.delivery_method": "async" }

const ack = reply([{ taskType: "imageInference", taskUUID: uuid(1) }])
const priced = (id: string, cost: number) => ({ ...image(id), cost })
const finished = reply([priced("a", 0.25), priced("b", 0.5)], [], { statusCode: 200 })

describe("the span of a call", () => {
  it.effect("holds its exchanges, and says at its end what became of the task", () =>
    Effect.gen(function* () {
      const { provide, seen } = tracer()
      const transport = scripted([lost("none"), ack], [reply([running()]), finished])
      yield* succeeded(provide(Runware.run(params).pipe(Effect.provide(client(transport)))))
      const exchange = { name: "Runware.exchange", parent: "Runware.run", ended: "ok" } as const
      const poll = {
        "runware.transport": "scripted",
        "runware.task_type": "getResponse",
        "runware.task_uuid": uuid(1)
      }
      const sent = { "runware.transport": "scripted", ...task }
      const counted = (items: number) => ({ "runware.reply.items": items, "runware.reply.errors": 0 })
      assert.deepStrictEqual(seen(), [
        {
          name: "Runware.run",
          parent: undefined,
          ended: "ok",
          attributes: {
            ...task,
            "runware.generations": 2,
            "runware.results": 2,
            "runware.attempts": 2,
            "runware.polls": 2,
            "runware.submission": "accepted",
            "runware.cost": 0.75
          }
        },
        {
          ...exchange,
          ended: "failed",
          attributes: { ...sent, "error.type": "connection", "runware.error.raw_code": "connectionFailed" }
        },
        { ...exchange, attributes: { ...sent, ...counted(1) } },
        { ...exchange, attributes: { ...poll, ...counted(1) } },
        { ...exchange, attributes: { ...poll, ...counted(2), "http.response.status_code": 200 } }
      ])
    })
  )

  it.effect("is named for the operation, with a span for each task of a batch", () =>
    Effect.gen(function* () {
      const { provide, seen } = tracer()
      const run = <A, E>(program: Effect.Effect<A, E, Runware.Runware>, answers: ReadonlyArray<Answer> = [ack]) =>
        succeeded(provide(program.pipe(Effect.provide(client(scripted(answers, [finished])))))).pipe(Effect.ignore)
      yield* run(Runware.runAs("sdxl", params as never))
      yield* run(Runware.submit(params))
      yield* run(Runware.attach(uuid(1)))
      yield* run(Runware.run([params, { ...params, taskUUID: "no UUID" }]))
      yield* run(Runware.run([params], { timeout: "no time" as never }))
      const shown = seen().map(({ ended, name, parent }) => `${parent ?? ""} > ${name} ${ended}`)
      assert.deepStrictEqual(
        shown.filter((line) => !line.includes("exchange")),
        [
          " > Runware.runAs ok",
          " > Runware.submit ok",
          " > Runware.attach ok",
          " > Runware.batch ok",
          "Runware.batch > Runware.run failed",
          "Runware.batch > Runware.run ok",
          " > Runware.batch failed"
        ]
      )
      const [refused, batched] = seen().filter(({ parent }) => parent === "Runware.batch")
      assert.strictEqual(refused?.attributes["error.type"], "validation")
      assert.strictEqual(batched?.attributes["runware.cost"], 0.75)
    })
  )

  it.effect("says how a call failed, and what it has come to when it was given up", () =>
    Effect.gen(function* () {
      const { named, provide } = tracer()
      const program = Runware.run(params)
      yield* failed(
        provide(program.pipe(Effect.provide(client(scripted([reply([], [failure("insufficientCredits")])])))))
      )
      const waiting = scripted([ack], [reply([priced("a", 0.25), running()])])
      const fiber = yield* Effect.forkChild(provide(program.pipe(Effect.provide(client(waiting)))))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.interrupt(fiber)
      const [refused, given] = named("Runware.run")
      assert.deepInclude(refused, { ended: "failed" })
      assert.deepInclude(refused?.attributes, {
        "error.type": "quota",
        "runware.error.raw_code": "insufficientCredits",
        "runware.submission": "rejected",
        "runware.results": 0
      })
      assert.deepInclude(given, { ended: "interrupted" })
      assert.deepInclude(given?.attributes, {
        "error.type": "aborted",
        "runware.results": 1,
        "runware.cost": 0.25,
        "runware.submission": "accepted"
      })
    })
  )

  it.effect("names what a text took and gave as OpenTelemetry does", () =>
    Effect.gen(function* () {
      const { named, provide } = tracer()
      const answer = {
        ...text("Because.", 1),
        finishReason: "stop",
        usage: { promptTokens: 12, completionTokens: 30, totalTokens: 42 }
      }
      const question = {
        taskType: "textInference",
        model: "google:gemini@3.5-flash",
        messages: [{ role: "user", content: "Why?" }],
        settings: { maxTokens: 64, temperature: 0.5, topP: 0.9, topK: 40 }
      }
      const asked = Runware.run(question).pipe(Effect.provide(client(scripted([ack], [reply([answer])]))))
      yield* succeeded(provide(asked))
      const [{ attributes } = { attributes: {} }] = named("Runware.run")
      assert.deepStrictEqual(
        Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith("gen_ai"))),
        {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "runware",
          "gen_ai.output.type": "text",
          "gen_ai.request.model": "google:gemini@3.5-flash",
          "gen_ai.request.max_tokens": 64,
          "gen_ai.request.temperature": 0.5,
          "gen_ai.request.top_p": 0.9,
          "gen_ai.request.top_k": 40,
          "gen_ai.usage.input_tokens": 12,
          "gen_ai.usage.output_tokens": 30,
          "gen_ai.response.finish_reasons": ["stop"]
        }
      )
    })
  )

  it.effect("is not made where the app has no tracer, or has switched it off", () =>
    Effect.gen(function* () {
      const current: Array<string | undefined> = []
      const look = Effect.map(Effect.option(Effect.currentSpan), (span) => {
        current.push(Option.getOrUndefined(span)?.name)
      })
      const program = Runware.run(params, { onEvent: () => look }).pipe(
        Effect.provide(client(scripted([ack], [finished])))
      )
      const { provide, spans } = tracer()
      yield* succeeded(program)
      yield* succeeded(provide(Effect.withTracerEnabled(program, false)))
      assert.deepStrictEqual([new Set(current), spans], [new Set([undefined]), []])
      yield* succeeded(provide(program))
      assert.strictEqual(current.at(-1), "Runware.run")
    })
  )
})

describe("metrics", () => {
  it.effect("count a task once, with its polls, its price and its time", () =>
    Effect.gen(function* () {
      const { provide, read } = metrics()
      const transport = scripted([ack], [reply([running()]), finished])
      const standard = client(transport, { polling: "standard" })
      yield* succeeded(provide(Runware.run(params).pipe(Effect.provide(standard))))
      assert.deepStrictEqual(yield* read, {
        "runware.tasks.in_flight": 0,
        "runware.polls{imageInference}": 2,
        "runware.tasks{imageInference,success}": 1,
        // A second before the first poll, half of one before the next.
        "runware.time_to_result{imageInference}": [1, 1.5],
        "runware.cost{imageInference}": 0.75
      })
    })
  )

  it.effect("tell the outcomes of all operations apart", () =>
    Effect.gen(function* () {
      const { provide, read } = metrics()
      const run = <A, E>(program: Effect.Effect<A, E, Runware.Runware>, answer = ack, poll = finished) =>
        succeeded(provide(program.pipe(Effect.provide(client(scripted([answer], [poll])))))).pipe(Effect.ignore)
      yield* run(Runware.submit(params))
      yield* run(Runware.attach(uuid(1)))
      yield* run(Runware.run(null as never))
      yield* run(Runware.run(params, { timeout: "no time" } as never))
      yield* run(Runware.run(params), reply([], [failure("insufficientCredits")]))
      yield* run(
        Runware.run(params, { partial: true }),
        ack,
        reply([], [failure("inferenceError"), failure("inferenceError")])
      )
      yield* run(Runware.run(params, { partial: true }), ack, reply([priced("a", 1)], [failure("inferenceError")]))
      yield* run(Runware.run([params, { ...params, width: "wide" as never, taskType: 7 as never }]))
      yield* run(
        Runware.textStream({ model: "google:gemini@3.5-flash", messages: [], numberResults: 2 } as never).pipe(
          Effect.scoped
        )
      )
      const all = yield* read
      assert.deepStrictEqual(
        Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith("runware.tasks"))),
        {
          "runware.tasks.in_flight": 0,
          "runware.tasks{imageInference,submitted}": 1,
          "runware.tasks{imageInference,success}": 3,
          "runware.tasks{validation}": 3,
          "runware.tasks{imageInference,quota}": 1,
          "runware.tasks{imageInference,provider}": 1,
          "runware.tasks{textInference,validation}": 1
        }
      )
    })
  )

  it.effect("count tokens by OpenTelemetry's name", () =>
    Effect.gen(function* () {
      const { provide, read } = metrics()
      const answer = { ...text("Because.", 1), usage: { promptTokens: 12, completionTokens: 30 } }
      const question = { taskType: "textInference", model: "google:gemini@3.5-flash", messages: [] }
      yield* succeeded(provide(Runware.run(question).pipe(Effect.provide(client(scripted([ack], [reply([answer])]))))))
      const all = yield* read
      assert.deepStrictEqual(all["gen_ai.client.token.usage{chat,google:gemini@3.5-flash,input,runware}"], [1, 12])
      assert.deepStrictEqual(all["gen_ai.client.token.usage{chat,google:gemini@3.5-flash,output,runware}"], [1, 30])
    })
  )

  it.effect.each([3, 4, 7])("leave none in flight, wherever a fiber that pauses after %i steps is interrupted", (ops) =>
    Effect.gen(function* () {
      const { provide, read } = metrics()
      const work = inFlight(Effect.never).pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, ops), provide)
      const counted = new Set<unknown>()
      for (let steps = 0; steps < 40; steps++) {
        const fiber = yield* Effect.forkChild(work)
        for (let step = 0; step < steps; step++) yield* Effect.yieldNow
        const { "runware.tasks.in_flight": before = 0 } = yield* read
        counted.add(before)
        yield* Fiber.interrupt(fiber)
        const { "runware.tasks.in_flight": after = 0 } = yield* read
        assert.strictEqual(after, 0, `after ${steps} steps`)
      }
      assert.deepStrictEqual(counted, new Set([0, 1]))
    })
  )

  const Fate = Schema.Literals(["succeeds", "fails", "is refused", "breaks", "is given up at once", "is given up late"])

  it.effect.prop(
    "count every task once, and leave none in flight, however calls end",
    [
      Arbitrary.array(Arbitrary.schema(Fate), { maxLength: 8 }),
      Schema.Literals([1, 2, 100]),
      Schema.Literals([0, 1, 2, 5, 20])
    ],
    ([fates, maxConcurrency, steps]) =>
      Effect.gen(function* () {
        const { provide, read } = metrics()
        const answers: Record<(typeof Fate)["Type"], readonly [Answer, Answer]> = {
          succeeds: [ack, finished],
          fails: [ack, reply([], [failure("inferenceError"), failure("inferenceError")])],
          "is refused": [reply([], [failure("insufficientCredits")]), finished],
          breaks: [Effect.die("a defect"), finished],
          "is given up at once": [ack, finished],
          "is given up late": [ack, reply([running()])]
        }
        const fibers = yield* Effect.forEach(fates, (fate) => {
          const [submission, poll] = answers[fate]
          const layer = client(scripted([submission], [poll]), { maxConcurrency })
          const calls = Effect.all(
            [Effect.exit(Runware.run(params)), Effect.exit(Runware.run({ ...params, taskUUID: uuid(2) }))],
            { concurrency: "unbounded" }
          )
          return Effect.forkChild(provide(calls.pipe(Effect.provide(layer))))
        })
        for (let step = 0; step < steps; step++) yield* Effect.yieldNow
        for (const [index, fate] of fates.entries()) {
          if (fate === "is given up at once") yield* Fiber.interrupt(fibers[index]!)
        }
        yield* TestClock.adjust("5 seconds")
        for (const [index, fate] of fates.entries()) {
          if (fate === "is given up late") yield* Fiber.interrupt(fibers[index]!)
        }
        yield* TestClock.adjust("1 hour")
        yield* Effect.forEach(fibers, Fiber.await)
        const all = yield* read
        const ended = Object.entries(all).filter(([name]) => name.startsWith("runware.tasks{"))
        const total = ended.reduce((sum, [, count]) => sum + Number(count), 0)
        assert.strictEqual(all["runware.tasks.in_flight"] ?? 0, 0)
        // What is interrupted before it starts was no call.
        assert.isAtLeast(total, 2 * fates.filter((fate) => fate !== "is given up at once").length)
        assert.isAtMost(total, 2 * fates.length)
      }),
    { arbitrary: { runs: 60 } }
  )
})
