/**
 * Which request schema of the snapshot a task has to fit: its model's own, or the closest one that is known.
 */
import { bundledRegistry, type RegistryData } from "@effect-runware/schemas/registry"
import { type JsonSchema, requestSchema } from "@effect-runware/schemas/requests"
import type { Task } from "../../Task.ts"

/**
 * The names under which the snapshot may have a task's schema, the closest first. `family` is the architecture, modality
 * or operation that the caller named for a model of which nobody knows more.
 */
export const targetsOf = (
  { model, taskType }: Pick<Task, "model" | "taskType">,
  family: string | undefined,
  { modalityTaskTypes, operationTaskTypes }: RegistryData
): ReadonlyArray<string> => [
  ...(model === undefined ? [] : [`model:${model}`]),
  ...(family === undefined ? [] : ["architecture", "modality", "operation"].map((kind) => `${kind}:${family}`)),
  ...named("modality", taskType, modalityTaskTypes),
  // Operations are sorted: the plain one comes before those for an image or a video only.
  ...named("operation", taskType, operationTaskTypes).slice(0, 1),
  `utility:${taskType}`
]

const named = (kind: string, taskType: string, taskTypes: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.keys(taskTypes)
    .filter((name) => taskTypes[name] === taskType)
    .map((name) => `${kind}:${name}`)

/** Looks schemas up and keeps those that were asked for, as objects that stay the same. */
export const make = (): ((task: Task, family: string | undefined) => JsonSchema | undefined) => {
  const known = new Map<string, JsonSchema | undefined>()
  const schemaOf = (target: string): JsonSchema | undefined => {
    if (!known.has(target)) known.set(target, requestSchema(target))
    return known.get(target)
  }
  return (task, family) => {
    for (const target of targetsOf(task, family, bundledRegistry())) {
      const schema = schemaOf(target)
      if (schema !== undefined) return schema
    }
    return undefined
  }
}
