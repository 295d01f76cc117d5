/**
 * Parts of `effect/Context` in the published bundle.
 */

/** With the stack as it is. */
export const serviceNotFoundError = ({ key }: { readonly key: string }): Error => new Error(`Service not found: ${key}`)
