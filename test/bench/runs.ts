/**
 * Many async runs at once on one WebSocket, with times as they scatter in the wild: what they cost the client, what they
 * send, and how long a result that is ready waits to be noticed. Each is measured once its client has seen such tasks.
 */
import type { Report } from "./client.ts"
import type { ContenderName } from "./contenders.ts"
import type { Counts } from "./service.ts"
import type { Stage } from "./stage.ts"
import { aimedAt, atMost, type Extent, median, quantile, type Row, said, type Section } from "./table.ts"

const rounds = 5

interface Run extends Report {
  readonly counts: Counts
  /** Milliseconds between ready and settled, of each task. */
  readonly overshoots: ReadonlyArray<number>
}

/** Times of tasks in milliseconds: lognormal, the same for everybody. */
const lognormal = (count: number, typical: number): ReadonlyArray<number> => {
  let state = 1
  const uniform = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
    return typical * Math.exp(0.3 * normal)
  })
}

export const once = async (stage: Stage, contender: ContenderName, count: number): Promise<Run> => {
  // What a service of one core can take on, and more time to do it where there is more to do.
  const typical = Math.max(1000, count)
  const times = lognormal(count, typical)
  const report = await stage.perform({ contender, kind: "run", times, warmUp: [times.slice(0, 200)] })
  if (report.settled.length !== count) throw new Error(`${contender} settled ${report.settled.length} of ${count}`)
  const ready = await stage.readyOf(report.settled.map(([taskUUID]) => taskUUID))
  return { ...report, overshoots: report.settled.map(([, at], index) => at - (ready[index] ?? NaN)) }
}

const inOrder: ReadonlyArray<ContenderName> = ["@runware/sdk-js", "websocket", "ws"]

const compared = async (stage: Stage, count: number): Promise<Section> => {
  const runs = new Map<ContenderName, Array<Run>>()
  for (let round = 0; round < rounds; round++) {
    for (const contender of inOrder) {
      runs.set(contender, [...(runs.get(contender) ?? []), await once(stage, contender, count)])
    }
  }
  const of = (contender: ContenderName, figure: (run: Run) => number) => median((runs.get(contender) ?? []).map(figure))
  const overshoot = (fraction: number) => (run: Run) => quantile(run.overshoots, fraction)
  const figures = (contender: ContenderName): ReadonlyArray<Row> => [
    said(`${contender}: wall`, of(contender, ({ wall }) => wall) / 1000, " s", 1),
    said(
      `${contender}: CPU`,
      of(contender, ({ cpu }) => cpu),
      " ms"
    ),
    said(
      `${contender}: RSS`,
      of(contender, ({ rss }) => rss),
      " MB"
    ),
    said(
      `${contender}: frames`,
      of(contender, ({ counts }) => counts.messages),
      ""
    ),
    said(`${contender}: polls a task`, of(contender, ({ counts }) => counts.polls) / count, "", 1),
    said(`${contender}: overshoot, median`, of(contender, overshoot(0.5)), " ms"),
    said(`${contender}: overshoot, p95`, of(contender, overshoot(0.95)), " ms")
  ]
  const ratio = (figure: (run: Run) => number) => of("websocket", figure) / of("@runware/sdk-js", figure)
  return {
    title: `${count.toLocaleString("en")} async runs at once, one WebSocket`,
    rows: [
      ...inOrder.flatMap(figures),
      atMost(
        "frames",
        of("websocket", ({ counts }) => counts.messages),
        Math.max(300, count * 0.18),
        ""
      ),
      aimedAt(
        "CPU to @runware/sdk-js",
        ratio(({ cpu }) => cpu),
        0.6,
        "x",
        2
      ),
      aimedAt(
        "RSS to @runware/sdk-js",
        ratio(({ rss }) => rss),
        1,
        "x",
        2
      ),
      aimedAt("overshoot, median", of("websocket", overshoot(0.5)), 120, " ms"),
      aimedAt("overshoot, p95", of("websocket", overshoot(0.95)), 400, " ms")
    ]
  }
}

/** What a task costs must not grow with how many there are. */
export const growth = async (stage: Stage, { full }: Extent): Promise<Section> => {
  const rows: Array<Row> = []
  let small = NaN
  for (const count of full ? [100, 1000, 5000, 20_000] : [100, 1000]) {
    const each: Array<number> = []
    for (let round = 0; round < (count > 5000 ? 1 : 3); round++) {
      each.push((await once(stage, "websocket", count)).cpu / count)
    }
    const cost = median(each)
    if (count === 1000) small = cost
    const measure = `CPU a task of ${count.toLocaleString("en")}`
    rows.push(
      count > 1000 ? atMost(measure, cost, Number((1.2 * small).toFixed(2)), " ms", 2) : said(measure, cost, " ms", 2)
    )
  }
  return { title: "CPU of each run, by how many are in flight", rows }
}

export const runs = async (stage: Stage, { full }: Extent): Promise<ReadonlyArray<Section>> => [
  await compared(stage, 1000),
  ...(full ? [await compared(stage, 5000)] : [])
]
