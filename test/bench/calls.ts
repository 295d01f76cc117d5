/**
 * What a single sync call costs: one after the other, each a request and its reply, over nothing but a socket or `fetch`
 * for comparison. The service answers at once.
 */
import type { ContenderName } from "./contenders.ts"
import type { Stage } from "./stage.ts"
import { atMost, type Extent, median, said, type Section } from "./table.ts"

const inOrder: ReadonlyArray<ContenderName> = ["ws", "websocket", "fetch", "rest", "@runware/sdk-js"]

export const calls = async (stage: Stage, { full }: Extent): Promise<Section> => {
  const times = Array.from({ length: full ? 2000 : 1000 }, () => 0)
  // What is measured is code that the engine has compiled, on all sides.
  const hot = Array.from({ length: 3000 }, () => 0)
  const medians = new Map<ContenderName, Array<number>>()
  for (let round = 0; round < 5; round++) {
    for (const contender of inOrder) {
      // The vendor's looks for its results ten times a second: a few calls tell.
      const few = contender === "@runware/sdk-js"
      const own = few ? times.slice(0, 5) : times
      const { took } = await stage.perform({ contender, kind: "call", times: own, warmUp: [few ? [0] : hot] })
      medians.set(contender, [...(medians.get(contender) ?? []), median(took)])
    }
  }
  const of = (contender: ContenderName) => median(medians.get(contender) ?? [])
  return {
    title: "A single sync call",
    rows: [
      said("bare socket", of("ws"), " ms", 2),
      said("WebSocket client", of("websocket"), " ms", 2),
      said("@runware/sdk-js", of("@runware/sdk-js"), " ms", 2),
      said("bare fetch", of("fetch"), " ms", 2),
      said("REST client", of("rest"), " ms", 2),
      atMost("WebSocket client to bare socket", of("websocket") / of("ws"), 2, "x", 2),
      atMost("REST client to bare fetch", of("rest") / of("fetch"), 1.2, "x", 2)
    ]
  }
}
