/**
 * What the documents say holds: tables match the code, code blocks compile, first programs run.
 */
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { behaviours } from "@effect-runware/core/RunwareConfig"
import { retryableCodes, RunwareErrorCode } from "@effect-runware/core/RunwareError"
import { startEmulator } from "@effect-runware/emulator"
import * as Duration from "effect/Duration"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const scratch = join(root, "test/.snippets")
const run = promisify(execFile)

const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "docs",
  "examples/README.md",
  "schemas/README.md",
  "codegen/README.md",
  ...["core", "node", "promise", "emulator", "testing"].map((name) => `packages/${name}/README.md`)
]
  .flatMap((path) => (path.endsWith(".md") ? [path] : readdirSync(join(root, path)).map((file) => `${path}/${file}`)))
  .filter((path) => path.endsWith(".md"))

interface Block {
  readonly document: string
  readonly name: string
  readonly runs: boolean
  readonly code: string
}

const blocks: ReadonlyArray<Block> = documents.flatMap((document) =>
  [...readFileSync(join(root, document), "utf8").matchAll(/^```ts( run)?\n(.*?)^```$/gms)].map((match, i) => ({
    document,
    name: `${document.replaceAll(/[/.]/g, "-")}-${i + 1}.ts`,
    runs: match[1] !== undefined,
    code: match[2] ?? ""
  }))
)

const rowsOf = (heading: string): ReadonlyArray<ReadonlyArray<string>> => {
  const section = readFileSync(join(root, "README.md"), "utf8").split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? ""
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
}

describe("the README's tables", () => {
  it("name every option with its default", () => {
    const rows = rowsOf("Configuration").map(([, option, fallback]) => [option, fallback])
    const shown = (value: unknown) =>
      Duration.isDuration(value)
        ? Duration.format(value).replace(/(\d+)(ms|s|m)$/, (_, n: string, unit: "ms" | "s" | "m") => {
            const word = { ms: "millisecond", s: "second", m: "minute" }[unit]
            return `${n} ${word}${n === "1" ? "" : "s"}`
          })
        : String(value)
    const expected = Object.entries(behaviours).map(([name, { fallback }]) => [name, shown(fallback)])
    expect(rows.slice(-expected.length)).toEqual(
      expected.map(([name, fallback]) => [name, fallback === "1 minute" ? "60 seconds" : fallback])
    )
  })

  it("name every code, and whether it is retryable", () => {
    expect(rowsOf("Errors").map(([, code, retryable]) => [code, retryable])).toEqual(
      Object.values(RunwareErrorCode).map((code) => [code, retryableCodes.has(code) ? "yes" : "no"])
    )
  })
})

describe("links", () => {
  it.each(documents)("of %s lead somewhere", (document) => {
    const text = readFileSync(join(root, document), "utf8")
    const dead = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .map((match) => join(root, document, "..", match[1] ?? ""))
      .filter((path) => !existsSync(path))
    expect(dead).toEqual([])
  })
})

describe("code blocks", () => {
  beforeAll(() => {
    rmSync(scratch, { recursive: true, force: true })
    mkdirSync(scratch)
    for (const { code, name } of blocks) writeFileSync(join(scratch, name), `${code}\nexport {}\n`)
    writeFileSync(
      join(scratch, "tsconfig.json"),
      JSON.stringify({
        extends: "../../tsconfig.base.json",
        compilerOptions: {
          composite: false,
          declaration: false,
          declarationMap: false,
          noEmit: true,
          noUnusedLocals: false,
          rewriteRelativeImportExtensions: false,
          allowImportingTsExtensions: true,
          types: ["node"]
        },
        include: ["*.ts"]
      })
    )
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it("compile", async () => {
    expect(blocks.length).toBeGreaterThan(5)
    const { stdout } = await run(join(root, "node_modules/.bin/tsc"), ["-p", scratch], { cwd: root }).catch(
      (failed: { stdout: string }) => failed
    )
    expect(stdout).toBe("")
  })

  it.each(blocks.filter(({ runs }) => runs))("$name runs against the emulator", async ({ code, document, name }) => {
    await using emulator = await startEmulator({ timeScale: 0.05 })
    const { stderr, stdout } = await run(join(root, "node_modules/.bin/tsx"), [join(scratch, name)], {
      cwd: root,
      env: { ...process.env, RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url }
    })
    expect(stderr).toBe("")
    expect(stdout.trim()).not.toBe("")
    if (document === "README.md") {
      // A text has no address.
      if (!code.includes("stream(")) expect(stdout).toContain(`${emulator.url}/media/`)
      expect(emulator.stats().tasksBilled).toBe(1)
    }
  })
})
