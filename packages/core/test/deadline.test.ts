import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { TestClock } from "effect/testing"
import { make as makeError, type RunwareError } from "../src/RunwareError.ts"
import { within } from "../src/internal/deadline.ts"
import { settle } from "./fakeSocket.ts"

const second = within(Duration.seconds(1), "the answer", "answerTimeout")

const start = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.tap(Effect.forkChild(effect, { startImmediately: true }), () => settle)

const pass = (millis: number) => Effect.andThen(TestClock.adjust(millis), settle)

/** What a fiber has come to so far. */
const outcome = <A>(fiber: Fiber.Fiber<A, RunwareError>) => {
  const exit = fiber.pollUnsafe()
  if (exit === undefined) return "waits"
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.hasInterrupts(exit.cause)) return "interrupted"
  const { code, message } = Result.getOrThrow(Cause.findError(exit.cause))
  return [code, message]
}

const tooLate = ["timeout", "Waited 1s for the answer (option `answerTimeout`). Try again, or allow more time."]

const refused = makeError("validation", { message: "Refused." })
const refusal = [refused.code, refused.message]

describe("an effect within a time", () => {
  it.effect("gives what it comes to, at once or later", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* second(Effect.succeed("now")), "now")
      assert.strictEqual(yield* Effect.flip(second(Effect.fail(refused))), refused)
      const later = yield* start(second(Effect.delay(Effect.succeed("later"), 999)))
      const failing = yield* start(second(Effect.delay(Effect.fail(refused), 999)))
      assert.deepStrictEqual([outcome(later), outcome(failing)], ["waits", "waits"])
      yield* pass(999)
      assert.deepStrictEqual([outcome(later), outcome(failing)], ["later", refusal])
    })
  )

  it.effect("fails with the option's name when it takes longer", () =>
    Effect.gen(function* () {
      const fiber = yield* start(second(Effect.never))
      yield* pass(999)
      assert.strictEqual(outcome(fiber), "waits")
      yield* pass(1)
      assert.deepStrictEqual(outcome(fiber), tooLate)
    })
  )

  it.effect("is interrupted when it is late, and its finalizers are waited for", () =>
    Effect.gen(function* () {
      let isReleased = false
      const slow = Effect.ensuring(
        Effect.never,
        Effect.andThen(
          Effect.sleep(500),
          Effect.sync(() => void (isReleased = true))
        )
      )
      const fiber = yield* start(second(slow))
      yield* pass(1400)
      assert.deepStrictEqual([outcome(fiber), isReleased], ["waits", false])
      yield* pass(100)
      assert.deepStrictEqual([outcome(fiber), isReleased], [tooLate, true])
    })
  )

  it.effect("is late too where it can't be interrupted, once it has ended", () =>
    Effect.gen(function* () {
      let isDone = false
      const stubborn = Effect.andThen(
        Effect.sleep(1500),
        Effect.sync(() => void (isDone = true))
      )
      const fiber = yield* start(second(Effect.uninterruptible(stubborn)))
      yield* pass(1400)
      assert.deepStrictEqual([outcome(fiber), isDone], ["waits", false])
      yield* pass(100)
      assert.deepStrictEqual([outcome(fiber), isDone], [tooLate, true])
    })
  )

  it.effect("fails without being begun where there is no time", () =>
    Effect.gen(function* () {
      let isBegun = false
      const error = yield* Effect.sync(() => void (isBegun = true)).pipe(
        within(Duration.zero, "the answer", "answerTimeout"),
        Effect.flip
      )
      assert.deepStrictEqual([error.code, isBegun], ["timeout", false])
    })
  )

  it.effect("has all the time where there is no bound", () =>
    Effect.gen(function* () {
      const unbounded = within(Duration.infinity, "the answer", "answerTimeout")
      const fiber = yield* start(unbounded(Effect.delay(Effect.succeed("at last"), "1000 days")))
      yield* pass(Duration.toMillis("1000 days"))
      assert.strictEqual(outcome(fiber), "at last")
    })
  )

  it.effect("is interrupted with its caller, who waits for its finalizers", () =>
    Effect.gen(function* () {
      let isReleased = false
      const slow = Effect.ensuring(
        Effect.never,
        Effect.andThen(
          Effect.sleep(100),
          Effect.sync(() => void (isReleased = true))
        )
      )
      const fiber = yield* start(second(slow))
      const interruption = yield* start(Fiber.interrupt(fiber))
      assert.deepStrictEqual([outcome(fiber), isReleased], ["waits", false])
      yield* pass(100)
      yield* Fiber.join(interruption)
      assert.deepStrictEqual([outcome(fiber), isReleased], ["interrupted", true])
    })
  )

  it.effect("that interrupts itself is interrupted, not late", () =>
    Effect.gen(function* () {
      const fiber = yield* start(second(Effect.interrupt))
      assert.strictEqual(outcome(fiber), "interrupted")
    })
  )

  it.effect("has the services of its caller, and the time of an outer bound where that is shorter", () =>
    Effect.gen(function* () {
      const Name = Context.Reference<string>("test/Name", { defaultValue: () => "nobody" })
      const named = second(Effect.map(Name, (name) => name))
      assert.strictEqual(yield* Effect.provideService(named, Name, "heron"), "heron")
      const outer = within(Duration.millis(300), "the call", "timeout")
      const fiber = yield* start(outer(second(Effect.never)))
      yield* pass(300)
      assert.deepStrictEqual(outcome(fiber), [
        "timeout",
        "Waited 300ms for the call (option `timeout`). Try again, or allow more time."
      ])
    })
  )
})
