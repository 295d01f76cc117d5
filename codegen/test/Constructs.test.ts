import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { SchemaMap } from "@effect-runware/schemas"
import { Ajv2019 } from "ajv/dist/2019.js"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { runCodegen } from "../src/Command.ts"
import { errorsOf } from "./compiler.ts"
import { type Construct, constructs } from "./constructs.ts"

const requestSchema = ({ $defs, name, schema }: Construct) => ({
  type: "object",
  additionalProperties: false,
  required: ["value"],
  properties: { taskType: { const: name }, value: schema },
  ...($defs === undefined ? {} : { $defs })
})

const map: SchemaMap = {
  version: "20260101000000",
  architectures: {},
  modalities: {},
  operations: {},
  utilities: constructs.map((construct) => ({
    taskType: construct.name,
    requestSchema: requestSchema(construct),
    responseSchema: null
  })),
  errors: {},
  inference: []
}

let folder: string
let lines: Array<string>
let code: number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "constructs-"))
  copyFileSync(fileURLToPath(new URL("../../schemas/src/media.ts", import.meta.url)), join(folder, "media.ts"))
  lines = []
  const snapshot = join(folder, "schema-map.json")
  writeFileSync(snapshot, JSON.stringify(map))
  const print = (line: string) => void lines.push(line)
  code = await runCodegen({
    snapshot,
    from: snapshot,
    target: join(folder, "generated"),
    check: false,
    strict: false,
    print
  })
})

afterAll(() => rmSync(folder, { recursive: true }))

describe("a bundle with every construct", () => {
  it("passes through", () => {
    expect([code, lines.at(-1)?.startsWith("wrote")]).toEqual([0, true])
  })

  it("has types that take every valid value and refuse wrong ones", () => {
    const declarations = constructs.flatMap(({ name, refuses, takes }, index) => [
      `export type T${index} = UtilityParams["${name}"]["value"]`,
      ...takes.map((value, at) => `export const t${index}_${at}: T${index} = ${JSON.stringify(value)}`),
      ...refuses.flatMap((value, at) => [
        `// @ts-expect-error ${name}`,
        `export const r${index}_${at}: T${index} = ${JSON.stringify(value)}`
      ])
    ])
    const text = ['import type { UtilityParams } from "./generated/utilities.ts"', ...declarations].join("\n")
    expect(errorsOf(folder, text)).toEqual([])
  })

  it.each(constructs.filter(({ takes }) => takes.length > 0))(
    "$name: the validator agrees on each value",
    (construct) => {
      const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(requestSchema(construct))
      const verdicts = (values: ReadonlyArray<unknown>) => values.map((value) => validate({ value }))
      expect([verdicts(construct.takes), verdicts(construct.refuses)]).toEqual([
        construct.takes.map(() => true),
        construct.refuses.map(() => false)
      ])
    }
  )

  it("says of each rule that it is checked at run time only", () => {
    const reported = lines.flatMap((line) => /^checked at run time only: (\w+), in (.*)$/.exec(line)?.slice(1, 2) ?? [])
    expect(reported).toEqual([...new Set(constructs.flatMap(({ rules = [] }) => rules))].toSorted())
    expect(lines.filter((line) => line.startsWith("unknown"))).toEqual([])
  })

  it("keeps what would end a comment from doing so, and lists values with their meaning", () => {
    const text = readFileSync(join(folder, "generated", "utilities.ts"), "utf8")
    expect(text).toContain('   * - `"fast"`: Fast: Less *\\/ detail.\n   * - `"full"`: Full\n')
  })
})
