import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { JsonSchema } from "@effect-runware/schemas"
import examples from "@effect-runware/schemas/examples.json" with { type: "json" }
import schemaMap from "@effect-runware/schemas/schema-map.json" with { type: "json" }
import { describe, expect, it } from "vitest"
import { describeParameter } from "../src/descriptions/Description.ts"
import { errorsOf } from "./compiler.ts"

const maps: Readonly<Record<string, string>> = {
  model: "ModelParams",
  architecture: "ArchitectureParams",
  modality: "ModalityParams",
  operation: "OperationParams",
  utility: "UtilityParams"
}

const typeOf = (target: string): string => {
  const [kind = "", ...name] = target.split(":")
  return `${maps[kind]}["${name.join(":")}"]`
}

/** Every path at which a schema declares a parameter. */
const paths = (schema: JsonSchema | boolean | undefined, path = ""): ReadonlyArray<string> => {
  if (typeof schema !== "object") return []
  const declared = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const at = path === "" ? name : `${path}.${name}`
    return [at].concat(paths(property, at))
  })
  const applied = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => paths(one, path))
  return [...declared, ...applied, ...paths(schema.items, `${path}[]`)]
}

const requests: ReadonlyArray<readonly [taskType: string, schema: JsonSchema]> = [
  ...schemaMap.inference,
  ...schemaMap.utilities,
  ...[schemaMap.architectures, schemaMap.modalities, schemaMap.operations].flatMap((table) => Object.values(table))
].flatMap(({ requestSchema }) => {
  const taskType = requestSchema?.properties?.["taskType"]
  return requestSchema && typeof taskType === "object" ? [[String(taskType.const), requestSchema] as const] : []
})

describe("the pinned release", () => {
  it("has types that take every valid example", () => {
    const generated = fileURLToPath(new URL("../../schemas/src/parameters.ts", import.meta.url))
    const valid = examples.filter((example) => example.valid)
    const folder = mkdtempSync(join(tmpdir(), "examples-"))
    const text = [
      `import type { ${Object.values(maps).join(", ")} } from "${generated}"`,
      ...valid.map(({ request, target }, index) => {
        return `export const e${index}: ${typeOf(target)} = ${JSON.stringify(request)}`
      })
    ].join("\n")
    expect(errorsOf(folder, text)).toEqual([])
    expect(valid).toHaveLength(75)
    rmSync(folder, { recursive: true })
  })

  it("has a description of every parameter that three requests or more have", () => {
    const uses = new Map<string, number>()
    for (const [taskType, schema] of requests) {
      for (const path of new Set(paths(schema))) {
        const isDescribed = describeParameter(taskType, path) !== undefined
        if (!isDescribed) uses.set(path, (uses.get(path) ?? 0) + 1)
      }
    }
    expect([...uses].filter(([, count]) => count >= 3)).toEqual([])
  })
})
