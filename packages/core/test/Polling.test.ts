import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Polling from "../src/Polling.ts"
import { behaviours } from "../src/RunwareConfig.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import * as Runware from "../src/Runware.ts"
import type { Task } from "../src/Task.ts"
import { task, uuid } from "./builders.ts"
import { client, lost, reply, scripted, succeeded } from "./scripted.ts"

const settings = {
  pollDelay: behaviours.pollDelay.fallback,
  pollInterval: behaviours.pollInterval.fallback,
  pollFactor: behaviours.pollFactor.fallback,
  maxPollInterval: behaviours.maxPollInterval.fallback
}

const gaps = (cadence: Polling.Cadence, polls: number) =>
  Array.from({ length: polls }, (_, poll) => Duration.toMillis(cadence.next({ task: task(), polls: poll, elapsed: 0 })))

describe("the standard cadence", () => {
  it("asks when the official clients do", () => {
    let now = 0
    const schedule = gaps(Polling.standard(settings), 12).map((gap) => (now += gap))
    expect(schedule.map((at) => Math.round(at / 100) / 10)).toEqual([
      1, 1.5, 2.3, 3.4, 5.1, 7.6, 11.4, 17.1, 25.6, 35.6, 45.6, 55.6
    ])
  })

  it("waits the delay before the first poll, however long it is", () => {
    const slow = { ...settings, pollDelay: Duration.minutes(1) }
    expect(gaps(Polling.standard(slow), 3)).toEqual([60_000, 500, 750])
  })

  it("keeps its gap where the factor is 1", () => {
    expect(gaps(Polling.standard({ ...settings, pollFactor: 1 }), 4)).toEqual([1000, 500, 500, 500])
  })

  const Millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))

  it.prop(
    "has gaps that never shrink and never pass the longest, for as long as a task may take",
    { interval: Millis, longest: Millis, factor: Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: 10 })) },
    ({ factor, interval, longest }) => {
      const cadence = Polling.standard({
        pollDelay: Duration.zero,
        pollInterval: Duration.millis(interval),
        pollFactor: factor,
        maxPollInterval: Duration.millis(longest)
      })
      const gapAt = (polls: number) => Duration.toMillis(cadence.next({ task: task(), polls, elapsed: 0 }))
      for (const poll of [1, 2, 5, 20, 1000, 100_000]) {
        const [gap, next] = [gapAt(poll), gapAt(poll + 1)]
        expect(gap).toBeLessThanOrEqual(longest)
        expect(gap).toBeGreaterThanOrEqual(Math.min(interval, longest))
        expect(next).toBeGreaterThanOrEqual(gap)
      }
      return true
    }
  )
})

const ack = { taskType: "imageInference", taskUUID: uuid(1) }
const done = { ...ack, status: "success", imageUUID: "a", imageURL: "https://im.example/a.png" }
const running = { ...ack, status: "processing" }
const params = { taskType: "imageInference", model: "a:b@1", width: 512, height: 512, positivePrompt: "x" }
const asked = (submitted: Partial<Task> = {}): Task => ({ ...task(), ...params, numberResults: 1, ...submitted })

describe("which cadence a client has", () => {
  const pollsOf = (given: RunwareConfig.Options, cadence?: Polling.Cadence) =>
    Effect.gen(function* () {
      const transport = scripted([reply([ack])], [reply([running]), reply([running]), reply([done])])
      const run = Runware.run(params).pipe(Effect.provide(client(transport, given)))
      yield* succeeded(cadence === undefined ? run : Effect.provideService(run, Polling.Polling, cadence))
      const [submitted, ...polls] = transport.sent.map(({ at }) => at)
      return polls.map((at) => Math.round((at - (submitted ?? 0)) / 50) * 50)
    })

  it.effect("is adaptive unless something else is asked for", () =>
    Effect.gen(function* () {
      expect(yield* pollsOf({})).toEqual([200, 350, 550])
      expect(yield* pollsOf({ polling: "adaptive", pollDelay: 5 })).toEqual([200, 350, 550])
      expect(yield* pollsOf({ polling: "standard" })).toEqual([1000, 1500, 2250])
    })
  )

  it.effect("stays the same when settings are given as options again", () =>
    Effect.gen(function* () {
      for (const given of [{}, { pollDelay: 5 }, { polling: "standard" as const }]) {
        const settings = yield* RunwareConfig.make({ apiKey: "key", ...given })
        expect(yield* RunwareConfig.make(settings)).toEqual(settings)
      }
    })
  )

  it.effect.each(["pollDelay", "pollInterval", "pollFactor", "maxPollInterval"])(
    "is the standard one when %s is set, if only to its default",
    (name) =>
      Effect.gen(function* () {
        const { fallback } = behaviours[name as keyof typeof settings]
        expect(yield* pollsOf({ [name]: fallback })).toEqual([1000, 1500, 2250])
      })
  )

  it.effect("is the caller's own when one is provided", () =>
    Effect.gen(function* () {
      expect(yield* pollsOf({ pollDelay: 1 }, { next: () => Duration.seconds(5) })).toEqual([5000, 10_000, 15_000])
    })
  )
})

