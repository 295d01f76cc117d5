/**
 * How long tasks of one kind take: a histogram whose bins are one percent wide each, so that milliseconds and minutes are
 * told apart equally well, and whose past fades, so that it follows a model that becomes faster or slower. Pure; its size
 * is bounded, however many tasks it has seen.
 */

/** Bins from `first` on, each with its weight. */
export interface TimeSketch {
  readonly first: number
  readonly weights: ReadonlyArray<number>
}

/** Of which nothing was seen. */
export const blank: TimeSketch = { first: 0, weights: [] }

/** What is known of the end of one task: it was not ready at `after` milliseconds, and was at `by`. */
export interface Sighting {
  readonly after: number
  readonly by: number
  /** The part of its time, from 0 to 1, that came after the end of all that were seen before. */
  readonly alone: number
}

const logRatio = Math.log(1.01)

/** Tasks that are remembered, roughly: each one lets those before it count a little less. */
const memory = 128

/** The same for tasks that run at the same time: so many times what one takes. */
const memoryOfMany = 16

/**
 * The part of the past that a task lets fade. Of many that run at once the short ones are seen first: if each let the past
 * fade, the long ones would be forgotten before they come, and then the short ones, for the next time.
 */
const fadingBy = (alone: number): number => Math.min(1 / memory, alone / memoryOfMany)

/** The part of a sighting that is spread evenly over its interval; the rest goes where results are known to come. */
const doubt = 0.25

/** Bins that a sketch has at most; from the first to the last, times differ by a factor of 160. */
const most = 512

/** What weighs less is forgotten. */
const least = 1e-3

/** The time, in milliseconds, at which a bin begins. */
export const timeOf = (bin: number): number => Math.exp(bin * logRatio)

/** The bin boundary nearest to a time. */
export const boundaryAt = (millis: number): number => Math.round(Math.log(Math.max(1, millis)) / logRatio)

const binAt = (millis: number): number => Math.floor(Math.log(Math.max(1, millis)) / logRatio)

/** How much has been seen, and not forgotten. */
export const weightOf = ({ weights }: TimeSketch): number => weights.reduce((sum, weight) => sum + weight, 0)

/**
 * Adds sightings. Of each only the interval is known, so its weight goes to where results were seen before; a part is spread
 * evenly, or what had never been looked for would never be found. A task that was ready at its first poll may have been so
 * for long: half the time is taken for the beginning of its interval.
 */
export const observe = (sketch: TimeSketch, sightings: ReadonlyArray<Sighting>): TimeSketch => {
  const intervals = sightings.map(({ after, alone, by }) => {
    const blur = after > 0 ? 2 : 0
    const from = binAt(after > 0 ? after : by / 2) - blur
    return { from, to: Math.max(from, Math.min(binAt(by) + blur, from + most - 1)), fading: fadingBy(alone) }
  })
  const size = sketch.weights.length
  const first = Math.min(size === 0 ? Infinity : sketch.first, ...intervals.map(({ from }) => from))
  const end = Math.max(size === 0 ? 0 : sketch.first + size, ...intervals.map(({ to }) => to + 1))
  const weights = new Float64Array(Math.max(0, end - first))
  weights.set(sketch.weights, size === 0 ? 0 : sketch.first - first)
  for (const { fading, from, to } of intervals) {
    if (fading > 0)
      for (let index = 0; index < weights.length; index++) weights[index] = (weights[index] ?? 0) * (1 - fading)
    let known = 0
    for (let bin = from; bin <= to; bin++) known += weights[bin - first] ?? 0
    const even = known > 0 ? doubt : 1
    for (let bin = from; bin <= to; bin++) {
      const weight = weights[bin - first] ?? 0
      weights[bin - first] = weight + even / (to - from + 1) + (known > 0 ? ((1 - even) * weight) / known : 0)
    }
  }
  return trimmed(first, weights)
}

/** Without light ends, and no longer than allowed: the lighter end goes first. */
const trimmed = (first: number, weights: Float64Array): TimeSketch => {
  let start = 0
  let end = weights.length
  const at = (index: number): number => weights[index] ?? 0
  while (end - start > 1 && at(start) < least) start++
  while (end - start > 1 && at(end - 1) < least) end--
  while (end - start > most) {
    if (at(start) < at(end - 1)) start++
    else end--
  }
  return { first: first + start, weights: Array.from(weights.subarray(start, end)) }
}

/** What two clients have seen. */
export const merge = (one: TimeSketch, other: TimeSketch): TimeSketch => {
  const first = Math.min(one.first, other.first)
  const end = Math.max(one.first + one.weights.length, other.first + other.weights.length)
  const weights = Float64Array.from(
    { length: end - first },
    (_, index) => (one.weights[index + first - one.first] ?? 0) + (other.weights[index + first - other.first] ?? 0)
  )
  return trimmed(first, weights)
}
