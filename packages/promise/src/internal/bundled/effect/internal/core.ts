/**
 * Parts of `effect/internal/core` in the published bundle.
 */
export const causeAnnotate = <A>(cause: A): A => cause

/** Reasons are the same only where they are one. */
export const dedupeReasons = <A>(self: ReadonlyArray<A>, that: ReadonlyArray<A>): ReadonlyArray<A> => [
  ...new Set([...self, ...that])
]