describe("what a client learns", () => {
  const learnedFrom = (transport: ReturnType<typeof scripted>, given: object = params) =>
    Effect.gen(function* () {
      const seen: Array<readonly [number, number]> = []
      const cadence: Polling.Cadence = {
        next: () => Duration.seconds(1),
        learn: ({ after, by }) => seen.push([after, by])
      }
      const run = Effect.exit(Runware.run({ ...params, ...given }).pipe(Effect.provide(client(transport))))
      yield* succeeded(Effect.provideService(run, Polling.Polling, cadence))
      return seen
    })

  it.effect("is the interval between the last poll that said running and the first that said done", () =>
    Effect.gen(function* () {
      const polls = [reply([running]), reply([running]), reply([done])]
      expect(yield* learnedFrom(scripted([reply([ack])], polls))).toEqual([[2000, 3000]])
      expect(yield* learnedFrom(scripted([reply([ack])], [reply([done])]))).toEqual([[0, 1000]])
    })
  )

  it.effect("goes by the time at which a poll left, where the transport tells", () =>
    Effect.gen(function* () {
      const polls = [reply([running], [], { askedAt: 1010 }), reply([done], [], { askedAt: 2015 })]
      expect(yield* learnedFrom(scripted([reply([ack])], polls))).toEqual([[1010, 2015]])
    })
  )

  it.effect("is nothing from failures, lost polls, sync delivery and submissions whose time is in doubt", () =>
    Effect.gen(function* () {
      const failed = { code: "inferenceError", message: "No.", taskUUID: uuid(1), status: "error" as const }
      expect(yield* learnedFrom(scripted([reply([ack])], [reply([running]), reply([], [failed])]))).toEqual([])
      expect(yield* learnedFrom(scripted([reply([ack])], [reply([running]), lost("unknown"), reply([done])]))).toEqual(
        []
      )
      expect(yield* learnedFrom(scripted([lost("unknown")], [reply([running]), reply([done])]))).toEqual([])
      expect(
        yield* learnedFrom(scripted([Effect.never], [reply([running]), reply([done])]), { deliveryMethod: "sync" })
      ).toEqual([])
    })
  )

  it.effect("is an interval again once polls are answered again", () =>
    Effect.gen(function* () {
      const polls = [lost("unknown"), reply([running]), reply([done])]
      expect(yield* learnedFrom(scripted([reply([ack])], polls))).toEqual([[2000, 3000]])
    })
  )
})

describe("the adaptive cadence", () => {
  const gapsAfter = (trips: ReadonlyArray<number | undefined>) => {
    const cadence = Polling.adaptive(Polling.makeTaskTimes(), { pollWindow: Duration.millis(20) })
    return trips.map((trip) =>
      Math.round(Duration.toMillis(cadence.next({ task: task(), polls: 0, elapsed: 0, trip })) / 10)
    )
  }

  it("lets a poll leave early by the time that it may wait for company", () => {
    expect(gapsAfter([undefined])).toEqual([18])
  })

  it("asks less when answers come later than usual, and as before when they don't", () => {
    expect(gapsAfter([200, 200, 700, 1200, 200])).toEqual([18, 18, 50, 100, 18])
  })
})

