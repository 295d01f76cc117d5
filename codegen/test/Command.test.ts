import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type CommandOptions, runCodegen } from "../src/Command.ts"

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

const modelWith = (properties: object) => ({
  ...small,
  inference: [
    {
      air: "demo:image@1",
      slug: "demo-image-1",
      requestSchema: { type: "object", properties: { taskType: { const: "imageInference" }, ...properties } },
      responseSchema: null
    }
  ]
})

const modules = [
  "families.ts",
  "models.ts",
  "names.ts",
  "registry.ts",
  "requests.ts",
  "results.ts",
  "shapes.ts",
  "utilities.ts",
  "version.ts"
]

let folder: string
let lines: Array<string>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "codegen-"))
  lines = []
})

afterEach(() => rmSync(folder, { recursive: true }))

const print = (line: string): void => void lines.push(line)

const options = (rest: Partial<CommandOptions> = {}): CommandOptions => ({
  snapshot: join(folder, "schema-map.json"),
  target: join(folder, "generated"),
  check: false,
  strict: false,
  print,
  ...rest
})

const run = (snapshot: unknown, rest: Partial<CommandOptions> = {}) => {
  writeFileSync(options().snapshot, typeof snapshot === "string" ? snapshot : JSON.stringify(snapshot))
  return runCodegen(options(rest))
}

const written = (): ReadonlyArray<string> => readdirSync(folder).filter((name) => name !== "schema-map.json")

