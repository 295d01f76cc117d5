import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { requestSchema, requestTargets } from "@effect-runware/schemas/requests"
import { expect, it } from "vitest"
import { randomOf, requestOf } from "./schemaSamples.ts"

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")

/** What the compiler says about a file: each line that has an error, its code, and all that is said. */
const errorsOf = (text: string): ReadonlyArray<{ line: number; code: string; message: string }> => {
  const folder = mkdtempSync(join(tmpdir(), "types-"))
  const compilerOptions = {
    noEmit: true,
    composite: false,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    types: []
  }
  const project = { extends: here("../../../tsconfig.base.json"), compilerOptions, files: ["calls.mts"] }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project))
  writeFileSync(join(folder, "calls.mts"), text)
  try {
    execFileSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { encoding: "utf8" })
    return []
  } catch (error) {
    const { stdout } = error as { readonly stdout: string }
    return stdout.split(/\n(?=\S)/).flatMap((message) => {
      const [, line, code] = /^calls\.mts\((\d+),\d+\): error TS(\d+)/.exec(message.replace(/^.*[\\/]/, "")) ?? []
      return line === undefined || code === undefined ? [] : [{ line: Number(line), code, message }]
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const refused = readFileSync(here("types/refused.ts"), "utf8")
  .replaceAll('"../../src/', `"${here("../src/")}`)
  .replaceAll('"./result.ts"', `"${here("types/result.ts")}"`)

const directive = /^\/\/ @ts-expect-error (\d+): (.*)$/

it("each call that must not compile is refused for its own reason, at its own line", () => {
  const expected = refused.split("\n").flatMap((line, index) => {
    const [, code, says] = directive.exec(line) ?? []
    return code === undefined || says === undefined ? [] : [{ line: index + 2, code, says }]
  })
  const errors = errorsOf(refused.replaceAll("// @ts-expect-error", "//"))
  expect(errors.map(({ code, line }) => ({ code, line }))).toEqual(expected.map(({ code, line }) => ({ code, line })))
  for (const { line, says } of expected) {
    const names = says.match(/['"][^'"]+['"]/g) ?? []
    const message = errors.find((error) => error.line === line)?.message ?? ""
    expect(names.filter((name) => !message.includes(name.slice(1, -1)))).toEqual([])
  }
  expect(expected.length).toBeGreaterThanOrEqual(40)
}, 60_000)

it("enough calls that must compile do", () => {
  const accepted = readFileSync(here("types/accepted.ts"), "utf8")
  expect(accepted.match(/Runware\.(run|runAs|submit|events)\(/g)?.length).toBeGreaterThanOrEqual(40)
})

const maps: Readonly<Record<string, string>> = {
  model: "ModelParams",
  architecture: "ArchitectureParams",
  modality: "ModalityParams",
  operation: "OperationParams",
  utility: "UtilityParams"
}

it("the type of each model, family and utility takes a request made from its schema", () => {
  const seed = 20260722
  const requests = requestTargets().map((target, index) => {
    const [kind = "", ...name] = target.split(":")
    const request = requestOf(requestSchema(target) ?? {}, randomOf(seed + index))
    const type = `${maps[kind]}["${name.join(":")}"]`
    return `export const request${index}: ${type} = ${JSON.stringify(request)}`
  })
  const parameters = here("../../../schemas/src/parameters.ts")
  const text = [`import type { ${Object.values(maps).join(", ")} } from "${parameters}"`, ...requests].join("\n")
  // The last line is wrong, so that silence would be told from agreement.
  const wrong = 'export const wrong: UtilityParams["ping"] = 1'
  expect(errorsOf(`${text}\n${wrong}`)).toMatchObject([{ line: requests.length + 2, code: "2322" }])
  expect(requests).toHaveLength(391)
}, 60_000)
