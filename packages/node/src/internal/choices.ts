/**
 * What a download was asked to do, checked: callers may be plain JavaScript.
 */
import type { Output } from "@effect-runware/core/Media"
import { unknownOption } from "@effect-runware/core/RunwareConfig"
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { DownloadOptions, DownloadProgress } from "../NodeMedia.ts"

/** The options of a download with their defaults. */
export interface Choices {
  readonly overwrite: boolean
  readonly name: ((output: Output) => unknown) | undefined
  readonly maxBytes: number
  readonly concurrency: number
  readonly idleTimeout: Duration.Duration
  readonly maxRetries: number
  readonly onProgress: (progress: DownloadProgress) => Effect.Effect<void>
}

const isCount = (least: number) => (value: unknown) =>
  typeof value === "number" && value >= least && (Number.isInteger(value) || value === Infinity)

const isFunction = (value: unknown) => typeof value === "function"

const isDuration = (value: unknown) =>
  (typeof value === "number" || typeof value === "string" || Duration.isDuration(value)) &&
  // What it can't read is none of its inputs, whatever its type says.
  Option.exists(Duration.fromInput(value as Duration.Input), (duration) => Duration.toMillis(duration) > 0)

const kinds: Readonly<Record<keyof DownloadOptions, readonly [expected: string, holds: (value: unknown) => boolean]>> =
  {
    overwrite: ["true or false", (value) => typeof value === "boolean"],
    name: ["a function", isFunction],
    maxBytes: ["a whole number, 1 or more, or Infinity", isCount(1)],
    concurrency: ["a whole number, 1 or more, or Infinity", isCount(1)],
    idleTimeout: ['a duration such as "30 seconds" or a number of milliseconds', isDuration],
    maxRetries: ["a whole number, 0 or more, or Infinity", isCount(0)],
    onProgress: ["a function", isFunction]
  }

const invalid = (parameter: string, message: string): RunwareError =>
  makeError("validation", { rawCode: "invalidOption", message, parameter, submission: "none" })

/** Fails with the first option that is unknown or of the wrong kind. */
export const choicesOf = (options: DownloadOptions): Result.Result<Choices, RunwareError> => {
  if (typeof options !== "object" || options === null) {
    return Result.fail(invalid("options", `Options must be an object, got ${typeof options}.`))
  }
  for (const [name, value] of Object.entries(options)) {
    const [expected, holds] = Object.entries(kinds).find(([known]) => known === name)?.[1] ?? []
    if (expected === undefined || holds === undefined) return Result.fail(unknownOption(name, Object.keys(kinds)))
    if (value !== undefined && !holds(value)) {
      const got = typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value
      return Result.fail(invalid(name, `${name} must be ${expected}, got ${got}.`))
    }
  }
  return Result.succeed({
    overwrite: options.overwrite ?? false,
    name: options.name,
    maxBytes: options.maxBytes ?? 1024 ** 3,
    concurrency: options.concurrency ?? 4,
    idleTimeout: Duration.fromInputUnsafe(options.idleTimeout ?? "30 seconds"),
    maxRetries: options.maxRetries ?? 3,
    onProgress: options.onProgress ?? (() => Effect.void)
  })
}
