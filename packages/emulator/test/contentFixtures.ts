/** The catalog of the snapshot, as the emulator serves it, at no address. */
import type { SchemaMap } from "@effect-runware/schemas"
import examples from "@effect-runware/schemas/examples.json" with { type: "json" }
import { bundledRegistry } from "@effect-runware/schemas/registry"
import schemaMap from "@effect-runware/schemas/schema-map.json" with { type: "json" }
import { assert } from "@effect/vitest"
import { fromSchemaMap } from "../src/Catalog.ts"
import { makeExamples } from "../src/internal/content/examples.ts"
import { makeLibrary } from "../src/internal/content/library.ts"
import { makeContentRoutes } from "../src/internal/content/routes.ts"

const snapshot: SchemaMap = schemaMap
export const registry = bundledRegistry()
export const catalog = fromSchemaMap(snapshot, registry)
export const library = makeLibrary(registry, catalog)
const routes = makeContentRoutes(
  library,
  makeExamples(catalog, () => examples),
  () => "http://here"
)

/** What is answered at a path with a query. */
export const at = (path: string, query = "") => routes(path.split("/"), new URLSearchParams(query))

/** What is found there; tests read it as what it must be. */
export const found = <A>(path: string, query = ""): A => {
  const answer = at(path, query)
  assert(answer?._tag === "Found", `${path}?${query} is ${answer?._tag}`)
  return answer.body as A
}
