/**
 * The small words of messages: names of places, lists, values, kinds.
 */

/** The dotted path of something inside a parameter. */
export const inside = (place: string, name: string): string => (place === "" ? name : `${place}.${name}`)

/** "a, b or c". */
export const joined = (words: ReadonlyArray<string>, last: "and" | "or"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`

/** A value as it would be written in a request. */
export const quoted = (value: unknown): string => JSON.stringify(value)

const shown = 60

/** "one of "a", "b" or "c"", as far as anybody reads. */
export const choice = (values: ReadonlyArray<string>): string => {
  const rest = values.length - shown
  const words = rest > 0 ? [...values.slice(0, shown), `${rest} more`] : values
  return `${values.length > 2 ? "one of " : ""}${joined(words, rest > 0 ? "and" : "or")}`
}

const kinds: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "true or false",
  integer: "a whole number",
  null: "null",
  number: "a number",
  object: "an object",
  string: "a string"
}

/** "a string or a whole number", for the `type` of a schema. */
export const kind = (types: unknown): string =>
  joined(
    (Array.isArray(types) ? types : [types]).map((type) => kinds[String(type)] ?? String(type)),
    "or"
  )

/** The limits on both sides of something, as far as there are any: "between 1 and 50", "at least 64". */
export const range = (least: unknown, most: unknown): string => {
  if (typeof least === "number" && typeof most === "number") {
    return least === most ? `exactly ${least}` : `between ${least} and ${most}`
  }
  return typeof least === "number" ? `at least ${least}` : `at most ${String(most)}`
}
