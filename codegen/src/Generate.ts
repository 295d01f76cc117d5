/**
 * Everything that is generated from a schema map, as texts by file name. Nothing is written here.
 */
import type { SchemaMap } from "@effect-runware/schemas"
import { emitNames } from "./emit/Names.ts"
import { emitRegistry } from "./emit/Registry.ts"
import { emitRequests } from "./emit/Requests.ts"
import { emitResults } from "./emit/Results.ts"
import { registryOf } from "./Snapshot.ts"

/** The modules of `schemas/src/generated`, by file name. */
export const generate = (map: SchemaMap): ReadonlyMap<string, string> => {
  const registry = registryOf(map)
  return new Map([
    ["names.ts", emitNames(registry)],
    ["registry.ts", emitRegistry(registry)],
    ["requests.ts", emitRequests(map)],
    ["results.ts", emitResults(map)]
  ])
}
