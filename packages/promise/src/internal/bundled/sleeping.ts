/**
 * What wakes alarms in the published bundle: a timer of the runtime, which costs a tenth of a fiber that sleeps.
 */
const longest = 2 ** 31 - 1

/** Wakes after so many milliseconds, or earlier, where no timer can be set for so long; gives the way to call it off. */
export const wakeAfter = (_clock: unknown, millis: number, wake: () => void): (() => void) => {
  const timer = setTimeout(wake, Math.min(millis, longest))
  return () => clearTimeout(timer)
}
