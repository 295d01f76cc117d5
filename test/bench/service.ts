/**
 * The far end of the benches: one emulator in a process of its own, that counts what comes and says when tasks were ready.
 */
import { startEmulator } from "@effect-runware/emulator"

/** What a bench may ask. */
export type Question = "count" | { readonly readyOf: ReadonlyArray<string> }

/** Counts since the last question. */
export interface Counts {
  /** Frames and HTTP requests. */
  readonly messages: number
  readonly polls: number
  readonly tasks: number
  /** Milliseconds of the processor that the service took for them: as much as its wall time, and it is what is measured. */
  readonly cpu: number
}

let counts = { messages: 0, polls: 0, tasks: 0 }
let before = process.cpuUsage()

const emulator = await startEmulator({
  timeScale: 1,
  retention: 60_000,
  balance: 1_000_000,
  onRequest: ({ taskTypes }) => {
    counts.messages++
    for (const taskType of taskTypes) {
      if (taskType === "getResponse") counts.polls++
      else counts.tasks++
    }
  }
})

process.on("message", (question: Question) => {
  if (question === "count") {
    const { system, user } = process.cpuUsage(before)
    process.send?.({ ...counts, cpu: (system + user) / 1000 } satisfies Counts)
    before = process.cpuUsage()
    counts = { messages: 0, polls: 0, tasks: 0 }
    return
  }
  process.send?.(
    question.readyOf.map((taskUUID) =>
      Math.max(...(emulator.task(taskUUID)?.generations ?? []).map(({ completesAt }) => completesAt))
    )
  )
})
// Ends by itself, so that a profile of it gets written.
process.once("disconnect", () => process.exit())
process.send?.({ url: emulator.url, apiKey: emulator.apiKey })
