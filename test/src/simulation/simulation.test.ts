/**
 * The client's promises under everything that goes wrong: a short run of seeds, and runs in which a safeguard is missing,
 * to see that the simulation would notice.
 */
import { describe, expect, it } from "vitest"
import { planOf } from "./Plan.ts"
import { sabotages } from "./Sabotage.ts"
import { simulate } from "./Simulation.ts"
import type { Sabotage } from "./WatchedClient.ts"
import { story } from "./Report.ts"

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** The first seed of so many that breaks an invariant. */
const firstBroken = async (count: number, sabotage?: Sabotage, breaks = /./) => {
  for (const seed of seeds(count)) {
    const outcome = await simulate(seed, sabotage)
    if (outcome.violations.some((violation) => breaks.test(violation))) return outcome
  }
  return undefined
}

describe("a simulation", () => {
  it("finds nothing lost, bought twice, late or left behind in 500 seeds, whatever goes wrong", async () => {
    const kinds = new Set<string>()
    for (const seed of seeds(500)) {
      const outcome = await simulate(seed)
      expect(outcome.violations.length === 0 ? "" : story(outcome)).toBe("")
      for (const [kind] of outcome.struck) kinds.add(kind.replace(/^HTTP \d+/, "HTTP"))
    }
    expect([...kinds].toSorted()).toEqual([
      "HTTP",
      "HTTP, HTML",
      "HTTP, Retry-After",
      "HTTP, Retry-After, HTML",
      "clock jumps ahead",
      "clock jumps back",
      "delay",
      "drop",
      "duplicate",
      "half-open",
      "key revoked",
      "refuse",
      "reorder",
      "reset after",
      "reset before",
      "restart with tasks",
      "restart without tasks",
      "split",
      "stray error, no UUID",
      "stray error, unknown UUID",
      "truncated",
      "truncated, broken"
    ])
  })

  it("does the same again for the same seed", async () => {
    for (const seed of [3, 64, 253]) {
      expect(planOf(seed)).toEqual(planOf(seed))
      expect(await simulate(seed)).toEqual(await simulate(seed))
    }
  })
})

describe("without a safeguard", () => {
  it.each(Object.entries(sabotages))("%s: it finds a seed that breaks", async (_, { breaks, sabotage }) => {
    const broken = await firstBroken(500, sabotage, breaks)
    expect(broken?.violations.filter((violation) => breaks.test(violation)) ?? []).not.toEqual([])
  })
})
