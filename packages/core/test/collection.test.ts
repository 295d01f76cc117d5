import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { add, type Collection, empty, isComplete, progressOf } from "../src/internal/collection.ts"
import type { Reply } from "../src/Transport.ts"
import { acknowledgement, failure, image, reply, running, task, text, uuid } from "./builders.ts"

const gather = (expected: number | undefined, ...replies: ReadonlyArray<Reply>): Collection =>
  replies.reduce((collection, one) => add(collection, one, task()), empty(expected))

const failedGeneration = failure("timeoutProvider", { status: "error", taskUUID: uuid(1) })

describe("the items", () => {
  it("come without status and progress, and with the address of their task", () => {
    expect(
      gather(1, reply([{ imageUUID: "a", imageURL: "u", status: "success", progress: 100, cost: 1 }])).items
    ).toEqual([{ imageUUID: "a", imageURL: "u", cost: 1, taskType: "imageInference", taskUUID: uuid(1) }])
  })

  it("are only those that are finished", () => {
    expect(gather(2, reply([acknowledgement()]), reply([running(), running({ progress: 5 })])).items).toEqual([])
  })

  it("are known again by their media, wherever they stand", () => {
    const { items } = gather(3, reply([running(), image("b"), running()]), reply([image("a"), image("b")]))
    expect(items.map((item) => item["imageUUID"])).toEqual(["b", "a"])
  })

  it("are given in the service's order in the end, in that of their coming meanwhile", () => {
    const { items, results } = gather(
      3,
      reply([running(), image("b"), running()]),
      reply([running(), image("b"), image("c")]),
      reply([image("a"), image("b"), image("c")])
    )
    const ids = (all: ReadonlyArray<object>) => all.map((item) => Reflect.get(item, "imageUUID"))
    expect([ids(items), ids(results)]).toEqual([
      ["b", "c", "a"],
      ["a", "b", "c"]
    ])
  })

  it("are not lost when texts finish in another order than they started", () => {
    const { items } = gather(2, reply([running(), text("second")]), reply([text("first"), text("second")]))
    expect(items.map((item) => item["text"])).toEqual(["second", "first"])
  })

  it("are not doubled when a text moves up because one before it failed", () => {
    const { items } = gather(2, reply([running(), text("second")]), reply([text("second")], [failedGeneration]))
    expect(items.map((item) => item["text"])).toEqual(["second"])
  })

  it("may say the same", () => {
    const { items } = gather(2, reply([text("yes"), running()]), reply([text("yes"), text("yes")]))
    expect(items.map((item) => item["text"])).toEqual(["yes", "yes"])
  })

  it("stay one when the price or the order of fields comes later", () => {
    const later = Object.fromEntries(Object.entries({ ...text("yes"), cost: 0.1 }).toReversed())
    expect(gather(1, reply([text("yes")]), reply([later])).items).toHaveLength(1)
  })
})

/** A task's generations as polls show them: each running, finished or failed. */
const Generation = Schema.Struct({ isText: Schema.Boolean, content: Schema.Literals(["a", "b", "c"]) })
const Generations = Arbitrary.array(Arbitrary.schema(Generation), { maxLength: 6 })
const Finished = Arbitrary.array(Arbitrary.array(Arbitrary.schema(Schema.Boolean), { minLength: 6, maxLength: 6 }), {
  minLength: 1,
  maxLength: 5
})

/** Cumulative replies: what is finished in one is finished in all later ones. */
const polls = (
  generations: ReadonlyArray<typeof Generation.Type>,
  finished: ReadonlyArray<ReadonlyArray<boolean>>
): ReadonlyArray<Reply> =>
  finished.map((_, poll) =>
    reply(
      generations.map((generation, index) => {
        if (!finished.slice(0, poll + 1).some((flags) => flags[index] === true)) return running()
        return generation.isText ? text(generation.content) : image(`${generation.content}${index}`)
      })
    )
  )

describe("the collection", () => {
  const given = { generations: Generations, finished: Finished }

  it.prop("holds exactly what is finished", given, ({ finished, generations }) => {
    const replies = polls(generations, finished)
    const last = replies.at(-1)?.items.filter(({ status }) => status === "success") ?? []
    const names = (items: ReadonlyArray<object>) =>
      items.map((item) => ("text" in item ? item.text : Reflect.get(item, "imageUUID"))).toSorted()
    expect(names(gather(undefined, ...replies).items)).toEqual(names(last))
    return true
  })

  it.prop("only ever grows", given, ({ finished, generations }) => {
    let before = empty(generations.length)
    for (const one of polls(generations, finished)) {
      const after = add(before, one, task())
      expect(after.items.slice(0, before.items.length)).toEqual(before.items)
      before = after
    }
    return true
  })

  it.prop("is the same when replies repeat", given, ({ finished, generations }) => {
    const replies = polls(generations, finished)
    const repeated = replies.flatMap((one, index) => [one, one, ...replies.slice(0, index + 1)])
    expect(gather(undefined, ...repeated)).toEqual(gather(undefined, ...replies))
    return true
  })

  it.prop("keeps its items when an older reply is replayed", given, ({ finished, generations }) => {
    const replies = polls(generations, finished)
    const [first] = replies
    if (first !== undefined) {
      expect(gather(undefined, ...replies, first).items).toEqual(gather(undefined, ...replies).items)
    }
    return true
  })
})

describe("isComplete", () => {
  it.each<[string, number | undefined, Reply, boolean]>([
    ["not before the first reply says something", 1, reply([]), false],
    ["not with an acknowledgement", 1, reply([acknowledgement()]), false],
    ["not while a generation is missing, even if none is shown as running", 2, reply([image("a")]), false],
    ["when all are there", 2, reply([image("a"), image("b")]), true],
    ["when the rest failed", 2, reply([image("a")], [failedGeneration]), true],
    ["not while one runs beside a failed one", 3, reply([running()], [failedGeneration]), false],
    ["of an unknown number, when none is running", undefined, reply([image("a")]), true],
    ["not of an unknown number, while one runs", undefined, reply([image("a"), running()]), false],
    ["not of an unknown number, before anything came", undefined, reply([acknowledgement()]), false]
  ])("%s", (_, expected, one, complete) => expect(isComplete(gather(expected, one))).toBe(complete))

  it("by an error that may stand for all, only when the next reply says the same", () => {
    const failed = reply([], [failure("inferenceError", { status: "error" })])
    expect(isComplete(gather(3, failed))).toBe(false)
    expect(isComplete(gather(3, failed, failed))).toBe(true)
    expect(isComplete(gather(3, failed, reply([running()]), failed))).toBe(false)
    expect(isComplete(gather(3, failed, reply([image("a")], [failedGeneration])))).toBe(false)
  })
})

describe("progressOf", () => {
  it("counts what ended, well or not, and gives the latest percentage", () => {
    const one = reply([image("a"), running({ progress: 12 }), running({ progress: 40 }), running()], [failedGeneration])
    expect(progressOf(gather(5, one))).toEqual({ completed: 2, expected: 5, percent: 40 })
    expect(progressOf(gather(undefined, one))).toEqual({ completed: 2, expected: 5, percent: 40 })
    expect(progressOf(empty(3))).toEqual({ completed: 0, expected: 3 })
  })

  it("forgets the percentage of a generation that has ended", () => {
    expect(progressOf(gather(1, reply([running({ progress: 90 })]), reply([image("a")])))).toEqual({
      completed: 1,
      expected: 1
    })
  })
})
