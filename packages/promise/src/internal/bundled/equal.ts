/**
 * Equality in the published bundle, in the place of `effect/Equal`: by identity. Effect also compares by what things hold,
 * for those who ask it to, and nobody here does. On its own way its runtime looks whether a cause holds a reason already,
 * which is at worst told twice.
 */
export const symbol = "~effect/Equal"

export const equals = (one: unknown, other: unknown): boolean => Object.is(one, other)

export const isEqual = (value: unknown): boolean => typeof value === "object" && value !== null && symbol in value

export const asEquivalence = () => equals

export const byReferenceUnsafe = <A>(value: A): A => value
