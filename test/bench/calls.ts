/**
 * What a single call costs, one after the other, over nothing but a socket or `fetch` for comparison: sync, which is a
 * request and its reply, and async, which is two of each, since the service answers at once.
 */
import type { ContenderName } from "./contenders.ts"
import type { Stage } from "./stage.ts"
import { aimedAt, type Extent, median, progress, roundsOf, said, type Section } from "./table.ts"

const inOrder: ReadonlyArray<ContenderName> = ["ws", "websocket", "fetch", "rest", "@runware/sdk-js"]

const names: Readonly<Record<ContenderName, string>> = {
  ws: "bare ws",
  websocket: "client, WebSocket",
  fetch: "bare fetch",
  rest: "client, REST",
  "@runware/sdk-js": "@runware/sdk-js"
}

const zeros = (count: number): ReadonlyArray<number> => Array.from({ length: count }, () => 0)

type Counted = readonly [count: number, warmUp: number]

/** What is measured is code that the engine has compiled; of the vendor's, which looks ten times a second, a few tell. */
const ofSync = (contender: ContenderName, { full }: Extent): Counted =>
  contender === "@runware/sdk-js" ? [5, 1] : [full ? 2000 : 1000, 3000]

/** What is measured is when results are asked for: that needs no thousands. The vendor's waits two seconds. */
const ofAsync = (contender: ContenderName, { full }: Extent): Counted =>
  contender === "@runware/sdk-js" ? [1, 0] : full ? [30, 30] : [5, 5]

/** The median time of each round, in milliseconds, by contender. */
const measured = async (
  stage: Stage,
  extent: Extent,
  kind: "sync" | "async"
): Promise<(contender: ContenderName) => ReadonlyArray<number>> => {
  const medians = new Map<ContenderName, Array<number>>(inOrder.map((contender) => [contender, []]))
  const rounds = roundsOf(extent)
  for (let round = 1; round <= rounds; round++) {
    progress(`${kind} calls, round ${round} of ${rounds}`)
    for (const contender of inOrder) {
      const [count, warm] = kind === "sync" ? ofSync(contender, extent) : ofAsync(contender, extent)
      const job = { contender, kind: kind === "sync" ? "call" : "asyncCall", times: zeros(count) } as const
      const { took } = await stage.perform({ ...job, warmUp: [zeros(warm)] })
      medians.get(contender)?.push(median(took))
    }
  }
  return (contender) => medians.get(contender) ?? []
}

/** How many times as long as another, round by round. */
const ratio = (values: ReadonlyArray<number>, base: ReadonlyArray<number>): ReadonlyArray<number> =>
  values.map((value, round) => value / (base[round] ?? NaN))

export const calls = async (stage: Stage, extent: Extent): Promise<ReadonlyArray<Section>> => {
  const sync = await measured(stage, extent, "sync")
  const async = await measured(stage, extent, "async")
  const figures = (of: typeof sync) => inOrder.map((contender) => said(names[contender], of(contender), " ms", 2))
  return [
    {
      title: "A single sync call",
      rows: [
        ...figures(sync),
        aimedAt("WebSocket to bare ws", ratio(sync("websocket"), sync("ws")), 2, "x", 2),
        aimedAt("REST to bare fetch", ratio(sync("rest"), sync("fetch")), 1.2, "x", 2)
      ]
    },
    {
      title: "A single async call: submitted, acknowledged, asked for until it is there",
      rows: [
        ...figures(async),
        said("WebSocket to @runware/sdk-js", ratio(async("websocket"), async("@runware/sdk-js")), "x", 2),
        said("REST to @runware/sdk-js", ratio(async("rest"), async("@runware/sdk-js")), "x", 2)
      ]
    }
  ]
}
