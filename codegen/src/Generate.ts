/**
 * Everything that is generated from a schema map, as texts by file name. Nothing is written here.
 */
import type { SchemaMap } from "@effect-runware/schemas"
import { bundleOf, type Finding } from "./Bundle.ts"
import { emitNames } from "./emit/Names.ts"
import { emitParameters } from "./emit/Parameters.ts"
import { emitRegistry, emitVersion } from "./emit/Registry.ts"
import { emitRequests } from "./emit/Requests.ts"
import { emitResults } from "./emit/Results.ts"
import { registryOf } from "./Snapshot.ts"

/** What was generated, and what the types leave out. */
export interface Generated {
  /** The modules of `schemas/src/generated`, by file name. */
  readonly files: ReadonlyMap<string, string>
  readonly findings: ReadonlyArray<Finding>
}

/** Generates the modules. Throws `SnapshotError` where a schema has no type. */
export const generate = (map: SchemaMap): Generated => {
  const registry = registryOf(map)
  const bundle = bundleOf(map)
  return {
    files: new Map([
      ["names.ts", emitNames(registry)],
      ["registry.ts", emitRegistry(registry)],
      ["version.ts", emitVersion(registry)],
      ...emitParameters(bundle),
      ["requests.ts", emitRequests(map)],
      ["results.ts", emitResults(bundle)]
    ]),
    findings: bundle.findings
  }
}
