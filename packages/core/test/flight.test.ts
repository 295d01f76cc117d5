/**
 * Calls over a transport with a direct way, whose far end is moved by hand: what waits, what is left, and who is told.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { TestClock } from "effect/testing"
import { type Outcome, type Question, type Way, withDirect } from "../src/internal/direct.ts"
import * as Polling from "../src/Polling.ts"
import * as Runware from "../src/Runware.ts"
import { make as makeError, type RunwareError } from "../src/RunwareError.ts"
import { Transport } from "../src/Transport.ts"
import { settle } from "./fakeSocket.ts"
import { ack, output, params, running, success, uuid } from "./imageRun.ts"
import { type Answer, client, scripted } from "./scripted.ts"

const task = { ...params, taskType: "imageInference", taskUUID: uuid } as const

const items = (...items: ReadonlyArray<typeof running>): Outcome => Result.succeed({ items, errors: [] })

/** A far end that answers when it is told to. */
class FarEnd implements Way {
  posted: Array<(outcome: Outcome) => void> = []
  questions: Array<Question> = []
  /** How often posts and questions were left. */
  left = { posts: 0, questions: 0 }
  readonly #atOnce: ReadonlyArray<Outcome>

  constructor(...atOnce: ReadonlyArray<Outcome>) {
    this.#atOnce = atOnce
  }

  readonly isReady = () => true

  readonly post: Way["post"] = (_task, tell) => {
    this.posted.push(tell)
    const [first] = this.#atOnce
    if (first !== undefined) tell(first)
    return () => void this.left.posts++
  }

  readonly ask: Way["ask"] = (question) => {
    this.questions.push(question)
    const [, second] = this.#atOnce
    if (second !== undefined) this.answer(second)
    return () => void this.left.questions++
  }

  /** Answers the last question; gives when it is to be asked again. */
  answer(outcome: Outcome): number | undefined {
    const question = this.questions.at(-1)
    question?.asked()
    return question?.answered(outcome, question.due, question.due)
  }
}

/** A call that has begun, over such a far end. What it sends otherwise is answered by the script. */
const begun = Effect.fnUntraced(function* (
  far: FarEnd,
  options: Parameters<typeof client>[1] = {},
  calling: Runware.RunOptions = {},
  script: ReadonlyArray<Answer> = []
) {
  const transport = scripted(script, script)
  const layer = Layer.effect(
    Transport,
    Effect.map(Transport, (usual) => ({ ...usual, exchange: withDirect(usual.exchange, far) }))
  )
  const over = client({ layer: Layer.provide(layer, transport.layer) }, options)
  const fiber = yield* Effect.forkChild(Effect.provide(Runware.run(task, calling), over), { startImmediately: true })
  yield* settle
  return { fiber, sent: transport.sent }
})

const pass = (millis: number) => Effect.andThen(TestClock.adjust(millis), settle)

/** What a call has come to so far. */
const outcome = (fiber: Fiber.Fiber<unknown, RunwareError>) => {
  const exit = fiber.pollUnsafe()
  if (exit === undefined) return "waits"
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.hasInterrupts(exit.cause)) return "interrupted"
  if (Cause.hasDies(exit.cause)) return "died"
  const { code, message, submission } = Result.getOrThrow(Cause.findError(exit.cause))
  return [code, submission, message.split(".")[0]]
}

