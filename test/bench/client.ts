/**
 * One contender in a process of its own, so that its time and memory are nobody else's. Told what to do by its parent.
 */
import { contenders, type ContenderName, type Target } from "./contenders.ts"

/** What a client is told to do. */
export interface Job extends Target {
  readonly contender: ContenderName
  /** Sync or async calls one after the other, or async runs all at once. */
  readonly kind: "call" | "asyncCall" | "run"
  /** Milliseconds that each task takes. */
  readonly times: ReadonlyArray<number>
  /** Done first, and not measured: code gets hot, and who learns learns. */
  readonly warmUp: ReadonlyArray<ReadonlyArray<number>>
}

/** What a client tells of it. */
export interface Report {
  /** Of each call, in milliseconds. */
  readonly took: ReadonlyArray<number>
  /** When each task was settled, by its taskUUID. */
  readonly settled: ReadonlyArray<readonly [taskUUID: string, at: number]>
  /** Milliseconds, of the whole. */
  readonly wall: number
  /** Milliseconds of the processor. */
  readonly cpu: number
  /** Megabytes, at most. */
  readonly rss: number
}

const prompt = (millis: number) => `a lighthouse in fog [[slow:${Math.round(millis)}]]`

const perform = async (job: Job): Promise<Report> => {
  const client = await contenders[job.contender](job)
  const { call, run } = client
  const took: Array<number> = []
  const settled: Array<readonly [string, number]> = []
  const round = async (times: ReadonlyArray<number>) => {
    took.length = 0
    settled.length = 0
    if (job.kind !== "run") {
      for (const millis of times) {
        const started = performance.now()
        await (job.kind === "call" ? call(prompt(millis)) : run(prompt(millis)))
        took.push(performance.now() - started)
      }
      return
    }
    await Promise.all(
      times.map(async (millis) => {
        const taskUUID = await run(prompt(millis))
        settled.push([taskUUID, Date.now()])
      })
    )
  }
  for (const times of job.warmUp) await round(times)
  process.send?.("warm")
  await new Promise((resolve) => process.once("message", resolve))
  const started = performance.now()
  const before = process.cpuUsage()
  await round(job.times)
  const { system, user } = process.cpuUsage(before)
  const wall = performance.now() - started
  await client.close()
  return { took, settled, wall, cpu: (system + user) / 1000, rss: process.resourceUsage().maxRSS / 1024 }
}

// Who is asked for nothing any more has nobody to report to.
process.once("disconnect", () => process.exit())
process.once("message", async (job: Job) => {
  process.send?.(await perform(job))
})
