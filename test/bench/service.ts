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
}

let counts = { messages: 0, polls: 0, tasks: 0 }

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
    process.send?.(counts satisfies Counts)
    counts = { messages: 0, polls: 0, tasks: 0 }
    return
  }
  process.send?.(
    question.readyOf.map((taskUUID) =>
      Math.max(...(emulator.task(taskUUID)?.generations ?? []).map(({ completesAt }) => completesAt))
    )
  )
})
process.send?.({ url: emulator.url, apiKey: emulator.apiKey })
