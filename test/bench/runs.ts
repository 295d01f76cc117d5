/**
 * Many async runs at once on one WebSocket, with times as they scatter in the wild: what they cost the client, what they
 * send, and how long a result that is ready waits to be noticed. Each is measured once its client has seen such tasks.
 */
import type { Report } from "./client.ts"
import type { ContenderName } from "./contenders.ts"
import type { Counts } from "./service.ts"
import type { Stage } from "./stage.ts"
import {
  aimedAt,
  atMost,
  type Extent,
  median,
  progress,
  quantile,
  roundsOf,
  type Row,
  said,
  type Section
} from "./table.ts"

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

/** So many runs of a client that has seen two hundred; `typical` is their median time in milliseconds. */
export const once = async (stage: Stage, contender: ContenderName, count: number, typical: number): Promise<Run> => {
  const times = lognormal(count, typical)
  const warmUp = lognormal(200, typical)
  const report = await stage.perform({ contender, kind: "run", times, warmUp: [warmUp] })
  const { settled } = report
  const different = new Set(settled.map(([taskUUID]) => taskUUID)).size
  if (different !== count) throw new Error(`${contender} settled ${different} of ${count}`)
  const ready = await stage.readyOf(settled.map(([taskUUID]) => taskUUID))
  const overshoots = settled.map(([, at], index) => at - (ready[index] ?? NaN))
  if (!overshoots.every((overshoot) => overshoot >= 0)) throw new Error(`${contender} settled what was not ready`)
  return { ...report, overshoots }
}

const inOrder: ReadonlyArray<ContenderName> = ["@runware/sdk-js", "websocket", "ws"]

const figures: ReadonlyArray<readonly [measure: string, figure: (run: Run) => number, unit: string, digits?: number]> =
  [
    ["wall", ({ wall }) => wall / 1000, " s", 1],
    ["CPU", ({ cpu }) => cpu, " ms"],
    ["RSS", ({ rss }) => rss, " MB"],
    ["frames", ({ counts }) => counts.messages, ""],
    ["polls a task", ({ counts, settled }) => counts.polls / settled.length, "", 1],
    ["overshoot, median", ({ overshoots }) => median(overshoots), " ms"],
    ["overshoot, p95", ({ overshoots }) => quantile(overshoots, 0.95), " ms"],
    ["CPU of the service", ({ counts }) => counts.cpu, " ms"]
  ]

const compared = async (stage: Stage, extent: Extent, count: number, typical: number): Promise<Section> => {
  const runs = new Map<ContenderName, Array<Run>>(inOrder.map((contender) => [contender, []]))
  const rounds = roundsOf(extent)
  for (let round = 1; round <= rounds; round++) {
    for (const contender of inOrder) {
      progress(`${count.toLocaleString("en")} runs, round ${round} of ${rounds}: ${contender}`)
      runs.get(contender)?.push(await once(stage, contender, count, typical))
    }
  }
  const of = (contender: ContenderName, figure: (run: Run) => number) => (runs.get(contender) ?? []).map(figure)
  const own = (figure: (run: Run) => number) => of("websocket", figure)
  /** Beside the vendor's, round by round. */
  const ratio = (figure: (run: Run) => number) => {
    const vendors = of("@runware/sdk-js", figure)
    return own(figure).map((value, round) => value / (vendors[round] ?? NaN))
  }
  return {
    title: `${count.toLocaleString("en")} async runs at once of about ${typical / 1000} s, one WebSocket`,
    rows: [
      ...inOrder.flatMap((contender) =>
        figures.map(([measure, figure, unit, digits]) =>
          said(`${contender}: ${measure}`, of(contender, figure), unit, digits)
        )
      ),
      atMost(
        "frames",
        own(({ counts }) => counts.messages),
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
      aimedAt(
        "overshoot, median",
        own(({ overshoots }) => median(overshoots)),
        120,
        " ms"
      ),
      aimedAt(
        "overshoot, p95",
        own(({ overshoots }) => quantile(overshoots, 0.95)),
        400,
        " ms"
      )
    ]
  }
}

/** Median time of the tasks whose number grows: the same for each number, so that nothing else differs. */
const growing = 1500

/** What a task costs must not grow with how many there are. */
export const growth = async (stage: Stage, { full }: Extent): Promise<ReadonlyArray<Section>> => {
  const counts = full ? [100, 1000, 5000, 20_000] : [100, 1000]
  const runs = new Map<number, Array<Run>>(counts.map((count) => [count, []]))
  for (let round = 1; round <= 3; round++) {
    for (const count of counts) {
      progress(`${count.toLocaleString("en")} in flight, round ${round} of 3`)
      runs.get(count)?.push(await once(stage, "websocket", count, growing))
    }
  }
  const each = (count: number, figure: (run: Run) => number) =>
    (runs.get(count) ?? []).map((run) => figure(run) / count)
  const cpu = ({ cpu }: Run) => cpu
  const limit = 1.2 * median(each(1000, cpu))
  return [
    {
      title: "What each run costs, by how many are in flight",
      rows: counts.flatMap((count): ReadonlyArray<Row> => {
        const name = (measure: string) => `${count.toLocaleString("en")}: ${measure} a task`
        const cost = each(count, cpu)
        return [
          count > 1000 ? aimedAt(name("CPU"), cost, limit, " ms", 2) : said(name("CPU"), cost, " ms", 2),
          said(
            name("polls"),
            each(count, ({ counts }) => counts.polls),
            "",
            1
          ),
          said(
            name("CPU of the service"),
            each(count, ({ counts }) => counts.cpu),
            " ms",
            2
          )
        ]
      })
    }
  ]
}

export const runs = async (stage: Stage, extent: Extent): Promise<ReadonlyArray<Section>> => [
  await compared(stage, extent, 1000, 1000),
  // What a service of one core can take on, and more time to do it where there is more to do.
  ...(extent.full ? [await compared(stage, extent, 5000, 5000)] : [])
]
