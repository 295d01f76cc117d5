/**
 * `pnpm bench:overshoot`: how late a client notices results, and how many polls that takes, for tasks of 0.3 to 90 seconds,
 * cold and learned, in virtual time. Fails when a median passes its limit at the spread that the limits are for.
 */
import { limits, type Overshoot, overshootOf } from "../src/overshoot.ts"

/** The spread that counts: two of three runs are within 10 % of the median. The others are shown. */
const sigma = 0.1
const spreads = [0.05, sigma, 0.15, 0.2, 0.25]
const seed = 1

const round = (value: number) => Math.round(value).toString()
let failures = 0

const row = (
  nominal: number,
  spread: number,
  { meanPolls, median, medianPolls, p95 }: Overshoot,
  limit: {
    readonly median: number
    readonly polls: number
  }
) => {
  const holds = median <= limit.median && medianPolls <= limit.polls
  if (!holds && spread === sigma) failures++
  return [
    `${nominal / 1000} s`.padStart(6),
    `${round(median)} (${limit.median})`.padStart(16),
    round(p95).padStart(8),
    `${medianPolls} (${limit.polls})`.padStart(9),
    meanPolls.toFixed(1).padStart(6),
    holds ? "" : "  above"
  ].join(" ")
}

const head = "  task   median (limit)      p95     polls   mean"

console.log(`cold, sigma ${sigma}\n${head}`)
for (const { cold, nominal } of limits) {
  const result = await overshootOf({ nominal, sigma, learned: 0, counted: 200, seed })
  console.log(row(nominal, sigma, result, cold))
}
for (const spread of spreads) {
  console.log(`\nlearned, sigma ${spread}\n${head}`)
  for (const { learned, nominal } of limits) {
    const result = await overshootOf({ nominal, sigma: spread, learned: 150, counted: 300, seed })
    console.log(row(nominal, spread, result, learned))
  }
}
if (failures > 0) {
  console.error(`${failures} above the limit at sigma ${sigma}.`)
  process.exitCode = 1
}
