/** One process of a crew: simulates its seeds, and tells about them in batches. */
import { story } from "./Report.ts"
import type { Shift, Tally } from "./Crew.ts"
import { simulate } from "./Simulation.ts"
import type { Struck } from "./Strikes.ts"

const batch = 25

// The crew's own words.
const { from, stride, to }: Shift = JSON.parse(process.argv[2] ?? "{}")

const tell = (tally: Tally): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) resolve()
    else process.send(tally, undefined, undefined, () => resolve())
  })

const work = async (): Promise<void> => {
  let seeds = 0
  let struck: Array<Struck> = []
  let broken: Array<Tally["broken"][number]> = []
  const report = async (): Promise<void> => {
    await tell({ seeds, struck, broken })
    seeds = 0
    struck = []
    broken = []
  }
  for (let seed = from; seed < to; seed += stride) {
    const outcome = await simulate(seed)
    seeds += 1
    struck.push(...outcome.struck)
    if (outcome.violations.length > 0) broken.push({ seed, story: story(outcome) })
    if (seeds === batch) await report()
  }
  await report()
}

await work()
process.disconnect?.()
