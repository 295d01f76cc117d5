import { Runware } from "@effect-runware/core"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { SimulatedService, VirtualTime } from "../src/index.ts"

const image = { model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 }

for (const transport of ["rest", "websocket"] as const) {
  describe(`the service over ${transport}`, () => {
    const layer = SimulatedService.layerRunware({ client: { transport } })

    it.effect("runs a task in virtual time, and bills it once", () =>
      Effect.gen(function* () {
        const service = yield* SimulatedService.SimulatedService
        const results = yield* Runware.run({ ...image, numberResults: 2 })
        assert.strictEqual(results.length, 2)
        assert.isAbove(yield* Clock.currentTimeMillis, 1000)
        const { tasksAccepted, tasksBilled } = yield* service.stats
        assert.deepStrictEqual({ tasksAccepted, tasksBilled }, { tasksAccepted: 1, tasksBilled: 1 })
      }).pipe(Effect.provide(layer), VirtualTime.run)
    )

    it.effect("buys once although the acknowledgement is lost", () =>
      Effect.gen(function* () {
        const service = yield* SimulatedService.SimulatedService
        yield* service.inject({ _tag: "Reset", when: "after" }, { step: "submit" })
        assert.strictEqual((yield* Runware.run(image)).length, 1)
        assert.strictEqual((yield* service.purchases).length, 1)
        const faulty = (yield* service.crossings).filter(({ fault }) => fault !== undefined)
        assert.deepStrictEqual(
          faulty.map(({ step }) => step),
          ["submit"]
        )
      }).pipe(Effect.provide(layer), VirtualTime.run)
    )

    it.effect("takes media in, as inputs of later tasks", () =>
      Effect.gen(function* () {
        const media = `data:image/png;base64,${"iVBORw0KGgo=".padStart(36, "iVBO")}`
        const [stored] = yield* Runware.run({ taskType: "mediaStorage", operation: "upload", media })
        const mediaUUID = String(stored?.mediaUUID)
        assert.propertyVal(stored, "mediaURL", `${SimulatedService.url}/media/${mediaUUID}.bin`)
        const edit = { ...image, inputs: { seedImage: mediaUUID } }
        assert.strictEqual((yield* Runware.run(edit)).length, 1)
        yield* Runware.run({ taskType: "mediaStorage", operation: "delete", media: mediaUUID })
        const error = yield* Effect.flip(Runware.run(edit))
        assert.deepInclude(error, { rawCode: "mediaNotFound", parameter: "inputs.seedImage" })
        const service = yield* SimulatedService.SimulatedService
        assert.deepStrictEqual(
          (yield* service.writes).map(({ record }) => [
            record.request["operation"],
            record.reply?.data[0]?.["mediaUUID"]
          ]),
          [
            ["upload", mediaUUID],
            ["delete", mediaUUID]
          ]
        )
      }).pipe(Effect.provide(layer), VirtualTime.run)
    )

    it.effect("comes back after a restart, with its tasks", () =>
      Effect.gen(function* () {
        const service = yield* SimulatedService.SimulatedService
        const handle = yield* Runware.submit(image)
        yield* service.restart({ keepTasks: true, downtime: 5000 })
        assert.strictEqual((yield* Runware.attach(handle)).length, 1)
      }).pipe(Effect.provide(layer), VirtualTime.run)
    )

    it.effect("forgets its tasks when it restarts without them", () =>
      Effect.gen(function* () {
        const service = yield* SimulatedService.SimulatedService
        const handle = yield* Runware.submit(image)
        yield* service.restart({ keepTasks: false })
        const error = yield* Effect.flip(Runware.attach(handle))
        assert.strictEqual(error.code, "notFound")
      }).pipe(Effect.provide(layer), VirtualTime.run)
    )

    it.effect("refuses a key that was revoked", () =>
      Effect.gen(function* () {
        const service = yield* SimulatedService.SimulatedService
        yield* Runware.run(image)
        yield* service.setKeyValid(false)
        yield* Effect.sleep("1 second")
        assert.strictEqual((yield* Effect.flip(Runware.run(image))).code, "auth")
      }).pipe(Effect.provide(layer), VirtualTime.run)
    )

    it.effect("takes every task in the end under a rate limit, each once, at the pace it asks for", () =>
      Effect.gen(function* () {
        const service = yield* SimulatedService.SimulatedService
        yield* service.configure({ rateLimit: 1, rateBurst: 2 })
        const runs = Array.from({ length: 6 }, () => Runware.run(image))
        const results = yield* Effect.all(runs, { concurrency: "unbounded" })
        assert.deepStrictEqual(
          results.map((each) => each.length),
          [1, 1, 1, 1, 1, 1]
        )
        assert.strictEqual((yield* service.purchases).length, 6)
        assert.isAbove(yield* Clock.currentTimeMillis, 4000)
      }).pipe(Effect.provide(SimulatedService.layerRunware({ client: { transport, maxRetries: 10 } })), VirtualTime.run)
    )

    it.effect("answers as a gateway does", () =>
      Effect.gen(function* () {
        const service = yield* SimulatedService.SimulatedService
        const step = transport === "rest" ? "submit" : "connect"
        yield* service.inject({ _tag: "Status", status: 503, retryAfter: 7 }, { step, times: 2 })
        assert.strictEqual((yield* Runware.run(image)).length, 1)
        assert.isAbove(yield* Clock.currentTimeMillis, transport === "rest" ? 14_000 : 1000)
      }).pipe(Effect.provide(layer), VirtualTime.run)
    )
  })
}

