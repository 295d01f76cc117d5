/**
 * Parts of `effect/Pipeable` in the published bundle.
 */

/** Without the cases of few steps, which are written out there. */
export const pipeArguments = (self: unknown, steps: ArrayLike<(value: unknown) => unknown>): unknown => {
  let value = self
  for (let index = 0; index < steps.length; index++) value = steps[index]?.(value)
  return value
}
