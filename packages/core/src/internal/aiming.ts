/**
 * When to ask next for a task that still runs. Pure: from what is known of tasks of its kind, and the time that has passed.
 *
 * A poll costs something, and so does each millisecond in which a result lies ready. Of all ways to place polls over a known
 * distribution the cheapest is found exactly, from the latest possible poll backwards: it begins where the earliest results
 * come, is dense where they cluster, and sparse where they don't.
 */
import { boundaryAt, type TimeSketch, timeOf, weightOf } from "./timeSketch.ts"

/** The next poll after a poll at each bin boundary, as boundaries from `first` on. */
export interface Plan {
  readonly first: number
  readonly next: ReadonlyArray<number>
}

/** Results that must have been seen before polls are aimed by them. */
const enough = 4

/**
 * Milliseconds of waiting that one poll is worth: more for a task that has taken long, whose caller feels a moment less.
 */
const costAt = (millis: number): number => 20 + millis / 1800

/** Bins between two polls at most where results come: few that come late must not wait for long. */
const widest = 8

/** What a poll costs less that leaves with those of other tasks. */
const shared = 0.26

/**
 * The plan over a sketch, or `undefined` while too little is known. `alone` is the part of their time, from 0 to 1, in which
 * tasks run alone: others share their requests.
 */
export const planOf = (sketch: TimeSketch, alone = 1): Plan | undefined => {
  // What fades never reaches whole numbers again.
  if (weightOf(sketch) < enough - 0.5) return undefined
  const { first, weights } = sketch
  const size = weights.length
  const edges = Array.from({ length: size + 1 }, (_, index) => timeOf(first + index))
  const edge = (index: number): number => edges[index] ?? 0
  // Weight, and weight by time, before each boundary.
  const before = new Float64Array(size + 1)
  const moment = new Float64Array(size + 1)
  for (const [index, weight] of weights.entries()) {
    before[index + 1] = (before[index] ?? 0) + weight
    moment[index + 1] = (moment[index] ?? 0) + weight * ((edge(index) + edge(index + 1)) / 2)
  }
  const all = before[size] ?? 0
  const share = shared + (1 - shared) * alone
  const best = new Float64Array(size + 1)
  const next = Array.from(weights, () => size)
  for (let from = size - 1; from >= 0; from--) {
    const seen = before[from] ?? 0
    const left = all - seen
    let cheapest = Infinity
    for (let to = from + 1; to <= size; to++) {
      if (to - from > widest && seen > 0 && (before[to - 1] ?? 0) > seen) break
      const idle = edge(to) * ((before[to] ?? 0) - seen) - ((moment[to] ?? 0) - (moment[from] ?? 0))
      const cost = share * costAt(edge(to)) * left + idle + (best[to] ?? 0)
      if (cost >= cheapest) continue
      cheapest = cost
      next[from] = to
    }
    best[from] = cheapest
  }
  return { first, next }
}

/** Gaps of a model that nothing is known of grow with the time that has passed. */
const coldRatio = 0.21
const shortestGap = 200
const longestGap = 20_000

const coldGap = (elapsed: number): number => Math.min(longestGap, Math.max(shortestGap, elapsed * coldRatio))

/**
 * The time of the next poll, in milliseconds since the task was accepted, when `elapsed` have passed. `jitter`, from -1 to 1,
 * keeps tasks that were submitted together from being asked for together.
 */
export const aim = (plan: Plan | undefined, elapsed: number, jitter: number): number => {
  const from = plan === undefined ? Infinity : Math.max(0, boundaryAt(elapsed) - plan.first)
  const to = plan?.next[from]
  if (plan === undefined || to === undefined) return elapsed + coldGap(elapsed) * (1 + jitter * 0.1)
  return Math.max(elapsed, timeOf(plan.first + to) * (1 + jitter * 0.004))
}
