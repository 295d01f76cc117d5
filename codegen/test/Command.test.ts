import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { runCodegen } from "../src/Command.ts"

const schemas = (path: string): string => fileURLToPath(new URL(`../../schemas/${path}`, import.meta.url))

const pair = (taskType: string) => ({
  requestSchema: { type: "object", properties: { taskType: { const: taskType } } },
  responseSchema: { type: "object", required: ["url"], properties: { url: { type: "string" } } }
})

const small = {
  version: "20260101000000",
  architectures: { sdxl: pair("imageInference") },
  modalities: { image: pair("imageInference") },
  operations: {},
  utilities: [],
  errors: {},
  inference: [{ air: "demo:image@1", slug: "demo-image-1", ...pair("imageInference") }]
}

let folder: string
let lines: Array<string>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "codegen-"))
  lines = []
})

afterEach(() => rmSync(folder, { recursive: true }))

const print = (line: string): void => void lines.push(line)

const run = (snapshot: unknown, check = false) => {
  const path = join(folder, "schema-map.json")
  writeFileSync(path, typeof snapshot === "string" ? snapshot : JSON.stringify(snapshot))
  return runCodegen({ snapshot: path, target: join(folder, "generated"), check, print })
}

const written = (): ReadonlyArray<string> => readdirSync(folder).filter((name) => name !== "schema-map.json")

describe("pnpm codegen", () => {
  it("finds the committed modules up to date", () => {
    const code = runCodegen({
      snapshot: schemas("snapshot/schema-map.json"),
      target: schemas("src/generated"),
      check: true,
      print
    })
    expect({ code, stale: lines.filter((line) => line.includes("stale")) }).toEqual({ code: 0, stale: [] })
  })

  it("writes the modules, and the second time finds nothing to write", () => {
    expect([run(small), run(small), run(small, true)]).toEqual([0, 0, 0])
    expect(readdirSync(join(folder, "generated"))).toEqual(["names.ts", "registry.ts", "requests.ts", "results.ts"])
    expect(lines).toContain("nothing to write")
  })

  it("only tells what is stale when asked to check", () => {
    expect(run(small, true)).toBe(1)
    expect(lines).toContain("registry.ts is stale; run pnpm codegen")
    expect(written()).toEqual([])
  })

  it.each([
    ["text that is no JSON", "{", "schema map is not JSON"],
    ["an array", [], "schema map should be an object and is an array"],
    ["no version", { ...small, version: undefined }, "schema map: version should be a string and is missing"],
    ["no models", { ...small, inference: {} }, "inference should be an array and is a object"],
    [
      "a model without slug",
      { ...small, inference: [{ air: "demo:image@1", ...pair("imageInference") }] },
      "inference[0] (demo:image@1): slug should be a string and is missing"
    ],
    [
      "a model twice",
      { ...small, inference: [...small.inference, ...small.inference] },
      "inference[1]: the air demo:image@1 is already taken"
    ],
    [
      "a request without task type",
      { ...small, modalities: { image: { requestSchema: { type: "object" }, responseSchema: null } } },
      "modalities.image: requestSchema does not fix a task type (properties.taskType.const)"
    ],
    [
      "a response that has no type",
      { ...small, utilities: [{ taskType: "ping", ...pair("ping"), responseSchema: { $ref: "#/$defs/ping" } }] },
      "response of ping: the schema: no type for $ref"
    ]
  ])("names the entry and writes nothing on %s", (_, snapshot, problem) => {
    expect(run(snapshot)).toBe(1)
    expect(lines.filter((line) => line.trim().startsWith(problem))).toHaveLength(1)
    expect(written()).toEqual([])
  })
})
