/** How late results are noticed, and by how many polls: the budget of `pnpm bench overshoot`, in fewer runs. */
import { describe, expect, it } from "vitest"
import { limits, overshootOf } from "./overshoot.ts"

const sigma = 0.1
const seed = 2

describe.each(limits)("a task of $nominal ms", ({ cold, learned, nominal }) => {
  it("is noticed in time by a client that has seen its kind", async () => {
    const { medianPolls, median } = await overshootOf({ nominal, sigma, learned: 100, counted: 120, seed })
    expect(median).toBeLessThanOrEqual(learned.median)
    expect(medianPolls).toBeLessThanOrEqual(learned.polls)
  })

  it("is noticed in time by a client that knows nothing of it", async () => {
    const { medianPolls, median } = await overshootOf({ nominal, sigma, learned: 0, counted: 80, seed })
    expect(median).toBeLessThanOrEqual(cold.median)
    expect(medianPolls).toBeLessThanOrEqual(cold.polls)
  })
})