describe("a memory of task times", () => {
  const learn = (times: Polling.TaskTimes["Service"], about: Task, at: number, count = 30) => {
    for (let n = 0; n < count; n++)
      times.learn({ task: about, after: at * (0.95 + n / 1000), by: at * (0.97 + n / 1000), startedAt: n * at })
  }

  /** Many that begin at the same time: the short ones end first, whatever their order was. */
  const learnTogether = (times: Polling.TaskTimes["Service"], ends: ReadonlyArray<number>, startedAt: number) => {
    for (const end of ends.toSorted((one, other) => one - other)) {
      times.learn({ task: asked(), after: end * 0.99, by: end, startedAt })
    }
  }

  it("remembers the long ones while the short ones of many that run at once are seen, and then the short ones", () => {
    const times = Polling.makeTaskTimes()
    learnTogether(
      times,
      Array.from({ length: 200 }, (_, index) => 2000 + index * 40),
      0
    )
    const short = Array.from({ length: 2000 }, (_, index) => 2000 + index * 2)
    learnTogether(times, short, 20_000)
    for (const elapsed of [6000, 7000, 8000, 9000]) expect(times.due(asked(), elapsed, 0)).toBeLessThan(elapsed * 1.1)
    const long = Array.from({ length: 2000 }, (_, index) => 6000 + index * 2)
    learnTogether(times, long, 20_000)
    expect(times.due(asked(), 0, 0)).toBeLessThan(3000)
  })

  it("follows a model that has become slower, however many tasks run at once", () => {
    const times = Polling.makeTaskTimes()
    const ends = Array.from({ length: 200 }, (_, index) => 2000 + index * 5)
    for (let round = 0; round < 5; round++) learnTogether(times, ends, round * 3000)
    const slower = ends.map((end) => end * 4)
    for (let round = 0; round < 100; round++) learnTogether(times, slower, 20_000 + round * 12_000)
    const polls: Array<number> = []
    for (let time = 0; time < 7000; polls.push(time)) time = times.due(asked(), time, 0)
    expect(polls.length).toBeLessThanOrEqual(2)
  })

  it("aims at the times of the kind of task, and knows nothing of other kinds", () => {
    const times = Polling.makeTaskTimes()
    learn(times, asked(), 10_000)
    expect(times.due(asked({ taskUUID: uuid(7) }), 0, 0)).toBeGreaterThan(9000)
    for (const other of [{ model: "a:b@2" }, { width: 2048 }, { numberResults: 4 }, { duration: 5 }, { steps: 40 }]) {
      expect(times.due(asked(other), 0, 0)).toBe(200)
    }
  })

  it("takes tasks of about the same size for one kind", () => {
    const times = Polling.makeTaskTimes()
    learn(times, asked({ width: 500, steps: 28 }), 10_000)
    expect(times.due(asked({ width: 512, steps: 30 }), 0, 0)).toBeGreaterThan(9000)
  })

  it("forgets the kind that was not used for longest", () => {
    const times = Polling.makeTaskTimes({ capacity: 2 })
    const [one, two, three] = ["a:b@1", "a:b@2", "a:b@3"].map((model) => asked({ model }))
    for (const kind of [one, two]) learn(times, kind!, 10_000)
    times.due(one!, 0, 0)
    learn(times, three!, 10_000)
    expect([one, two, three].map((kind) => times.due(kind!, 0, 0) > 9000)).toEqual([true, false, true])
  })

  it.effect("comes back from plain JSON as it was", () =>
    Effect.gen(function* () {
      const times = Polling.makeTaskTimes()
      learn(times, asked(), 10_000)
      learn(times, asked({ model: "a:b@2" }), 300)
      const json = JSON.stringify(yield* times.learned)
      const restored = yield* Effect.provide(
        Polling.TaskTimes.use((memory) => Effect.succeed(memory)),
        Polling.layerAdaptive({ learned: JSON.parse(json) })
      )
      expect(JSON.stringify(yield* restored.learned)).toBe(json)
      for (const elapsed of [0, 9600, 9900, 50_000]) {
        expect(restored.due(asked(), elapsed, 0)).toBe(times.due(asked(), elapsed, 0))
      }
      expect(json.length).toBeLessThan(6000)
    })
  )

  it.effect("adds what another client has learned to its own", () =>
    Effect.gen(function* () {
      const [one, other] = [Polling.makeTaskTimes(), Polling.makeTaskTimes()]
      learn(one, asked(), 10_000)
      learn(other, asked(), 5000)
      yield* one.add(yield* other.learned)
      expect(one.due(asked(), 0, 0)).toBeLessThan(5500)
      expect(one.due(asked(), 7000, 0)).toBeGreaterThan(9000)
    })
  )

  it.effect.each([
    [undefined, "learned", "got undefined"],
    [[], "learned", "got an array of 0"],
    [{ version: 2, kinds: [] }, "learned.version", "must be 1, got 2"],
    [{ version: 1 }, "learned.kinds", "must be an array, got undefined"],
    [{ version: 1, kinds: [{ kind: "a", first: 0.5, weights: [1] }] }, "learned.kinds.0", "weights"],
    [{ version: 1, kinds: [{ kind: "a", first: 0, weights: [Number.NaN] }] }, "learned.kinds.0", "weights"]
  ] as const)("refuses %j", ([given, parameter, said]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Polling.makeTaskTimes().add(given))
      expect([error.code, error.rawCode, error.parameter]).toEqual(["validation", "invalidConfig", parameter])
      expect(error.message).toContain(said)
    })
  )

  it.effect("is shared by the clients that are built over it", () =>
    Effect.gen(function* () {
      const times = Polling.makeTaskTimes()
      learn(times, { ...asked(), taskUUID: uuid(1) }, 10_000)
      const transport = scripted([reply([ack])], [reply([done])])
      const run = Runware.run(params).pipe(
        Effect.provide(client(transport)),
        Effect.provideService(Polling.TaskTimes, times)
      )
      yield* succeeded(run)
      expect(transport.sent[1]?.at).toBeGreaterThan(9000)
    })
  )
})
