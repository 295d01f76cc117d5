/**
 * Parts of `effect/Utils` in the published bundle.
 */

/** Called as it is, without the frame by which printers of causes cut stack traces. */
export const internalCall = <A>(body: () => A): A => body()