describe("a task on its direct way", () => {
  it.effect("may be answered at once, and is not left long after that", () =>
    Effect.gen(function* () {
      const far = new FarEnd(items(ack), items(success("a")))
      const { fiber, sent } = yield* begun(far)
      assert.deepStrictEqual(outcome(fiber), [output("a")])
      yield* pass(86_400_000)
      assert.deepStrictEqual([far.left, sent], [{ posts: 0, questions: 0 }, []])
    })
  )

  it.effect("is not sent when there is no time left", () =>
    Effect.gen(function* () {
      const far = new FarEnd(items(ack), items(success("a")))
      const { fiber, sent } = yield* begun(far, {}, { timeout: 0 })
      assert.deepStrictEqual(outcome(fiber), ["timeout", "none", "Waited 0 for the whole call (option `timeout`)"])
      assert.deepStrictEqual([far.posted, sent], [[], []])
    })
  )

  it.effect("may be refused or lost at once", () =>
    Effect.gen(function* () {
      const refusal = { code: "invalidModel", message: "Refused.", taskUUID: uuid }
      const refused = yield* begun(new FarEnd(Result.succeed({ items: [], errors: [refusal] })))
      assert.deepStrictEqual(outcome(refused.fiber), ["validation", "rejected", "Refused"])
      const gone = makeError("connection", { message: "Gone.", rawCode: "disconnected", submission: "none" })
      const lost = yield* begun(new FarEnd(items(ack), Result.fail(gone)))
      assert.deepStrictEqual(outcome(lost.fiber), ["connection", "accepted", "Gone"])
    })
  )

  it.effect("is answered later, and nothing is left to end", () =>
    Effect.gen(function* () {
      const far = new FarEnd()
      const { fiber } = yield* begun(far)
      yield* pass(999)
      far.posted[0]?.(items(ack))
      assert.isNumber(far.answer(items(running)))
      assert.isUndefined(far.answer(items(success("a"))))
      yield* settle
      assert.deepStrictEqual(outcome(fiber), [output("a")])
      // What comes after the end is nobody's.
      assert.isUndefined(far.answer(items(success("b"))))
      yield* pass(86_400_000)
      assert.deepStrictEqual([outcome(fiber), far.left], [[output("a")], { posts: 0, questions: 0 }])
    })
  )

  it.effect("has its sync reply without being asked for", () =>
    Effect.gen(function* () {
      const far = new FarEnd()
      const { fiber } = yield* begun(far, { deliveryMethod: "sync" })
      far.posted[0]?.(items(success("a")))
      yield* settle
      assert.deepStrictEqual([outcome(fiber), far.questions], [[output("a")], []])
    })
  )

  it.effect("is left when its acknowledgement is late, and asked for as after any unclear end", () =>
    Effect.gen(function* () {
      const far = new FarEnd()
      const known = Effect.succeed({ items: [success("a")], errors: [] })
      const { fiber, sent } = yield* begun(far, { ackTimeout: "1 second", retryDelay: 10 }, {}, [known])
      yield* pass(999)
      assert.deepStrictEqual([outcome(fiber), far.left.posts], ["waits", 0])
      yield* pass(1)
      far.posted[0]?.(items(ack))
      assert.deepStrictEqual([far.left.posts, far.questions], [1, []])
      yield* pass(1000)
      assert.deepStrictEqual(outcome(fiber), [output("a")])
      assert.deepStrictEqual(
        sent.map(({ task }) => task.taskType),
        ["getResponse"]
      )
    })
  )

  it.effect("is left once when its results are late", () =>
    Effect.gen(function* () {
      const far = new FarEnd(items(ack))
      const { fiber } = yield* begun(far, { pollTimeout: "1 second" })
      yield* pass(1000)
      far.answer(items(success("a")))
      assert.deepStrictEqual(outcome(fiber), [
        "timeout",
        "accepted",
        "Waited 1s for the results (option `pollTimeout`)"
      ])
      assert.deepStrictEqual(far.left, { posts: 0, questions: 1 })
    })
  )

  it.effect("is left once when its caller goes, wherever it is", () =>
    Effect.gen(function* () {
      const sending = new FarEnd()
      const asking = new FarEnd(items(ack))
      for (const far of [sending, asking]) {
        const { fiber } = yield* begun(far)
        yield* Fiber.interrupt(fiber)
        far.posted[0]?.(items(ack))
        far.answer(items(success("a")))
        yield* pass(86_400_000)
        assert.strictEqual(outcome(fiber), "interrupted")
      }
      assert.deepStrictEqual(
        [sending.left, asking.left],
        [
          { posts: 1, questions: 0 },
          { posts: 0, questions: 1 }
        ]
      )
    })
  )

  it.effect("ends with the fault of a cadence that throws", () =>
    Effect.gen(function* () {
      const broken: Polling.Cadence = {
        next: () => {
          throw new Error("no time")
        }
      }
      const { fiber } = yield* Effect.provideService(begun(new FarEnd(items(ack))), Polling.Polling, broken)
      assert.strictEqual(outcome(fiber), "died")
    })
  )

  it.effect("wakes its call for each piece of news where somebody listens", () =>
    Effect.gen(function* () {
      const far = new FarEnd()
      const told: Array<string> = []
      const acknowledged = Effect.succeed({ items: [ack], errors: [] })
      const onEvent: Runware.RunOptions["onEvent"] = ({ _tag }) => Effect.sync(() => void told.push(_tag))
      const { fiber } = yield* begun(far, {}, { onEvent }, [acknowledged])
      assert.isUndefined(far.answer(items({ ...running, progress: 40 })))
      yield* settle
      assert.isUndefined(far.answer(items(success("a"))))
      yield* settle
      assert.deepStrictEqual(outcome(fiber), [output("a")])
      assert.deepStrictEqual([told, far.questions.length], [["Accepted", "Progress", "Progress", "Item", "Done"], 2])
    })
  )
})
