/** The three ways in which `accountManagement` counts usage: what was done, how fast, and what went wrong. */
import type { UsageCell } from "../../Account.ts"

type Cells = ReadonlyArray<UsageCell>
type Figures = Readonly<Record<string, number | null>>

/** What is said of some usage, and of all of it. */
export interface Measure {
  readonly row: (cells: Cells) => Figures
  /** `days` is the length of the period. */
  readonly meta: (cells: Cells, days: number) => Figures
}

const sum = (cells: Cells, field: "requests" | "results" | "spend" | "clientErrors" | "serverErrors"): number =>
  cells.reduce((total, cell) => total + cell[field], 0)

/** US dollars, whole to the millionth. */
const dollars = (millionths: number): number => Math.round(millionths) / 1_000_000

const activity: Measure = {
  row: (cells) => ({ count: sum(cells, "requests"), spend: dollars(sum(cells, "spend")) }),
  meta: (cells, days) => {
    const spend = sum(cells, "spend")
    return {
      totalRequests: sum(cells, "requests"),
      totalResults: sum(cells, "results"),
      totalSpend: dollars(spend),
      avgDailySpend: dollars(spend / days),
      // What 30 days cost at this rate.
      projectedSpend: dollars((30 * spend) / days)
    }
  }
}

const performance: Measure = {
  row: (cells) => {
    const seconds = durations(cells)
    return {
      avgInferenceTime: average(seconds) ?? null,
      p90InferenceTime: percentile(seconds, 90) ?? null,
      p99InferenceTime: percentile(seconds, 99) ?? null
    }
  },
  meta: (cells) => {
    const seconds = durations(cells)
    const figures = {
      avgInferenceTime: average(seconds),
      p50InferenceTime: percentile(seconds, 50),
      p90InferenceTime: percentile(seconds, 90),
      p99InferenceTime: percentile(seconds, 99)
    }
    return Object.fromEntries(
      Object.entries(figures).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
    )
  }
}

const errors: Measure = {
  row: (cells) => ({ clientErrors: sum(cells, "clientErrors"), serverErrors: sum(cells, "serverErrors") }),
  meta: (cells) => {
    const totalErrors = sum(cells, "clientErrors") + sum(cells, "serverErrors")
    // Of everything that ended: results, failed generations, and refusals.
    const outcomes = totalErrors + sum(cells, "results")
    return { totalErrors, errorRate: outcomes === 0 ? 0 : Math.round((10_000 * totalErrors) / outcomes) / 100 }
  }
}

/** Each measure, by its operation. */
export const measures: Readonly<Record<string, Measure>> = {
  getUsageActivity: activity,
  getUsagePerformance: performance,
  getUsageErrors: errors
}

/** Durations, shortest first. */
const durations = (cells: Cells): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (const { seconds } of cells) for (let list = seconds; list !== undefined; list = list.rest) found.push(list.first)
  return found.toSorted((one, other) => one - other)
}

const average = (values: ReadonlyArray<number>): number | undefined =>
  values.length === 0
    ? undefined
    : Math.round((1000 * values.reduce((total, value) => total + value, 0)) / values.length) / 1000

/** The value that so many percent of all don't exceed. */
const percentile = (ascending: ReadonlyArray<number>, percent: number): number | undefined =>
  ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)]
