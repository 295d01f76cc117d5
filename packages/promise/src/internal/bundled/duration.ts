/**
 * Durations in the published bundle, in the place of `effect/Duration`: a number of milliseconds, exact to the millionth,
 * where Effect also has the arithmetic of whole nanoseconds. `test/bundledDuration.test.ts` holds them to Effect's own.
 */
import { dual } from "effect/Function"
import * as Option from "effect/Option"

const typeId = "~effect/Duration"

export interface Duration {
  readonly [typeId]: typeof typeId
  readonly millis: number
}

type Amounts = Readonly<Record<string, number | undefined>>
type Input = Duration | number | bigint | string | readonly [seconds: number, nanos: number] | Amounts

// Neither NaN nor -0 is a duration.
const make = (millis: number): Duration => ({ [typeId]: typeId, millis: millis || 0 })

/** Milliseconds; fractions to the millionth. */
export const millis = (millis: number): Duration =>
  make(Number.isInteger(millis) || !Number.isFinite(millis) ? millis : Math.round(millis * 1e6) / 1e6)

export const nanos = (nanos: bigint): Duration => make(Number(nanos) / 1e6)

export const zero = make(0)

export const infinity = make(Infinity)

export const isZero = (self: Duration): boolean => self.millis === 0

export const isFinite = (self: Duration): boolean => Number.isFinite(self.millis)

export const isDuration = (value: unknown): value is Duration =>
  typeof value === "object" && value !== null && typeId in value

const units: Amounts = {
  nano: 1e-6,
  micro: 1e-3,
  milli: 1,
  second: 1e3,
  minute: 6e4,
  hour: 36e5,
  day: 864e5,
  week: 6048e5
}

const phrase = /^(-?\d+(?:\.\d+)?)\s+(nano|micro|milli|second|minute|hour|day|week)s?$/

/** Milliseconds of a field: `milliseconds` are a `milli`. */
const unitOf = (name: string): number => units[name.replace(/(?:(?<=.)second)?s$/, "")] ?? 0

/** What Effect's parser takes is a duration; `undefined` is what it refuses. */
const parsed = (input: unknown): Duration | undefined => {
  if (typeof input === "number") return millis(input)
  if (typeof input === "bigint") return nanos(input)
  if (typeof input === "string") {
    const [, amount, unit = ""] = phrase.exec(input) ?? []
    if (amount === undefined) return /^-?Infinity$/.test(input) ? make(Number(input)) : undefined
    return millis(Number(amount) * (units[unit] ?? 0))
  }
  if (typeof input !== "object" || input === null) return undefined
  if (isDuration(input)) return input
  if (Array.isArray(input)) {
    const [seconds, nanos]: ReadonlyArray<unknown> = input
    return input.length === 2 && typeof seconds === "number" && typeof nanos === "number"
      ? millis(seconds * 1e3 + nanos / 1e6)
      : undefined
  }
  const amounts: ReadonlyArray<readonly [name: string, amount: number | undefined]> = Object.entries(input)
  return millis(amounts.reduce((total, [name, amount]) => total + (amount || 0) * unitOf(name), 0))
}

export const fromInputUnsafe = (input: Input): Duration => {
  const duration = parsed(input)
  if (duration === undefined) throw new Error(`Invalid Input: ${String(input)}`)
  return duration
}

export const fromInput = (input: Input): Option.Option<Duration> => Option.fromUndefinedOr(parsed(input))

export const toMillis = (input: Input): number => fromInputUnsafe(input).millis

/** Of two durations one that is made of both, in the two forms that Effect's functions have. */
const combining = (combine: (one: number, other: number) => number) =>
  dual<(that: Duration) => (self: Duration) => Duration, (self: Duration, that: Duration) => Duration>(
    2,
    (self, that) => millis(combine(self.millis, that.millis))
  )

export const sum = combining((one, other) => one + other)

export const subtract = combining((one, other) => one - other)

export const min = combining(Math.min)

export const max = combining(Math.max)

export const isLessThanOrEqualTo = dual<
  (that: Duration) => (self: Duration) => boolean,
  (self: Duration, that: Duration) => boolean
>(2, (self, that) => self.millis <= that.millis)

const parts = { d: 864e5, h: 36e5, m: 6e4, s: 1e3, ms: 1, ns: 1e-6 }

/** As Effect prints it: `1m 30s`. */
export const format = ({ millis }: Duration): string => {
  if (millis === 0 || !Number.isFinite(millis)) return String(millis)
  if (millis < 0) return `-${format(make(-millis))}`
  let rest = millis
  return Object.entries(parts)
    .flatMap(([unit, size]) => {
      const count = size < 1 ? Math.round(rest / size) : Math.floor(rest / size)
      rest -= count * size
      return count === 0 ? [] : [`${count}${unit}`]
    })
    .join(" ")
}
