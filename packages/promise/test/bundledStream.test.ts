import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { describe, expect, it } from "vitest"
import * as Bundled from "../src/internal/bundled/stream.ts"

// Each is used in the same ways here; that the types differ inside is what this test is for.
const implementations = [Stream, Bundled as unknown as typeof Stream]

/** What a program gives over each of the two, which has to be the same. */
const outcome = async (program: (streams: typeof Stream) => Effect.Effect<unknown>): Promise<unknown> => {
  const [effect, bundled] = await Promise.all(implementations.map((streams) => Effect.runPromise(program(streams))))
  expect(bundled).toEqual(effect)
  return bundled
}

/** All that a stream gives, and how it ends. */
const read = <E>(streams: typeof Stream, stream: Stream.Stream<unknown, E>) =>
  Effect.gen(function* () {
    const values: Array<unknown> = []
    const exit = yield* Effect.exit(streams.runForEach(stream, (value) => Effect.sync(() => values.push(value))))
    return { values, error: Exit.isFailure(exit) ? Option.getOrNull(Exit.findErrorOption(exit)) : undefined }
  })

/** A stream of the web that tells when it is cancelled, and breaks after its pieces if asked to. */
const readable = (pieces: ReadonlyArray<string>, told: Array<string>, end: "close" | "error" | "open") => {
  let index = 0
  return new ReadableStream<string>({
    pull: (controller) => {
      const piece = pieces[index++]
      if (piece !== undefined) return controller.enqueue(piece)
      if (end === "close") controller.close()
      if (end === "error") controller.error(new Error("broken"))
      return end === "open" ? new Promise<void>(() => {}) : undefined
    },
    cancel: () => void told.push("cancelled")
  })
}

describe("the streams of the bundle", () => {
  it("give what Effect's give", async () => {
    const found = await outcome((streams) =>
      Effect.all([
        read(streams, streams.make(1, 2)),
        read(streams, streams.empty),
        read(streams, streams.fail("no")),
        read(streams, streams.concat(streams.fromIterable(new Set([1, 2])), streams.fail("no"))),
        read(streams, streams.concat(streams.fail("first"), streams.make(1))),
        read(
          streams,
          streams.mapError(streams.concat(streams.make(1), streams.fail("no")), (error) => `${error}!`)
        ),
        read(
          streams,
          streams.transformPull(streams.make(1, 2), (pull) =>
            Effect.succeed(Effect.map(pull, (values) => [[...values]] as const))
          )
        ),
        read(
          streams,
          streams.paginate(0, (page) =>
            page === 4
              ? Effect.fail("no page 4")
              : Effect.succeed([page % 2 === 0 ? [page, page] : [], Option.some(page + 1)])
          )
        )
      ])
    )
    expect(found).toEqual([
      { values: [1, 2] },
      { values: [] },
      { values: [], error: "no" },
      { values: [1, 2], error: "no" },
      { values: [], error: "first" },
      { values: [1], error: "no!" },
      { values: [[1, 2]] },
      { values: [0, 0, 2, 2], error: "no page 4" }
    ])
  })

  it("end with the error of who uses their values", async () => {
    const found = await outcome((streams) =>
      Effect.exit(streams.runForEach(streams.make(1, 2), (value) => Effect.fail(value)))
    )
    expect(found).toEqual(Exit.fail(1))
  })

  it("open what is still to be had at the first pull, once, in the scope of who reads", async () => {
    const found = await outcome((streams) =>
      Effect.gen(function* () {
        const told: Array<string> = []
        const late = streams.unwrap(
          Effect.gen(function* () {
            told.push("opened")
            yield* Scope.addFinalizer(
              yield* Effect.scope,
              Effect.sync(() => told.push("closed"))
            )
            return streams.concat(streams.make(1), streams.make(2))
          })
        )
        yield* Effect.scoped(
          Effect.gen(function* () {
            const pull = yield* streams.toPull(late)
            told.push("joined")
            told.push(`${yield* pull}`, `${yield* pull}`)
          })
        )
        const broken = yield* read(streams, streams.unwrap(Effect.fail("not to be had")))
        return { told, broken }
      }).pipe(Effect.orDie)
    )
    expect(found).toEqual({
      told: ["joined", "opened", "1", "2", "closed"],
      broken: { values: [], error: "not to be had" }
    })
  })

  it("read the web's streams, and cancel those that nobody reads on", async () => {
    const found = await outcome((streams) =>
      Effect.gen(function* () {
        const told: Array<string> = []
        const from = (end: "close" | "error" | "open") =>
          streams.fromReadableStream({
            evaluate: () => readable(["a", "b"], told, end),
            onError: (cause) => String(cause)
          })
        const whole = yield* read(streams, from("close"))
        const broken = yield* read(streams, from("error"))
        const left = yield* Effect.scoped(Effect.flatMap(streams.toPull(from("open")), (pull) => pull))
        return { whole, broken, left, told }
      }).pipe(Effect.orDie)
    )
    expect(found).toEqual({
      whole: { values: ["a", "b"] },
      broken: { values: ["a", "b"], error: "Error: broken" },
      left: ["a"],
      told: ["cancelled"]
    })
  })
})
