import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Bundled from "../src/internal/bundled/duration.ts"

// What both take: the types of Effect's say more of strings and fields.
const inputs: ReadonlyArray<unknown> = [
  [0, -0, 1, 1.5, -2, 0.1, 1 / 3, 90_000, 86_400_000.25, Infinity, -Infinity, NaN],
  [0n, 1n, 1_500_000n, -90_000_000_000n],
  ["1 nano", "20 nanos", "3 micros", "1 milli", "250 millis", "1.5 seconds", "1 minute", "-2 hours", "3 days"],
  ["1 week", "0.1 seconds", "0.0000001 seconds", "Infinity", "-Infinity"],
  ["", "seconds", "1second", "1 second ", "1 sec", "1 milliseconds", "1e3 millis", "+1 second", "NaN", "infinity"],
  [[1, 500_000_000], [0, 1], [Infinity, 0], [0, -Infinity], [NaN, 1], [1], [1, 2, 3], ["1", 2], []],
  [{ seconds: 30 }, { weeks: 1, days: 1, hours: 1, minutes: 1, seconds: 1, milliseconds: 1 }, { microseconds: 1500 }],
  [{ nanoseconds: 1 }, { seconds: 1.5, nanoseconds: 1 }, { seconds: undefined }, { days: Infinity }, { other: 1 }, {}],
  [undefined, null, true, Symbol.iterator]
].flat()

/** What is read, or nothing where the input is refused. */
const read = <A>(
  parse: (input: never) => Option.Option<A>,
  toMillis: (duration: A) => number,
  format: (of: A) => string
) =>
  inputs.map((input) =>
    // Half of them no type allows.
    Option.getOrUndefined(Option.map(parse(input as never), (duration) => [toMillis(duration), format(duration)]))
  )

describe("the durations of the bundle", () => {
  it("are read from what Effect reads them from, refused where it refuses, and printed alike", () => {
    expect(read(Bundled.fromInput, Bundled.toMillis, Bundled.format)).toEqual(
      read(Duration.fromInput, Duration.toMillis, Duration.format)
    )
  })

  it("say what is no duration as Effect does", () => {
    expect(() => Bundled.fromInputUnsafe("soon")).toThrow("Invalid Input: soon")
    expect([Bundled.isDuration(Bundled.zero), Bundled.isDuration(0), Bundled.isDuration({ millis: 1 })]).toEqual([
      true,
      false,
      false
    ])
  })

  it("are themselves what a duration is read from", () => {
    const duration = Bundled.millis(5)
    expect(Bundled.fromInputUnsafe(duration)).toBe(duration)
    expect(Bundled.toMillis(Bundled.nanos(1_500_000n))).toBe(1.5)
  })

  // Microseconds: of more digits either side may round the last.
  const Micros = Schema.Int.check(Schema.isBetween({ minimum: -1e12, maximum: 1e12 }))

  it.prop("have Effect's lengths, texts and order", { one: Micros, other: Micros }, ({ one, other }) => {
    const all = (durations: Pick<typeof Duration, "millis" | "subtract" | "min" | "max" | "isLessThanOrEqualTo">) => {
      const [a, b] = [durations.millis(one / 1000), durations.millis(other / 1000)]
      return {
        a,
        b,
        less: durations.min(a, b),
        more: durations.max(a, b),
        gap: durations.subtract(a, b),
        isLess: durations.isLessThanOrEqualTo(a, b)
      }
    }
    // That they are made otherwise inside is what this test is for.
    const { isLess, ...bundled } = all(Bundled as unknown as typeof Duration)
    const { isLess: wasLess, ...effect } = all(Duration)
    expect(isLess).toBe(wasLess)
    for (const name of ["a", "b", "less", "more", "gap"] as const) {
      const duration = bundled[name] as unknown as Bundled.Duration
      expect(Bundled.toMillis(duration)).toBeCloseTo(Duration.toMillis(effect[name]), 6)
      expect(Bundled.format(duration)).toBe(Duration.format(effect[name]))
    }
  })
})
