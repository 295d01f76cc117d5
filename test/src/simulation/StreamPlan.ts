/** The text streams of a plan. */
import type { Chance } from "./Chance.ts"

/** A text stream of the workload. Times are milliseconds since the start. */
export interface PlannedStream {
  readonly id: number
  readonly at: number
  readonly model: string
  /** One reader who may leave, or several who share: one that leaves early, one that stays, one that comes late. */
  readonly kind: "single" | "shared"
  /** Chunks after which the reader who may leave does. */
  readonly leavesAfter: number | undefined
  /** Milliseconds after which the late reader comes. */
  readonly joinsAfter: number
  readonly isFailing: boolean
  readonly includeUsage: boolean
  readonly includeCost: boolean
  /** The caller loses interest after so long. */
  readonly interruptedAfter: number | undefined
}

export const streamsOf = (chance: Chance): ReadonlyArray<PlannedStream> =>
  Array.from({ length: chance.pick([0, 0, 1, 1, 2]) }, (_, index) => {
    const kind = chance.pick(["single", "shared"])
    return {
      id: 51 + index,
      at: chance.between(0, 12_000),
      // One that shows its reasoning, one that doesn't, and a slug.
      model: chance.pick(["deepseek:v4@flash", "openai:gpt@5-nano", "zai-glm-4-7"]),
      kind,
      leavesAfter: kind === "shared" || chance.happens(0.15) ? chance.between(1, 12) : undefined,
      joinsAfter: chance.between(0, 6000),
      isFailing: chance.happens(0.1),
      includeUsage: chance.happens(0.5),
      includeCost: chance.happens(0.5),
      interruptedAfter: chance.happens(0.15) ? chance.between(0, 6000) : undefined
    }
  })
