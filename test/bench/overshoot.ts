/**
 * How late a client notices results, and how many polls that takes, for tasks of 0.3 to 90 seconds, cold and learned, in
 * virtual time. What must hold is for tasks of which two of three are within 10 % of the median; other spreads are shown.
 */
import { limits, type Overshoot, overshootOf } from "../src/overshoot.ts"
import { type Extent, progress, type Row, type Section } from "./table.ts"

const sigma = 0.1
const spreads = [0.05, sigma, 0.15, 0.2, 0.25]
const seed = 1

const row = (
  nominal: number,
  spread: number,
  { meanPolls, median, medianPolls, p95 }: Overshoot,
  limit: { readonly median: number; readonly polls: number }
): Row => ({
  measure: `${nominal / 1000} s`,
  figure: `${Math.round(median)} ms, ${medianPolls} polls`,
  spread: `p95 ${Math.round(p95)} ms, mean ${meanPolls.toFixed(1)} polls`,
  must: `at most ${limit.median} ms, ${limit.polls} polls`,
  holds: median <= limit.median && medianPolls <= limit.polls,
  isAim: spread !== sigma
})

export const overshoot = async ({ full }: Extent): Promise<ReadonlyArray<Section>> => {
  const cold: Array<Row> = []
  progress("overshoot, cold")
  for (const each of limits) {
    const result = await overshootOf({ nominal: each.nominal, sigma, learned: 0, counted: 200, seed })
    cold.push(row(each.nominal, sigma, result, each.cold))
  }
  const sections: Array<Section> = [{ title: `Overshoot cold, sigma ${sigma}`, rows: cold }]
  for (const spread of full ? spreads : [sigma]) {
    progress(`overshoot, learned, sigma ${spread}`)
    const learned: Array<Row> = []
    for (const each of limits) {
      const result = await overshootOf({ nominal: each.nominal, sigma: spread, learned: 150, counted: 300, seed })
      learned.push(row(each.nominal, spread, result, each.learned))
    }
    sections.push({ title: `Overshoot learned, sigma ${spread}`, rows: learned })
  }
  return sections
}
