/**
 * Reading a schema map that may come from anywhere: what is wrong with it, entry by entry, before anything is generated.
 */
import type { JsonSchema, SchemaMap } from "@effect-runware/schemas"
import type { RegistryData } from "@effect-runware/schemas/registry"

/** Why nothing was generated. Each problem names its entry. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError"
  readonly problems: ReadonlyArray<string>

  constructor(problems: ReadonlyArray<string>) {
    super(problems.join("\n"))
    this.problems = problems
  }
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const kindOf = (value: unknown): string =>
  value === undefined ? "missing" : value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`

const stringProblems = (entry: string, fields: Fields, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.flatMap((name) =>
    typeof fields[name] === "string" && fields[name] !== ""
      ? []
      : [`${entry}: ${name} should be a string and is ${kindOf(fields[name])}`]
  )

const schemaProblems = (entry: string, fields: Fields): ReadonlyArray<string> =>
  ["requestSchema", "responseSchema"].flatMap((name) =>
    isObject(fields[name]) || fields[name] === null || (name === "responseSchema" && fields[name] === undefined)
      ? []
      : [`${entry}: ${name} should be a schema or null and is ${kindOf(fields[name])}`]
  )

/** The task type that a request schema fixes. */
export const taskTypeOf = (schema: JsonSchema | null): string | undefined => {
  const declared = schema?.properties?.["taskType"]
  return typeof declared === "object" && typeof declared.const === "string" ? declared.const : undefined
}

const taskTypeProblems = (entry: string, fields: Fields): ReadonlyArray<string> =>
  isObject(fields["requestSchema"]) && taskTypeOf(fields["requestSchema"]) === undefined
    ? [`${entry}: requestSchema does not fix a task type (properties.taskType.const)`]
    : []

const entryProblems = (entry: string, value: unknown, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  isObject(value)
    ? [...stringProblems(entry, value, names), ...schemaProblems(entry, value), ...taskTypeProblems(entry, value)]
    : [`${entry} should be an object and is ${kindOf(value)}`]

const listProblems = (map: Fields, key: string, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const list = map[key]
  if (!Array.isArray(list)) return [`${key} should be an array and is ${kindOf(list)}`]
  const entries: ReadonlyArray<unknown> = list
  const label = (value: unknown, index: number) => {
    const name = isObject(value)
      ? names.map((field) => value[field]).find((field) => typeof field === "string")
      : undefined
    return `${key}[${index}]${name === undefined ? "" : ` (${name})`}`
  }
  return entries.flatMap((value, index) => entryProblems(label(value, index), value, names))
}

const tableProblems = (map: Fields, key: string): ReadonlyArray<string> => {
  const table = map[key]
  return isObject(table)
    ? Object.entries(table).flatMap(([name, value]) => entryProblems(`${key}.${name}`, value, []))
    : [`${key} should be an object and is ${kindOf(table)}`]
}

const repeated = (map: Fields, field: string): ReadonlyArray<string> => {
  const entries: ReadonlyArray<unknown> = Array.isArray(map["inference"]) ? map["inference"] : []
  const seen = new Set<unknown>()
  return entries.flatMap((entry, index) => {
    const value = isObject(entry) ? entry[field] : undefined
    if (value === undefined || !seen.has(value)) {
      seen.add(value)
      return []
    }
    return [`inference[${index}]: the ${field} ${String(value)} is already taken`]
  })
}

/** What is wrong with the value as a schema map. Nothing, if it is one. */
export const snapshotProblems = (value: unknown): ReadonlyArray<string> =>
  isObject(value)
    ? [
        ...stringProblems("schema map", value, ["version"]),
        ...tableProblems(value, "architectures"),
        ...tableProblems(value, "modalities"),
        ...tableProblems(value, "operations"),
        ...listProblems(value, "utilities", ["taskType"]),
        ...listProblems(value, "inference", ["air", "slug"]),
        ...repeated(value, "air"),
        ...repeated(value, "slug")
      ]
    : [`schema map should be an object and is ${kindOf(value)}`]

const isSchemaMap = (value: unknown): value is SchemaMap => snapshotProblems(value).length === 0

/** The schema map in the text. Throws `SnapshotError` with everything that is wrong. */
export const parseSnapshot = (text: string): SchemaMap => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new SnapshotError([`schema map is not JSON: ${error instanceof Error ? error.message : String(error)}`])
  }
  if (!isSchemaMap(value)) throw new SnapshotError(snapshotProblems(value))
  return value
}

const taskTypes = (table: SchemaMap["modalities"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(table).flatMap(([key, { requestSchema }]) => {
      const taskType = taskTypeOf(requestSchema)
      return taskType === undefined ? [] : [[key, taskType]]
    })
  )

/** The registry of the schema map. Entries without a request schema have no task type, and no place in it. */
export const registryOf = (map: SchemaMap): RegistryData => ({
  version: map.version,
  models: Object.fromEntries(
    map.inference.flatMap(({ air, requestSchema, slug }) => {
      const taskType = taskTypeOf(requestSchema)
      return taskType === undefined ? [] : [[air, { taskType, id: slug }]]
    })
  ),
  architectureTaskTypes: taskTypes(map.architectures),
  modalityTaskTypes: taskTypes(map.modalities),
  operationTaskTypes: taskTypes(map.operations)
})
