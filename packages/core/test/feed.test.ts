import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { Feed } from "../src/internal/feed.ts"

describe("a feed", () => {
  it.effect("gives each reader all that comes after it has joined, at its own pace", () =>
    Effect.gen(function* () {
      const feed = new Feed<number>()
      feed.push(0)
      const early = feed.stream()
      feed.push(1)
      const late = feed.stream(10)
      const waiting = yield* Effect.forkChild(Stream.runCollect(early), { startImmediately: true })
      feed.push(2)
      feed.push(3)
      feed.end(Exit.void)
      assert.deepStrictEqual(yield* Stream.runCollect(late), [10, 2, 3])
      assert.deepStrictEqual(yield* Fiber.join(waiting), [1, 2, 3])
    })
  )

  it.effect("ends as its writer does, whoever reads it then", () =>
    Effect.gen(function* () {
      const feed = new Feed<number, string>()
      const stream = feed.stream()
      feed.push(1)
      feed.end(Exit.fail("enough"))
      feed.end(Exit.void)
      assert.deepStrictEqual(yield* Effect.flip(Stream.runCollect(stream)), "enough")
      assert.deepStrictEqual(yield* Effect.flip(Stream.runCollect(feed.stream())), "enough")
    })
  )

  it.effect("is left without a trace", () =>
    Effect.gen(function* () {
      const feed = new Feed<number>()
      const reader = yield* Effect.forkChild(Stream.runDrain(feed.stream()), { startImmediately: true })
      yield* Fiber.interrupt(reader)
      feed.push(1)
      assert.deepStrictEqual(yield* feed.stream(2).pipe(Stream.take(1), Stream.runCollect), [2])
    })
  )
})
