import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { aim, planOf } from "../src/internal/aiming.ts"
import { blank, merge, observe, type Sighting, type TimeSketch, timeOf, weightOf } from "../src/internal/timeSketch.ts"

/** Seen one after the other. */
const sketchOf = (sightings: ReadonlyArray<Sighting>): TimeSketch =>
  sightings.reduce((sketch, sighting) => observe(sketch, [sighting]), blank)

/** Results at each of these times, seen within one percent. */
const at = (...times: ReadonlyArray<number>) =>
  times.map((time): Sighting => ({ after: time * 0.995, by: time * 1.005, alone: 1 }))

const repeat = <A>(count: number, items: ReadonlyArray<A>) => Array.from({ length: count }, () => items).flat()

/** The polls of one task that is ready late, by a plan. */
const pollsUntil = (end: number, sightings: ReadonlyArray<Sighting>): ReadonlyArray<number> => {
  const plan = sightings.length === 0 ? undefined : planOf(sketchOf(sightings))
  const polls: Array<number> = []
  while ((polls.at(-1) ?? 0) < end) polls.push(aim(plan, polls.at(-1) ?? 0, 0))
  return polls.map((time) => Math.round(time))
}

/** The bins that hold a share of the weight. */
const quantile = (sketch: TimeSketch, share: number): number => {
  let left = weightOf(sketch) * share
  for (const [index, weight] of sketch.weights.entries()) {
    left -= weight
    if (left <= 0) return timeOf(sketch.first + index)
  }
  return Infinity
}

describe("polls of a kind that nothing is known of", () => {
  it("have gaps that grow with the time that has passed", () => {
    expect(pollsUntil(3000, [])).toEqual([200, 400, 600, 800, 1000, 1210, 1464, 1772, 2144, 2594, 3138])
  })

  it("are a bounded distance apart, however long it takes", () => {
    const polls = pollsUntil(1_000_000, [])
    const gaps = polls.map((time, index) => time - (polls[index - 1] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(20_001)
    expect(polls.filter((time) => time <= 90_000).length).toBeLessThanOrEqual(28)
  })

  it("stay so until enough results were seen", () => {
    expect(planOf(sketchOf(at(5000, 5000, 5000)))).toBe(undefined)
    expect(planOf(sketchOf(at(5000, 5000, 5000, 5000)))).not.toBe(undefined)
  })
})

describe("aimed polls", () => {
  it("begin where the earliest results come", () => {
    const [first] = pollsUntil(10_000, repeat(20, at(9000, 10_000, 11_000)))
    expect(first).toBeGreaterThan(8800)
    expect(first).toBeLessThan(9300)
  })

  it("are dense where results cluster, and pass over the time in which none come", () => {
    const polls = pollsUntil(22_000, repeat(12, at(2000, 2050, 2100, 20_000, 20_500, 21_000)))
    expect(polls.filter((time) => time > 2300 && time < 19_500)).toEqual([])
    expect(polls.filter((time) => time <= 2300).length).toBeGreaterThanOrEqual(1)
    expect(polls.filter((time) => time >= 19_500 && time <= 21_500).length).toBeGreaterThanOrEqual(2)
  })

  it("leave none of the few results that come late to wait for long", () => {
    const late = Array.from({ length: 10 }, (_, index) => 5000 * 1.08 ** index)
    const polls = pollsUntil(10_000, [...repeat(100, at(4900, 5000, 5100)), ...at(...late)])
    const gaps = polls.slice(1).map((time, index) => time / (polls[index] ?? 1))
    expect(Math.max(...gaps)).toBeLessThan(1.22)
    expect(polls.length).toBeLessThan(20)
  })

  it("ask once where once is enough", () => {
    expect(pollsUntil(300, repeat(20, at(290, 300, 310)))).toHaveLength(1)
  })

  it("go on with growing gaps after the latest result that was ever seen", () => {
    const polls = pollsUntil(30_000, repeat(20, at(1000, 1100)))
    const late = polls.filter((time) => time > 2000)
    for (const [index, time] of late.entries()) {
      const before = late[index - 1]
      if (before !== undefined) expect(time / before).toBeCloseTo(1.21, 1)
    }
  })

  it("follow a model that has become faster, and one that has become slower", () => {
    const known = repeat(50, at(10_000, 10_500, 11_000))
    const faster = Array.from({ length: 200 }).reduce<TimeSketch>((sketch) => {
      // What a client sees that polls by the plan: the truth is 4000 ms.
      const plan = planOf(sketch)
      let after = 0
      let by = aim(plan, 0, 0)
      while (by < 4000) [after, by] = [by, aim(plan, by, 0)]
      return observe(sketch, [{ after, by, alone: 1 }])
    }, sketchOf(known))
    expect(aim(planOf(faster), 0, 0)).toBeLessThan(4600)
    const slower = sketchOf([...known, ...repeat(100, at(20_000))])
    expect(quantile(slower, 0.5)).toBeGreaterThan(19_000)
  })
})

describe("a sketch", () => {
  it("is the same whether sightings come one by one or together", () => {
    const seen = Array.from({ length: 200 }, (_, index) => 4000 + ((index * 37) % 200) * 10).map((end, index) => ({
      after: end * 0.96,
      by: end,
      alone: index % 5 === 0 ? 1 : 0.01
    }))
    const [together, apart] = [observe(blank, seen), sketchOf(seen)]
    const rounded = ({ first, weights }: TimeSketch) => [first, weights.map((weight) => weight.toFixed(6))]
    expect(rounded(together)).toEqual(rounded(apart))
  })
})

const Millis = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 2_000_000 }))
const Sightings = Schema.NonEmptyArray(
  Schema.Struct({ after: Millis, by: Millis, alone: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })) })
)