describe("pnpm codegen", () => {
  it("finds the committed modules up to date", async () => {
    const snapshot = schemas("snapshot/schema-map.json")
    const code = await runCodegen(options({ snapshot, target: schemas("src/generated"), check: true }))
    expect({ code, stale: lines.filter((line) => line.includes("stale")) }).toEqual({ code: 0, stale: [] })
  })

  it("writes the modules, and the second time finds nothing to write", async () => {
    expect([await run(small), await run(small), await run(small, { check: true })]).toEqual([0, 0, 0])
    expect(readdirSync(join(folder, "generated"))).toEqual(modules)
    expect(lines).toContain("nothing to write")
  })

  it("only tells what is stale when asked to check", async () => {
    expect(await run(small, { check: true })).toBe(1)
    expect(lines).toContain("registry.ts is stale; run pnpm codegen")
    expect(written()).toEqual([])
  })

  it.each([
    ["text that is no JSON", "{", "schema map is not JSON"],
    ["an array", [], "schema map should be an object and is an array"],
    ["no version", { ...small, version: undefined }, "schema map: version should be a string and is missing"],
    ["no errors", { ...small, errors: undefined }, "errors should be a schema and is missing"],
    ["no models", { ...small, inference: {} }, "inference should be an array and is an object"],
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
      "one name for two models",
      { ...small, inference: [...small.inference, { air: "demo-image-1", slug: "other", ...pair("imageInference") }] },
      "inference[1]: the air demo-image-1 is already taken"
    ],
    [
      "a name that a list can't hold",
      { ...small, inference: [{ air: "demo:image @1", slug: "demo", ...pair("imageInference") }] },
      "inference[0] (demo:image @1): air has a space in it"
    ],
    [
      "a reference that leads nowhere",
      { ...small, utilities: [{ taskType: "ping", ...pair("ping"), responseSchema: { $ref: "#/$defs/ping" } }] },
      'utility ping (response): $ref "#/$defs/ping", which leads nowhere'
    ],
    [
      "a keyword with a value of the wrong kind",
      modelWith({ steps: { anyOf: { type: "integer" } } }),
      "model demo:image@1: steps: anyOf, which should be a list of schemas"
    ],
    ["a type that is none", modelWith({ steps: { type: "int" } }), 'model demo:image@1: steps: type "int"']
  ])("names the entry and writes nothing on %s", async (_, snapshot, problem) => {
    expect(await run(snapshot)).toBe(1)
    expect(lines.filter((line) => line.trim().startsWith(problem))).toHaveLength(1)
    expect(written()).toEqual([])
  })

  it("names every problem at once", async () => {
    const broken = modelWith({ a: { $ref: "#/$defs/a" }, b: { required: "c" } })
    expect(await run({ ...broken, operations: { caption: { requestSchema: 1, responseSchema: null } } })).toBe(1)
    expect(lines.slice(2)).toEqual(["  operations.caption: requestSchema should be a schema or null and is a number"])
    lines.length = 0
    expect(await run(broken)).toBe(1)
    expect(lines.slice(3)).toEqual([
      '  model demo:image@1: a: $ref "#/$defs/a", which leads nowhere',
      "  model demo:image@1: b: required, which should be a list of strings"
    ])
  })

  it("reports what it can't express, and refuses it when strict", async () => {
    const rules = modelWith({ image: { type: "string", not: { const: "" }, "x-order": 1 } })
    expect(await run(rules, { strict: true })).toBe(1)
    expect([lines.slice(3), written()]).toEqual([
      ["  model demo:image@1 at image: no type says not", "  model demo:image@1 at image: unknown keyword: x-order"],
      []
    ])
    lines.length = 0
    expect(await run(rules)).toBe(0)
    expect(lines.slice(2, 4)).toEqual([
      "checked at run time only: not, in model demo:image@1",
      "unknown keyword: x-order, in model demo:image@1"
    ])
  })

  it("reports a model without a schema, and gives it no types", async () => {
    const unknown = { air: "demo:secret@1", slug: "model", requestSchema: null, responseSchema: null }
    expect(await run({ ...small, inference: [...small.inference, unknown] })).toBe(0)
    expect(lines).toContain("no types, for want of a request schema, in model demo:secret@1")
    expect(readFileSync(join(folder, "generated", "models.ts"), "utf8")).not.toContain("secret")
  })

  it("gives no interface a name that is taken", async () => {
    const named = (slug: string) => ({ air: `demo:${slug}@1`, slug, ...pair("imageInference") })
    expect(await run({ ...small, inference: ["model", "a-b", "a--b"].map(named) })).toBe(0)
    const text = readFileSync(join(folder, "generated", "models.ts"), "utf8")
    const names = [...text.matchAll(/export interface (\w+)/g)].map(([, name]) => name)
    expect(names).toEqual([
      expect.stringMatching(/^ModelParams_\w{4}$/),
      expect.stringMatching(/^ABParams_\w{4}$/),
      expect.stringMatching(/^ABParams_\w{4}$/),
      "ModelParams"
    ])
    expect(new Set(names).size).toBe(4)
  })

  it("pins another schema map, from a file or an address", async () => {
    const newer = { ...small, version: "20270101000000" }
    writeFileSync(join(folder, "newer.json"), JSON.stringify(newer))
    expect(await run(small, { from: join(folder, "newer.json") })).toBe(0)
    expect(JSON.parse(readFileSync(options().snapshot, "utf8"))).toEqual(newer)
    expect(await runCodegen(options({ check: true }))).toBe(0)

    const server = createServer((request, response) => {
      response.statusCode = request.url === "/schema-map.json" ? 200 : 404
      response.end(JSON.stringify({ ...small, version: "20280101000000" }))
    })
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resolve(typeof address === "object" && address !== null ? address.port : 0)
      })
    })
    const address = `http://127.0.0.1:${port}`
    expect(await runCodegen(options({ from: `${address}/schema-map.json` }))).toBe(0)
    expect(JSON.parse(readFileSync(options().snapshot, "utf8"))).toMatchObject({ version: "20280101000000" })
    expect(await runCodegen(options({ from: `${address}/missing.json` }))).toBe(1)
    expect(lines.at(-1)).toBe(`  ${address}/missing.json answered 404 Not Found`)
    server.close()
  })
})
