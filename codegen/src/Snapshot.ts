/**
 * Reading a schema map that may come from anywhere: what is wrong with it, entry by entry, before anything is generated.
 */
import type { JsonSchema, SchemaMap } from "@effect-runware/schemas"
import type { RegistryData } from "@effect-runware/schemas/registry"
import { References } from "./types/References.ts"

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
  value === undefined
    ? "missing"
    : value === null
      ? "null"
      : Array.isArray(value)
        ? "an array"
        : typeof value === "object"
          ? "an object"
          : `a ${typeof value}`

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

/** The one string that a schema allows, written in any of the usual ways. */
const onlyString = (schema: JsonSchema | boolean | undefined): string | undefined => {
  if (typeof schema !== "object") return undefined
  const values = "const" in schema ? [schema.const] : (schema.enum ?? schema.oneOf?.map((one) => one.const) ?? [])
  return values.length === 1 && typeof values[0] === "string" ? values[0] : undefined
}

/** The task type that a request schema fixes, itself or through the schemas that it applies. */
export const taskTypeOf = (schema: JsonSchema | null): string | undefined => {
  if (schema === null) return undefined
  const references = new References()
  references.add(schema, "")
  const find = (one: JsonSchema | boolean, depth: number): string | undefined => {
    if (typeof one === "boolean" || depth > deepest) return undefined
    const target = typeof one["$ref"] === "string" ? references.find(one["$ref"], schema)?.schema : undefined
    const applied = [...(target === undefined ? [] : [target]), ...(Array.isArray(one.allOf) ? one.allOf : [])]
    return onlyString(one.properties?.["taskType"]) ?? applied.map((other) => find(other, depth + 1)).find(isDefined)
  }
  return find(schema, 0)
}

/** References of a schema that refers to itself end here. */
const deepest = 20

const isDefined = (value: string | undefined): value is string => value !== undefined

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

/** Models are found by AIR and by slug alike: no two may share a name, and a registry separates names by spaces. */
const nameProblems = (map: Fields): ReadonlyArray<string> => {
  const entries: ReadonlyArray<unknown> = Array.isArray(map["inference"]) ? map["inference"] : []
  const seen = new Set<string>()
  return entries.flatMap((entry, index) => {
    const names = ["air", "slug"].flatMap((field) => {
      const value = isObject(entry) ? entry[field] : undefined
      return typeof value === "string" ? [[field, value] as const] : []
    })
    const problems = names.flatMap(([field, value]) => [
      ...(seen.has(value) ? [`inference[${index}]: the ${field} ${value} is already taken`] : []),
      ...(/\s/.test(value) ? [`inference[${index}] (${names[0]?.[1]}): ${field} has a space in it`] : [])
    ])
    for (const [, value] of names) seen.add(value)
    return problems
  })
}

const utilityProblems = (map: Fields): ReadonlyArray<string> => {
  const entries: ReadonlyArray<unknown> = Array.isArray(map["utilities"]) ? map["utilities"] : []
  const taskTypes = entries.map((entry) => (isObject(entry) ? entry["taskType"] : undefined))
  return taskTypes.flatMap((taskType, index) =>
    typeof taskType === "string" && taskTypes.indexOf(taskType) < index
      ? [`utilities[${index}]: the taskType ${taskType} is already taken`]
      : []
  )
}

/** What is wrong with the value as a schema map. Nothing, if it is one. */
export const snapshotProblems = (value: unknown): ReadonlyArray<string> =>
  isObject(value)
    ? [
        ...stringProblems("schema map", value, ["version"]),
        ...tableProblems(value, "architectures"),
        ...tableProblems(value, "modalities"),
        ...tableProblems(value, "operations"),
        ...(value["errors"] === undefined ? ["errors should be a schema and is missing"] : []),
        ...listProblems(value, "utilities", ["taskType"]),
        ...listProblems(value, "inference", ["air", "slug"]),
        ...nameProblems(value),
        ...utilityProblems(value)
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
