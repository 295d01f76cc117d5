/**
 * Writes the result types: for each task type, what any of its models may answer, and a map of them all.
 */
import type { JsonSchema, SchemaMap, SchemaPair } from "@effect-runware/schemas"
import { mergeSchemas } from "../MergeSchemas.ts"
import { SnapshotError, taskTypeOf } from "../Snapshot.ts"
import { describeResultField } from "./ResultFields.ts"
import { banner } from "./Text.ts"
import { Inexpressible, interfaceBody, propertyName } from "./TypeScript.ts"

/** Response schemas by task type, in alphabetical order. */
const schemasByTaskType = (map: SchemaMap): ReadonlyArray<readonly [string, ReadonlyArray<JsonSchema>]> => {
  const found = new Map<string, Array<JsonSchema>>()
  const add = (taskType: string | undefined, { responseSchema }: SchemaPair) => {
    if (taskType === undefined || !responseSchema) return
    found.set(taskType, [...(found.get(taskType) ?? []), responseSchema])
  }
  for (const utility of map.utilities) add(utility.taskType, utility)
  const families = [map.modalities, map.operations, map.architectures].flatMap((table) => Object.values(table))
  for (const pair of [...families, ...map.inference]) add(taskTypeOf(pair.requestSchema), pair)
  return [...found].toSorted(([left], [right]) => (left < right ? -1 : 1))
}

/** `imageInference` is an `ImageInferenceResult`; a type name cannot begin with the digit of `3dInference`. */
export const resultName = (taskType: string): string => {
  const word = taskType.replace(/^3d/, "threeD")
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}Result`
}

const resultInterface = (taskType: string, schemas: ReadonlyArray<JsonSchema>): string => {
  try {
    const body = interfaceBody(mergeSchemas(schemas), {
      open: true,
      describe: (path) => describeResultField(taskType, path)
    })
    return [
      `/**\n * What \`${taskType}\` answers.\n *\n * @since 0.1.0\n * @category results\n */`,
      `export interface ${resultName(taskType)} ${body}\n`
    ].join("\n")
  } catch (error) {
    throw error instanceof Inexpressible ? new SnapshotError([`response of ${taskType}: ${error.message}`]) : error
  }
}

/** The text of `generated/results.ts`. */
export const emitResults = (map: SchemaMap): string => {
  const results = schemasByTaskType(map)
  return [
    banner,
    ...results.map(([taskType, schemas]) => resultInterface(taskType, schemas)),
    [
      "/**\n * The result of each task type.\n *\n * @since 0.1.0\n * @category results\n */",
      "export interface TaskResults {",
      ...results.map(([taskType]) => `  readonly ${propertyName(taskType)}: ${resultName(taskType)}`),
      "}\n"
    ].join("\n")
  ].join("\n")
}
