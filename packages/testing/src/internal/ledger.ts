/**
 * The machine with its books open: every step is the machine's own, and what it bought is written down. Here a test
 * replaces the state between two steps, as a restart does.
 */
import type { Command } from "@effect-runware/emulator/Command"
import type { Step } from "@effect-runware/emulator/Machine"
import type { State } from "@effect-runware/emulator/State"
import type { TaskRecord, UtilityRecord } from "@effect-runware/emulator/TaskRecord"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { tasksOf } from "./wire.ts"

/** A utility that left something behind, as it was answered last. */
export interface Write {
  readonly at: number
  readonly record: UtilityRecord
}

/** A task that the service accepted. */
export interface Purchase {
  readonly at: number
  readonly record: TaskRecord
}

export class Ledger {
  readonly purchases: Array<Purchase> = []
  writes: ReadonlyArray<Write> = []
  readonly #machine: Step
  readonly #duplicates: "refused" | "refusedWhileRunning"
  #replacement: ((state: State) => State) | undefined

  constructor(machine: Step, duplicates: "refused" | "refusedWhileRunning") {
    this.#machine = machine
    this.#duplicates = duplicates
  }

  /** Changes the state with the next step. */
  replace(change: (state: State) => State): void {
    this.#replacement = change
  }

  readonly step: Step = (state, command, now) => {
    const changed = this.#replacement?.(state) ?? state
    this.#replacement = undefined
    const submitted = submittedUUIDs(command, changed)
    const before = this.#duplicates === "refused" ? changed : withoutFinished(changed, submitted, now)
    const [after, events] = this.#machine(before, command, now)
    if (after.tasks !== before.tasks) {
      for (const taskUUID of submitted) {
        const record = Option.getOrUndefined(HashMap.get(after.tasks, taskUUID))
        const earlier = Option.getOrUndefined(HashMap.get(before.tasks, taskUUID))
        if (record !== undefined && record !== earlier) this.purchases.push({ at: now, record })
      }
    }
    if (after.utilities !== before.utilities) this.#noteWrites(after, submitted, before, now)
    return [after, events]
  }

  #noteWrites(after: State, submitted: ReadonlyArray<string>, before: State, at: number): void {
    const answered = this.writes.map((write) => {
      const record = recordIn(after, write.record.taskUUID)
      // One that was forgotten may be there anew: that is another write.
      return record === undefined || recordIn(before, record.taskUUID) === undefined ? write : { ...write, record }
    })
    const begun = [...new Set(submitted)].flatMap((taskUUID) => {
      const record = recordIn(after, taskUUID)
      return record === undefined || recordIn(before, taskUUID) !== undefined ? [] : [{ at, record }]
    })
    this.writes = [...answered, ...begun]
  }
}

const recordIn = ({ utilities }: State, taskUUID: string): UtilityRecord | undefined =>
  Option.getOrUndefined(HashMap.get(utilities, taskUUID))

/** Nothing arrives on a socket that the service has given up. */
const isDead = (command: Command, { sockets }: State): boolean =>
  command._tag === "FrameReceived" && !HashMap.has(sockets, command.socketId)

const submittedUUIDs = (command: Command, state: State): ReadonlyArray<string> => {
  const text =
    command._tag === "HttpRequest" ? command.body : command._tag === "FrameReceived" ? command.text : undefined
  if (text === undefined || isDead(command, state)) return []
  return tasksOf(text)
    .filter(({ taskType }) => taskType !== "getResponse")
    .flatMap(({ taskUUID }) => (taskUUID === undefined ? [] : [taskUUID]))
}

/** The state in which the taskUUID of a finished task is free again. */
const withoutFinished = (state: State, taskUUIDs: ReadonlyArray<string>, now: number): State => {
  let { tasks } = state
  for (const taskUUID of taskUUIDs) {
    const record = Option.getOrUndefined(HashMap.get(tasks, taskUUID))
    if (record?.generations.every(({ completesAt }) => completesAt <= now) === true) {
      tasks = HashMap.remove(tasks, taskUUID)
    }
  }
  return tasks === state.tasks ? state : { ...state, tasks }
}
