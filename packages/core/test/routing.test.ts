import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Envelope } from "../src/Envelope.ts"
import { Exchange, Exchanges } from "../src/internal/exchanges.ts"
import { isAnswered, receive, route, shareOut } from "../src/internal/routing.ts"
import type { Task } from "../src/Task.ts"
import { acknowledgement, failure, image, pollOf, reply, task, text, uuid } from "./builders.ts"

const open = (task: Task): Exchange => new Exchange(task, () => {})

/** Routes among open exchanges, oldest first. */
const routed = (frame: Partial<Envelope>, exchanges: ReadonlyArray<Exchange>) => {
  const all = new Exchanges()
  for (const exchange of exchanges) all.open(exchange)
  return route({ items: [], errors: [], ...frame }, all)
}

const nothing: Envelope = { items: [], errors: [] }

describe("route", () => {
  const [first, second] = [open(task()), open(task({ taskUUID: uuid(2) }))]
  const video = open(task({ taskUUID: uuid(3), taskType: "videoInference" }))
  const poll = open(pollOf(1))

  it("hands each task its part of a frame, items and errors together", () => {
    const frame = {
      items: [image("a", 1), image("b", 2), image("c", 1)],
      errors: [failure("providerError", { taskUUID: uuid(2) })]
    }
    expect(routed(frame, [first, second])).toEqual({
      deliveries: [
        { to: first, part: { items: [image("a", 1), image("c", 1)], errors: [] } },
        { to: second, part: { items: [image("b", 2)], errors: [failure("providerError", { taskUUID: uuid(2) })] } }
      ],
      lost: nothing
    })
  })

  it("hands a part to every exchange of its task", () => {
    const frame = { items: [image("a")] }
    expect(routed(frame, [first, poll]).deliveries).toEqual([
      { to: first, part: { ...nothing, ...frame } },
      { to: poll, part: { ...nothing, ...frame } }
    ])
  })

  it("reports what belongs to a task that nobody waits for", () => {
    const frame = { items: [image("a", 9)], errors: [failure("taskFailed", { taskUUID: uuid(9) })] }
    expect(routed(frame, [first, second])).toEqual({ deliveries: [], lost: frame })
  })

  it("hands a conflict to the newest submission of the task, not to the older one it conflicts with", () => {
    const [older, newer] = [open(task()), open(task())]
    const part = { items: [], errors: [failure("conflictTaskUUID", { taskUUID: uuid(1) })] }
    expect(routed(part, [older, newer, poll]).deliveries).toEqual([{ to: newer, part }])
    expect(routed(part, [poll])).toEqual({ deliveries: [], lost: part })
  })

  it("hands the news that a task is unknown to its polls: a submission can't be answered so", () => {
    const [submission, ownPoll] = [open(task()), open(pollOf(1))]
    const part = { items: [], errors: [failure("taskNotFound", { taskUUID: uuid(1) })] }
    expect(routed(part, [submission, ownPoll]).deliveries).toEqual([{ to: ownPoll, part }])
    expect(routed(part, [submission])).toEqual({ deliveries: [], lost: part })
  })

  it.each<[string, string | undefined, ReadonlyArray<Exchange>, Exchange | undefined]>([
    ["the only exchange of its type", "imageInference", [first, video], first],
    ["the newest submission of its type", "imageInference", [first, second, video], second],
    ["nobody, when no task of its type is open", "audioInference", [first, video], undefined],
    ["nobody, when it is about a ping", "ping", [first], undefined],
    ["the newest submission, when it names no type", undefined, [first, video, poll], video],
    ["nobody, when it names no type and only polls are open", undefined, [poll], undefined],
    ["the only poll, when it is about one", "getResponse", [first, poll], poll],
    ["nobody, when it may be about either poll", "getResponse", [poll, open(pollOf(2))], undefined]
  ])("gives an error without address to %s", (_, taskType, exchanges, to) => {
    const error = failure("invalidPositivePrompt", taskType === undefined ? {} : { taskType })
    const part = { items: [], errors: [error] }
    expect(routed(part, exchanges)).toEqual(
      to === undefined ? { deliveries: [], lost: part } : { deliveries: [{ to, part, isGuess: true }], lost: nothing }
    )
  })

  it("takes an empty frame for the answer to the oldest acknowledgement or poll that is due", () => {
    const sync = open(task({ deliveryMethod: "sync" }))
    expect(routed({}, [sync, poll, second])).toEqual({ deliveries: [{ to: poll, part: nothing }], lost: nothing })
    expect(routed({}, [sync])).toEqual({ deliveries: [], lost: nothing })
    expect(routed({}, [])).toEqual({ deliveries: [], lost: nothing })
  })

  it("is not fooled by a task that is called like a property of every object", () => {
    const frame = {
      items: [
        { ...image("a"), taskUUID: "__proto__" },
        { ...image("b"), taskUUID: "constructor" }
      ]
    }
    expect(routed(frame, [first])).toEqual({ deliveries: [], lost: { ...nothing, ...frame } })
  })

  const Address = Schema.Literals(["1", "2", "3", "none"])
  const Items = Arbitrary.array(Arbitrary.schema(Schema.Struct({ to: Address, id: Schema.String })), { maxLength: 6 })
  const Errors = Arbitrary.array(
    Arbitrary.schema(
      Schema.Struct({
        to: Address,
        code: Schema.Literals(["conflictTaskUUID", "providerError"]),
        taskType: Schema.optionalKey(Schema.Literals(["imageInference", "getResponse", "ping"]))
      })
    ),
    { maxLength: 6 }
  )
  const Exchanges = Arbitrary.array(
    Arbitrary.schema(Schema.Struct({ of: Schema.Literals([1, 2]), isPoll: Schema.Boolean })),
    { maxLength: 5 }
  )
  const address = (to: typeof Address.Type) => (to === "none" ? {} : { taskUUID: uuid(Number(to)) })

  it.prop("never drops or invents a part", { items: Items, errors: Errors, exchanges: Exchanges }, (given) => {
    const frame = {
      items: given.items.map(({ id, to }) => ({ taskType: "imageInference", imageUUID: id, ...address(to) })),
      errors: given.errors.map(({ to, ...fields }) => failure(fields.code, { ...fields, ...address(to) }))
    }
    const exchanges = given.exchanges.map(({ isPoll, of }) => open(isPoll ? pollOf(of) : task({ taskUUID: uuid(of) })))
    const { deliveries, lost } = routed(frame, exchanges)
    const all = (part: Envelope): ReadonlyArray<object> => [...part.items, ...part.errors]
    const delivered = new Set(deliveries.flatMap(({ part }) => all(part)))
    expect(all(lost).filter((one) => delivered.has(one))).toEqual([])
    expect(new Set([...delivered, ...all(lost)])).toEqual(new Set(all(frame)))
    expect(all(lost)).toHaveLength(new Set(all(lost)).size)
    expect(delivered.size + all(lost).length).toBe(all(frame).length)
    for (const { part, to } of deliveries) {
      for (const { taskUUID } of [...part.items, ...part.errors]) {
        expect([to.task.taskUUID, undefined]).toContain(taskUUID)
      }
    }
    return true
  })
})

