/**
 * A snapshot as text: JSON with one line for each entry, so that a new release shows as the lines that it changed.
 */
import type { ExampleRequest, SchemaMap } from "@effect-runware/schemas"

const list = (values: ReadonlyArray<unknown>): string =>
  `[\n${values.map((value) => JSON.stringify(value)).join(",\n")}\n]`

const table = (values: Readonly<Record<string, unknown>>): string =>
  `{\n${Object.entries(values)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(",\n")}\n}`

/** The text of `schema-map.json`. */
export const schemaMapText = (map: SchemaMap): string =>
  [
    `{"version":${JSON.stringify(map.version)}`,
    `"architectures":${table(map.architectures)}`,
    `"modalities":${table(map.modalities)}`,
    `"operations":${table(map.operations)}`,
    `"utilities":${list(map.utilities)}`,
    `"errors":${JSON.stringify(map.errors)}`,
    `"inference":${list(map.inference)}}\n`
  ].join(",\n")

/** The text of `examples.json`. */
export const examplesText = (examples: ReadonlyArray<ExampleRequest>): string =>
  `${list(
    examples.map(({ name, request, target, taskType, valid, why }) => ({ name, taskType, target, valid, why, request }))
  )}\n`
