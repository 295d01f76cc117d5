/** The utilities of a plan, called as the client offers them, and what became of each. */
import { Runware } from "@effect-runware/core"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import type { Item } from "@effect-runware/core/Task"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Base64 from "effect/encoding/Base64"
import type { PlannedUtility } from "./UtilityPlan.ts"
import { type Ending, endingOf, interruptible } from "./Workload.ts"

/** What is known of one call of a utility afterwards. */
export interface UtilityReport {
  readonly utility: PlannedUtility
  /** The fields by which the service's records are matched to it. */
  readonly mark: Readonly<Record<string, string>>
  readonly startedAt: number
  readonly endedAt: number
  readonly ending: Ending
  readonly interruptedAt: number | undefined
  /** What it told on the way. */
  readonly stages: ReadonlyArray<string>
}

/** Makes the calls of one utility, at its time, and reports on each. */
export const performUtility = Effect.fnUntraced(function* (
  utility: PlannedUtility,
  asClient: <A>(effect: Effect.Effect<A, RunwareError, Runware.Runware>) => Effect.Effect<A, RunwareError>
): Effect.fn.Return<ReadonlyArray<UtilityReport>> {
  yield* Effect.sleep(utility.at)
  const { id, interruptedAfter, kind } = utility
  const stages: Array<string> = []

  const reported = Effect.fnUntraced(function* (
    mark: UtilityReport["mark"],
    call: Effect.Effect<object, RunwareError, Runware.Runware>,
    interruptedAfter?: number
  ): Effect.fn.Return<UtilityReport> {
    const startedAt = yield* Clock.currentTimeMillis
    const { exit, interruptedAt } = yield* interruptible(asClient(call), interruptedAfter)
    const endedAt = yield* Clock.currentTimeMillis
    // What a utility gives is an item of the service, typed by its task type.
    const ending = endingOf(Exit.map(exit, (result) => [result as Item]))
    return { utility, mark, startedAt, endedAt, ending, interruptedAt, stages }
  })

  if (kind === "addModel") {
    const name = `call ${id}.`
    const onProgress = ({ status }: { readonly status: string }) => Effect.sync(() => void stages.push(status))
    const call = Runware.modelUpload(
      {
        category: "lora",
        architecture: "sdxl",
        format: "safetensors",
        name,
        version: "1",
        downloadURL: "https://models.test/ink.safetensors"
      },
      { onProgress }
    )
    return [yield* reported({ name }, call, interruptedAfter)]
  }

  const media = `data:application/octet-stream;base64,${Base64.encode(`call ${id}.`)}`
  const storing = Runware.mediaStorage({ operation: "upload", media })
  const stored = yield* reported(
    { operation: "upload", media },
    storing,
    kind === "store" ? interruptedAfter : undefined
  )
  const mediaUUID = stored.ending._tag === "Results" ? stored.ending.items[0]?.["mediaUUID"] : undefined
  if (kind === "store" || typeof mediaUUID !== "string") return [stored]
  const deleting = Runware.mediaStorage({ operation: "delete", media: mediaUUID })
  return Arr.make(stored, yield* reported({ operation: "delete", media: mediaUUID }, deleting, interruptedAfter))
})
