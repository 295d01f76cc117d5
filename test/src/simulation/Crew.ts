/**
 * Many seeds over several processes: each takes every n-th seed and tells what it found. A seed depends on nothing but
 * itself, so the split changes no result.
 */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Struck } from "./Strikes.ts"

/** The seeds of one process. */
export interface Shift {
  readonly from: number
  readonly to: number
  readonly stride: number
}

/** What a process tells: seeds that are done since it last did, what struck them, and those that broke something. */
export interface Tally {
  readonly seeds: number
  readonly struck: ReadonlyArray<Struck>
  readonly broken: ReadonlyArray<{ readonly seed: number; readonly story: string }>
}

/** Runs the seeds from `from` on; resolves when all are done, rejects when a process dies. */
export const runSeeds = async (
  { count, from, processes }: { readonly count: number; readonly from: number; readonly processes: number },
  onTally: (tally: Tally) => void
): Promise<void> => {
  const children: Array<ChildProcess> = []
  try {
    await Promise.all(
      Array.from({ length: Math.min(processes, count) }, (_, index) => {
        const shift: Shift = { from: from + index, to: from + count, stride: processes }
        const child = fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), [JSON.stringify(shift)])
        children.push(child)
        return finished(child, onTally)
      })
    )
  } finally {
    for (const child of children) child.kill()
  }
}

const finished = (child: ChildProcess, onTally: (tally: Tally) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    // Both ends of the channel are this program.
    child.on("message", (message) => onTally(message as Tally))
    child.on("error", reject)
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`A process ended with ${code}.`))))
  })