describe("a text stream", () => {
  const layer = SimulatedService.layerRunware({ client: { transport: "rest" } })
  const question = { model: "openai:gpt@5-nano", messages: [{ role: "user", content: "What is fog?" }] }

  it("breaks off when its connection does, however fast the clock goes on", () =>
    Effect.gen(function* () {
      const service = yield* SimulatedService.SimulatedService
      yield* Effect.forkChild(Effect.repeat(Effect.sleep("1 millis"), { times: 1000 }))
      yield* service.inject({ _tag: "Truncate", broken: true }, { step: "streamHead" })
      yield* Effect.flip(Stream.runDrain(Runware.stream(question as never)))
      const head = (yield* service.crossings).find(({ step }) => step === "streamHead")
      assert.strictEqual(yield* Clock.currentTimeMillis, Number(head?.at) + 1)
    }).pipe(
      Effect.provide(layer),
      VirtualTime.run,
      Effect.provide(TestClock.layer()),
      Effect.provideService(Scheduler.Scheduler, new Scheduler.MixedScheduler("sync")),
      Effect.runPromise
    ))

  it.effect("comes in chunks, and is billed once", () =>
    Effect.gen(function* () {
      const service = yield* SimulatedService.SimulatedService
      const chunks = yield* Stream.runCollect(Runware.stream(question as never))
      assert.isAbove(chunks.length, 1)
      assert.strictEqual((yield* service.stats).tasksBilled, 1)
    }).pipe(Effect.provide(layer), VirtualTime.run)
  )

  const broken = [
    [{ _tag: "Reset", when: "before" }, "connection"],
    [{ _tag: "Truncate", broken: false }, "connection"],
    [{ _tag: "Status", status: 503, body: '{"errors":[{"code":"rateLimitExceeded"}]}' }, "rateLimit"],
    [{ _tag: "HalfOpen" }, "timeout"]
  ] as const

  it.effect.each(broken)("ends in the middle as %j says", ([fault, code]) =>
    Effect.gen(function* () {
      const service = yield* SimulatedService.SimulatedService
      yield* service.inject(fault, { step: "streamPart", skip: 5 })
      const seen: Array<string> = []
      const reading = Stream.runForEach(Runware.stream(question as never), ({ delta }) =>
        Effect.sync(() => void seen.push(delta?.text ?? ""))
      )
      const error = yield* Effect.flip(reading)
      assert.deepStrictEqual(
        [error.code, error.results?.[0]?.["text"], (yield* service.stats).openStreams],
        [code, seen.join(""), []]
      )
    }).pipe(Effect.provide(layer), VirtualTime.run)
  )

  it.effect("survives what has no meaning, and bytes that come one by one", () =>
    Effect.gen(function* () {
      const service = yield* SimulatedService.SimulatedService
      yield* service.inject({ _tag: "Split" }, { step: "streamPart", skip: 3, times: 4 })
      yield* service.inject({ _tag: "Stray", taskUUID: undefined }, { step: "streamPart", times: 4 })
      const chunks = yield* Stream.runCollect(Runware.stream(question as never))
      const [purchase] = yield* service.purchases
      const outcome = purchase?.record.generations[0]?.outcome
      assert.strictEqual(
        chunks.map(({ delta }) => delta?.text ?? "").join(""),
        outcome?._tag === "Success" ? outcome.fields["text"] : undefined
      )
    }).pipe(Effect.provide(layer), VirtualTime.run)
  )
})
