/**
 * Which tasks take equally long: those of one model that ask for about the same amount of work. A kind is a short text, so
 * that it can be a key of plain JSON.
 */
import { generationsOf, type Task } from "../Task.ts"

/** The kind of a task: model, size, duration, steps and number of results, the numbers by their magnitude. */
export const kindOf = (task: Task): string => {
  // Each poll asks, and tasks of one model mostly ask for the same.
  const name = task.model ?? task.taskType
  const known = recent.get(name)
  if (known !== undefined && isOf(task, known.values)) return known.kind
  if (recent.size >= mostRecent) recent.clear()
  const kind = describe(task)
  recent.set(name, { values: fields.map((field) => task[field]), kind })
  return kind
}

const isOf = (task: Task, values: ReadonlyArray<unknown>): boolean => {
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]
    if (field !== undefined && values[index] !== task[field]) return false
  }
  return true
}

/** What a kind is made of. */
const fields = [
  "taskType",
  "model",
  "width",
  "height",
  "resolution",
  "duration",
  "steps",
  "numberResults",
  "promptVersions"
] as const

/** The last kind of each model. */
const recent = new Map<string, { readonly values: ReadonlyArray<unknown>; readonly kind: string }>()
const mostRecent = 64

const describe = (task: Task): string =>
  [
    task.model === undefined ? task.taskType : `${task.taskType} ${task.model}`,
    sizeOf(task),
    numberIn(task, "duration") === undefined ? "" : `${Math.round(numberIn(task, "duration") ?? 0)}s`,
    magnitude("steps", numberIn(task, "steps")),
    magnitude("x", generationsOf(task))
  ]
    .filter((part) => part !== "")
    .join(" ")

const sizeOf = (task: Task): string => {
  const { resolution } = task
  if (typeof resolution === "string" && resolution.length <= 16) return resolution
  const [width, height] = [numberIn(task, "width"), numberIn(task, "height")]
  return width === undefined || height === undefined ? "" : magnitude("px", width * height)
}

/** Numbers of one magnitude differ by less than a factor of two. */
const magnitude = (unit: string, value: number | undefined): string =>
  value === undefined ? "" : `${unit}${Math.ceil(Math.log2(Math.max(1, value)) - 1e-9)}`

const numberIn = (task: Task, name: string): number | undefined => {
  const value = task[name]
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined
}
