import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { Alarms, alarmsOf } from "../src/internal/alarm.ts"
import { settle } from "./fakeSocket.ts"

/** Alarms on the test's clock, which ring into a list, and what sleeps by them. */
const opened = Effect.map(Clock.clockWith(Effect.succeed), (clock) => {
  let [asleep, slept] = [0, 0]
  const alarms = new Alarms({
    ...clock,
    sleep: (duration) =>
      Effect.suspend(() => {
        asleep++
        slept++
        return Effect.ensuring(
          clock.sleep(duration),
          Effect.sync(() => void asleep--)
        )
      })
  })
  const rung: Array<readonly [name: string, at: number]> = []
  return {
    alarms,
    rung,
    set: (name: string, millis: number, then = () => {}) =>
      alarms.after(millis, () => {
        rung.push([name, Math.round(alarms.now())])
        then()
      }),
    asleep: () => asleep,
    slept: () => slept
  }
})

const pass = Effect.fnUntraced(function* (millis: number) {
  yield* settle
  for (let passed = 0; passed < millis; passed += 10) {
    yield* TestClock.adjust(10)
    yield* settle
  }
})

describe("alarms", () => {
  it.effect("ring once each, in the order of their times, whatever the order in which they are set", () =>
    Effect.gen(function* () {
      const { rung, set } = yield* opened
      for (const millis of [300, 100, 500, 200, 400]) set(`of ${millis}`, millis)
      yield* pass(250)
      assert.deepStrictEqual(rung, [
        ["of 100", 100],
        ["of 200", 200]
      ])
      yield* pass(1000)
      assert.deepStrictEqual(rung.slice(2), [
        ["of 300", 300],
        ["of 400", 400],
        ["of 500", 500]
      ])
    })
  )

  it.effect("share one fiber, which sleeps until the first, also where that is set while a later one waits", () =>
    Effect.gen(function* () {
      const { asleep, rung, set } = yield* opened
      for (let n = 0; n < 100; n++) set("late", 1000 + n * 10)
      yield* pass(50)
      assert.strictEqual(asleep(), 1)
      set("early", 20)
      yield* pass(50)
      assert.deepStrictEqual(rung, [["early", 70]])
      assert.strictEqual(asleep(), 1)
      yield* pass(2000)
      assert.deepStrictEqual([rung.length, asleep()], [101, 0])
    })
  )

  it.effect("that are due together ring after one sleep", () =>
    Effect.gen(function* () {
      const { rung, set, slept } = yield* opened
      for (const name of ["one", "two", "three"]) set(name, 100)
      yield* pass(100)
      assert.deepStrictEqual(
        new Map(rung),
        new Map([
          ["one", 100],
          ["two", 100],
          ["three", 100]
        ])
      )
      assert.deepStrictEqual([rung.length, slept()], [3, 1])
    })
  )

  it.effect("that are called off do not ring, and the others do", () =>
    Effect.gen(function* () {
      const { rung, set } = yield* opened
      const first = set("first", 100)
      set("second", 200)
      const third = set("third", 300)
      first.cancel()
      first.cancel()
      yield* pass(250)
      third.cancel()
      set("fourth", 100)
      yield* pass(500)
      first.cancel()
      assert.deepStrictEqual(rung, [
        ["second", 200],
        ["fourth", 350]
      ])
    })
  )

  it.effect("leave nobody asleep once all are called off, and ring again when one is set", () =>
    Effect.gen(function* () {
      const { asleep, rung, set } = yield* opened
      const all = [set("one", 100), set("two", 200), set("three", 50)]
      yield* settle
      assert.strictEqual(asleep(), 1)
      for (const alarm of all) alarm.cancel()
      yield* settle
      assert.strictEqual(asleep(), 0)
      set("four", 100)
      yield* pass(300)
      assert.deepStrictEqual(rung, [["four", 100]])
      assert.strictEqual(asleep(), 0)
    })
  )

  it.effect("may be set and called off by what rings", () =>
    Effect.gen(function* () {
      const { asleep, rung, set } = yield* opened
      const other = set("other", 300)
      let left = 3
      const again = (): void => {
        if (--left > 0) set("again", 100, again)
        else other.cancel()
      }
      set("first", 50, again)
      yield* pass(1000)
      assert.deepStrictEqual(rung, [
        ["first", 50],
        ["again", 150],
        ["again", 250]
      ])
      assert.strictEqual(asleep(), 0)
    })
  )

  it.effect("that set one of no time at all let time pass between", () =>
    Effect.gen(function* () {
      const { alarms } = yield* opened
      const times: Array<number> = []
      const again = (): void => {
        if (times.push(alarms.now()) < 5) alarms.after(0, again)
      }
      alarms.after(-100, again)
      yield* settle
      assert.deepStrictEqual(times, [])
      yield* pass(100)
      assert.strictEqual(new Set(times).size, 5)
    })
  )

  it.effect("ring in time among thousands that were called off", () =>
    Effect.gen(function* () {
      const { asleep, rung, set } = yield* opened
      set("kept", 200)
      for (let n = 0; n < 5000; n++) set("called off", n % 400).cancel()
      yield* pass(190)
      assert.deepStrictEqual(rung, [])
      yield* pass(300)
      assert.deepStrictEqual(rung, [["kept", 200]])
      assert.strictEqual(asleep(), 0)
    })
  )

  it.effect("of no end never ring, and nobody sleeps for them", () =>
    Effect.gen(function* () {
      const { asleep, rung, set } = yield* opened
      const never = set("never", Infinity)
      yield* pass(100)
      assert.deepStrictEqual([asleep(), rung.length], [0, 0])
      never.cancel()
      set("soon", 10)
      yield* pass(10)
      assert.deepStrictEqual(rung, [["soon", 110]])
    })
  )

  it.effect("are shared by all fibers of a clock, and by no other clock", () =>
    Effect.gen(function* () {
      const mine = yield* Effect.withFiberSucceed(alarmsOf)
      const child = yield* Effect.flatMap(Effect.forkChild(Effect.withFiberSucceed(alarmsOf)), Fiber.join)
      const live = yield* TestClock.withLive(Effect.withFiberSucceed(alarmsOf))
      assert.deepStrictEqual([child === mine, live === mine], [true, false])
    })
  )
})
