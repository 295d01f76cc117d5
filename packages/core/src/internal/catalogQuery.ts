/**
 * What a listing of the catalog may be narrowed and sorted by: held against these before anything is sent.
 */
import * as Result from "effect/Result"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { describe } from "./describe.ts"
import { nearest } from "./nearest.ts"

interface Filter {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
  /** What there is, where that is known. */
  readonly choices?: ReadonlyArray<string>
}

const text: Filter = {
  expected: "a non-empty string",
  holds: (value) => typeof value === "string" && value.trim() !== ""
}

const oneOf = (...choices: ReadonlyArray<string>): Filter => ({
  expected: `one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`,
  holds: (value) => typeof value === "string" && choices.includes(value),
  choices
})

const atLeast = (least: number): Filter => ({
  expected: `a whole number, ${least} or more`,
  holds: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= least
})

const category = oneOf("image", "video", "audio", "text", "3d")

/** The filters of each listing that has any. */
export const filters = {
  models: {
    search: text,
    capability: text,
    status: text,
    category,
    creator: text,
    sort: oneOf("weight", "releasedAt", "name", "creator", "popularity", "newest", "alpha"),
    order: oneOf("asc", "desc"),
    limit: atLeast(1),
    offset: atLeast(0),
    paginate: { expected: "true or false", holds: (value: unknown) => typeof value === "boolean" }
  },
  examples: { capability: text },
  collections: { category }
} satisfies Readonly<Record<string, Readonly<Record<string, Filter>>>>

/**
 * The query as it goes to the catalog, where `search` is called `q` and what is not given is left out; or the refusal of a
 * filter that there isn't, or of a value that it can't have.
 */
export const read = (
  query: unknown,
  table: Readonly<Record<string, Filter>>
): Result.Result<Readonly<Record<string, string>>, RunwareError> => {
  if (query === undefined) return Result.succeed({})
  if (typeof query !== "object" || query === null || Array.isArray(query)) {
    return refuse("query", `A query must be an object, got ${describe(query)}.`)
  }
  const wire: Record<string, string> = {}
  for (const [name, value] of Object.entries(query)) {
    const filter = Object.hasOwn(table, name) ? table[name] : undefined
    if (filter === undefined) return refuse(name, `No filter ${describe(name)} here${hint(name, Object.keys(table))}`)
    if (value === undefined) continue
    if (!filter.holds(value)) {
      const near = typeof value === "string" && filter.choices !== undefined ? hint(value, filter.choices) : "."
      return refuse(name, `${name} must be ${filter.expected}, got ${describe(value)}${near}`)
    }
    if (value !== false) wire[name === "search" ? "q" : name] = String(value)
  }
  return Result.succeed(wire)
}

const hint = (name: string, known: Iterable<string>): string => {
  const near = nearest(name, known)
  return near === undefined ? "." : `; did you mean ${near}?`
}

/** The refusal of a name to look up, should it be none. */
export const readName = (name: string, value: unknown): Result.Result<string, RunwareError> =>
  typeof value === "string" && value.trim() !== ""
    ? Result.succeed(value)
    : refuse(name, `The catalog needs the ${name} of what to look up, got ${describe(value)}.`)

const refuse = (parameter: string, message: string) =>
  Result.fail(makeError("validation", { rawCode: "invalidParams", message, parameter, submission: "none" }))
