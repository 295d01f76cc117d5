/**
 * Options as a table: each field says its kind, default and bounds, and one function checks a whole object of them.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { describe } from "./describe.ts"
import { nearest } from "./nearest.ts"

/** One option: what it is by default, what it may be, and how a value is read. */
export interface Field<A> {
  readonly fallback: A
  readonly expected: string
  readonly read: (value: unknown) => A | undefined
}

export const duration = (fallback: Duration.Input): Field<Duration.Duration> => ({
  fallback: Duration.fromInputUnsafe(fallback),
  expected: 'a duration such as "30 seconds" or a number of milliseconds, 0 or more',
  read: (value) => {
    const parsed = isDurationInput(value) ? Option.getOrUndefined(Duration.fromInput(value)) : undefined
    return parsed !== undefined && Duration.toMillis(parsed) >= 0 ? parsed : undefined
  }
})

const units: ReadonlySet<string> = new Set([
  "weeks",
  "days",
  "hours",
  "minutes",
  "seconds",
  "milliseconds",
  "microseconds",
  "nanoseconds"
])

/** Effect's parser takes any object for a duration, of zero where it knows no field of it, and NaN for zero. */
const isDurationInput = (value: unknown): value is Duration.Input => {
  if (typeof value !== "object" || value === null) return !Number.isNaN(value)
  if (Duration.isDuration(value)) return true
  const amounts = Object.entries(value)
  return (
    amounts.length > 0 &&
    amounts.every(
      ([unit, amount]) =>
        typeof amount === "number" && !Number.isNaN(amount) && (Array.isArray(value) || units.has(unit))
    )
  )
}

export const count = (fallback: number): Field<number> => ({
  fallback,
  expected: "a whole number, 0 or more, or Infinity",
  read: (value) =>
    typeof value === "number" && value >= 0 && (Number.isInteger(value) || value === Infinity) ? value : undefined
})

export const factor = (fallback: number): Field<number> => ({
  fallback,
  expected: "a number, 1 or more",
  read: (value) => (typeof value === "number" && value >= 1 && Number.isFinite(value) ? value : undefined)
})

export const flag = (fallback: boolean): Field<boolean> => ({
  fallback,
  expected: "true or false",
  read: (value) => (typeof value === "boolean" ? value : undefined)
})

export const callback = <A extends (...told: never) => unknown>(fallback: A): Field<A> => ({
  fallback,
  expected: "a function",
  // What a function takes can't be seen from outside.
  read: (value) => (typeof value === "function" ? (value as A) : undefined)
})

export const choice = <const A extends string>(fallback: A, ...others: ReadonlyArray<A>): Field<A> => {
  const choices: ReadonlyArray<A> = [fallback, ...others]
  return {
    fallback,
    expected: choices.map((one) => JSON.stringify(one)).join(" or "),
    read: (value) => choices.find((one) => one === value)
  }
}

/** The values of a table of fields. */
export type Values<T> = { readonly [K in keyof T]: T[K] extends Field<infer A> ? A : never }

const invalidOption = (parameter: string, message: string) =>
  makeError("validation", { rawCode: "invalidConfig", message, parameter, submission: "none" })

const invalid = (parameter: string, message: string) => Result.fail(invalidOption(parameter, message))

/** The refusal of a name. Its value stays out of the message: under a misspelt `apiKey` it is the key. */
export const refusalOf = (name: string, known: ReadonlyArray<string>): RunwareError => {
  const hint = nearest(name, known)
  return invalidOption(name, `Unknown option ${describe(name)}.${hint === undefined ? "" : ` Did you mean ${hint}?`}`)
}

/**
 * Reads every field of `table` from `options`, with defaults for absent ones; refuses values of the wrong kind and names
 * that are neither in the table nor in `others`.
 */
export const checkOptions = <T extends Readonly<Record<string, Field<unknown>>>>(
  options: unknown,
  table: T,
  others: ReadonlyArray<string>
): Result.Result<Values<T>, RunwareError> => {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    return invalid("options", `Options must be an object, got ${describe(options)}.`)
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(table, name) && !others.includes(name))
      return Result.fail(refusalOf(name, [...Object.keys(table), ...others]))
  }
  const values: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(table)) {
    const given: unknown = Reflect.get(options, name)
    const value = given === undefined ? field.fallback : field.read(given)
    if (value === undefined) return invalid(name, `${name} must be ${field.expected}, got ${describe(given)}.`)
    values[name] = value
  }
  // Every key of the table has just been read with that key's own field.
  return Result.succeed(values as Values<T>)
}
