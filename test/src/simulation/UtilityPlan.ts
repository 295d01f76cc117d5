/** The utilities of a plan: those that leave something behind, of which no answer may be lost and nothing done twice. */
import type { Chance } from "./Chance.ts"

/** A file that is stored, and perhaps deleted again, or a model that is added. Times are milliseconds since the start. */
export interface PlannedUtility {
  readonly id: number
  readonly at: number
  readonly kind: "store" | "storeAndDelete" | "addModel"
  /** The caller loses interest in what it does last after so long. */
  readonly interruptedAfter: number | undefined
}

export const utilitiesOf = (chance: Chance): ReadonlyArray<PlannedUtility> =>
  Array.from({ length: chance.pick([0, 0, 1, 2]) }, (_, index) => ({
    id: 71 + index,
    at: chance.between(0, 12_000),
    kind: chance.pick(["store", "storeAndDelete", "addModel"]),
    interruptedAfter: chance.happens(0.12) ? chance.between(0, 6000) : undefined
  }))
