/**
 * Hashes in the published bundle, in the place of `effect/Hash`: all the same, since nothing is looked up by what it holds.
 */
export const symbol = "~effect/Hash"

const same = (..._given: ReadonlyArray<unknown>) => 0

export { same as array, same as hash, same as number, same as random, same as string, same as structure }
export { same as structureKeys }
export const combine = () => same
