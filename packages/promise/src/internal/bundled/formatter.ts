/**
 * How Effect prints its own values in the published bundle, in the place of `effect/Formatter`: in a word or two, for they
 * are seen by nobody. What callers see are results, and errors of our own, which print themselves.
 */
export const format = (value: unknown): string =>
  typeof value === "object" && value !== null ? (value.constructor?.name ?? "Object") : String(value)

export { format as formatJson }
