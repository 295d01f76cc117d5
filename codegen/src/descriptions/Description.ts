/**
 * What a parameter means, looked up from the most particular name to the most general: by task type and path, by path,
 * by the end of the path, by the parameter's own name.
 */
import { generation } from "./Generation.ts"
import { task } from "./Task.ts"

/** A sentence; or one without its full stop, that goes on with the unit or with limits in that unit. */
export type Description = string | { readonly text: string; readonly unit: string }

/** Descriptions by name or path: `seed`, `lora[].weight`, `getResponse.taskUUID`. */
export type Descriptions = Readonly<Record<string, Description>>

const descriptions: ReadonlyMap<string, Description> = new Map(Object.entries({ ...task, ...generation }))

/** The path, then the path without its first segment, and so on to the last segment alone. */
const endings = (path: string): ReadonlyArray<string> => {
  const segments = path.split(".")
  return segments.map((_, index) => segments.slice(index).join("."))
}

/** The description of the parameter at a path, `inputs.frameImages[].frame`, of a task type. */
export const describeParameter = (taskType: string, path: string): Description | undefined =>
  [`${taskType}.${path}`, ...endings(path)].flatMap((name) => descriptions.get(name) ?? [])[0]