describe("lines of open exchanges", () => {
  it("are kept for what is open only, whatever types of task there were", () => {
    const all = new Exchanges()
    const exchanges = ["imageInference", "fancyInference", "getResponse"].map((taskType, index) =>
      open(task({ taskType, taskUUID: uuid(index + 1) }))
    )
    for (const exchange of exchanges) all.open(exchange)
    expect([...all.lines].map(({ size, taskType }) => [taskType, size])).toEqual([
      ["imageInference", 1],
      ["fancyInference", 1],
      ["getResponse", 1]
    ])
    for (const exchange of exchanges) all.close(exchange)
    expect([[...all.lines], all.all, all.get(uuid(1))]).toEqual([[], [], []])
  })
})

describe("receive", () => {
  it("counts a replayed result once, across parts and within one", () => {
    const received = receive(nothing, { items: [image("a"), image("a")], errors: [] })
    expect(received).toEqual({ items: [image("a")], errors: [] })
    expect(receive(received, { items: [image("a"), image("b")], errors: [] })).toEqual({
      items: [image("a"), image("b")],
      errors: []
    })
  })

  it("keeps texts that say the same: nothing tells a replay from a second generation", () => {
    expect(receive({ items: [text("yes")], errors: [] }, { items: [text("yes")], errors: [] }).items).toHaveLength(2)
  })
})

describe("isAnswered", () => {
  it.each<[string, Envelope, number, boolean]>([
    ["not before anything came", nothing, 1, false],
    ["not while results are missing", { items: [image("a")], errors: [] }, 2, false],
    ["with as many results as expected", { items: [image("a"), image("b")], errors: [] }, 2, true],
    ["with any error", { items: [], errors: [failure("taskFailed")] }, 2, true],
    ["with an acknowledgement in place of results", { items: [acknowledgement()], errors: [] }, 2, true]
  ])("%s", (_, received, expect_, answered) => expect(isAnswered(received, expect_)).toBe(answered))
})

describe("shareOut", () => {
  const [one, two] = [task(), task({ taskUUID: uuid(2) })]
  const stray = failure("rateLimitExceeded")

  it("gives each task what is addressed to it, with the status and the wait of the whole", () => {
    const body = reply([image("b", 2), image("a", 1)], [failure("taskFailed", { taskUUID: uuid(2) })], {
      statusCode: 200,
      retryAfter: 5
    })
    expect(shareOut(body, [one, two])).toEqual(
      new Map([
        [uuid(1), Result.succeed({ ...body, items: [image("a", 1)], errors: [] })],
        [uuid(2), Result.succeed({ ...body, items: [image("b", 2)] })]
      ])
    )
  })

  it("gives a single task all that is not addressed to another", () => {
    const anonymous = { imageUUID: "x", imageURL: "https://im.example/x.png" }
    expect(shareOut(reply([image("a"), anonymous, image("z", 9)], [stray]), [one])).toEqual(
      new Map([[uuid(1), Result.succeed(reply([image("a"), anonymous], [stray]))]])
    )
  })

  it("gives an error without address to every task without a reply, and an item without address to none", () => {
    expect(shareOut(reply([image("a"), { imageUUID: "x" }], [stray]), [one, two])).toEqual(
      new Map([
        [uuid(1), Result.succeed(reply([image("a")]))],
        [uuid(2), Result.succeed(reply([], [stray]))]
      ])
    )
  })

  it("gives an empty reply to tasks of which the body says nothing", () => {
    expect(shareOut(reply([]), [one])).toEqual(new Map([[uuid(1), Result.succeed(reply([]))]]))
  })
})