describe("whatever was seen", () => {
  const ordered = (seen: ReadonlyArray<Sighting>) =>
    seen.map(({ after, alone, by }) => ({ after: Math.min(after, by), by: Math.max(after, by), alone }))

  it.prop("a sketch stays small, positive, and loses only what fades", { seen: Sightings }, ({ seen }) => {
    const sketch = sketchOf(ordered(seen))
    expect(sketch.weights.length).toBeLessThanOrEqual(512)
    expect(sketch.weights.every((weight) => weight >= 0 && Number.isFinite(weight))).toBe(true)
    expect(weightOf(sketch)).toBeLessThanOrEqual(seen.length + 1e-6)
    return true
  })

  it.prop(
    "the next poll is later than the last, and not by more than is allowed",
    { seen: Sightings, elapsed: Millis },
    ({ elapsed, seen }) => {
      const sketch = sketchOf(ordered(seen))
      const next = aim(planOf(sketch), elapsed, 0)
      const latest = timeOf(sketch.first + sketch.weights.length)
      expect(next).toBeGreaterThanOrEqual(elapsed)
      expect(next).toBeLessThanOrEqual(Math.max(latest, elapsed + 20_000) * 1.01)
      return true
    }
  )

  it.prop("polls come to an end: each is some time after the one before", { seen: Sightings }, ({ seen }) => {
    const plan = planOf(sketchOf(ordered(seen)))
    let polls = 0
    for (let time = 0; time < 600_000; polls++) time = Math.max(time + 1, aim(plan, time, polls % 2 === 0 ? 1 : -1))
    expect(polls).toBeLessThan(1200)
    return true
  })

  it.prop("two memories hold together what each held", { one: Sightings, other: Sightings }, ({ one, other }) => {
    const [first, second] = [sketchOf(ordered(one)), sketchOf(ordered(other))]
    const both = merge(first, second)
    expect(both.weights.length).toBeLessThanOrEqual(512)
    expect(weightOf(both)).toBeLessThanOrEqual(weightOf(first) + weightOf(second) + 1e-6)
    expect(both).toEqual(merge(second, first))
    return true
  })
})
