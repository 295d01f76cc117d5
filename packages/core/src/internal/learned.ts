/**
 * Learned times as they come back from a file or a cache, checked before anything is aimed by them.
 */
import * as Result from "effect/Result"
import type { LearnedKind, LearnedTimes } from "../Polling.ts"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { describe } from "./describe.ts"

/** Times beyond about a year. */
const lastBin = 2500

/** Reads learned times, whatever was given for them. */
export const readLearned = (given: unknown): Result.Result<LearnedTimes, RunwareError> => {
  const fields = fieldsOf(given)
  if (fields === undefined) return invalid("learned", "the object that `TaskTimes.learned` gave", given)
  if (fields["version"] !== 1) return invalid("learned.version", "1", fields["version"])
  const { kinds } = fields
  if (!Array.isArray(kinds)) return invalid("learned.kinds", "an array", kinds)
  for (const [index, kind] of kinds.entries()) {
    if (!isKind(kind)) return invalid(`learned.kinds.${index}`, "a kind of task with its `first` and `weights`", kind)
  }
  return Result.succeed({ version: 1, kinds })
}

const isKind = (given: unknown): given is LearnedKind => {
  const { first, kind, weights } = fieldsOf(given) ?? {}
  return (
    typeof kind === "string" &&
    typeof first === "number" &&
    Number.isInteger(first) &&
    Array.isArray(weights) &&
    weights.length > 0 &&
    weights.length <= 512 &&
    first > -1000 &&
    first + weights.length <= lastBin &&
    weights.every((weight) => typeof weight === "number" && weight >= 0 && weight < 1e6)
  )
}

const fieldsOf = (given: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof given === "object" && given !== null && !Array.isArray(given) ? { ...given } : undefined

const invalid = (parameter: string, expected: string, given: unknown) =>
  Result.fail(
    makeError("validation", {
      rawCode: "invalidConfig",
      message: `${parameter} must be ${expected}, got ${describe(given)}.`,
      parameter,
      submission: "none"
    })
  )
