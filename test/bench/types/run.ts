/**
 * `pnpm bench:types`: how long the compiler takes over 30 typed calls to 30 models beyond an empty module, and how large
 * the published types are. Exits with 1 when either is over its budget. It reads what `pnpm build` made.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { performance } from "node:perf_hooks"
import { fileURLToPath } from "node:url"
import { callsTo } from "./calls.ts"
import { declarationBudget, declarationBytes, dist } from "./published.ts"

const secondsBudget = 2
const runs = 3
const models = 30

const here = fileURLToPath(new URL(".", import.meta.url))
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")

/** A project as a user has it: strict, over the built packages. */
const project = (folder: string, source: string): void => {
  const compilerOptions = {
    noEmit: true,
    composite: false,
    types: [],
    paths: {
      "@effect-runware/core/*": [join(dist("packages/core"), "*.d.ts")],
      "@effect-runware/schemas/*": [join(dist("schemas"), "*.d.ts")]
    }
  }
  const base = fileURLToPath(new URL("../../../tsconfig.base.json", import.meta.url))
  mkdirSync(folder)
  writeFileSync(join(folder, "source.ts"), source)
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: base, compilerOptions, files: ["source.ts"] }))
}

const seconds = (folder: string): number => {
  const startedAt = performance.now()
  execFileSync(process.execPath, [tsc, "-p", folder], { stdio: "inherit" })
  return (performance.now() - startedAt) / 1000
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((left, right) => left - right)[runs >> 1] ?? 0

// Beside this file, so that `effect` is found as in the workspace.
const folder = mkdtempSync(join(here, ".work-"))
try {
  const sources = {
    empty: "export {}",
    effect: 'export type { Effect } from "effect/Effect"\nexport type { Stream } from "effect/Stream"',
    one: callsTo(1),
    thirty: callsTo(models)
  }
  for (const [name, source] of Object.entries(sources)) project(join(folder, name), source)
  const taken = Object.fromEntries(
    Object.keys(sources).map((name) => [name, median(Array.from({ length: runs }, () => seconds(join(folder, name))))])
  )
  const { effect = 0, empty = 0, one = 0, thirty = 0 } = taken
  const sizes = ["schemas", "packages/core"].map((name) => [name, declarationBytes(name)] as const)
  const size = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
  console.log(`an empty module                 ${empty.toFixed(2)} s`)
  console.log(`effect's own types, beyond that ${(effect - empty).toFixed(2)} s`)
  console.log(`one typed call, beyond that     ${(one - empty).toFixed(2)} s`)
  console.log(`${models} typed calls, beyond that   ${(thirty - empty).toFixed(2)} s (at most ${secondsBudget} s)`)
  for (const [name, bytes] of sizes) console.log(`declarations of ${name.padEnd(15)} ${(bytes / 1000).toFixed(0)} kB`)
  console.log(`together                        ${(size / 1000).toFixed(0)} kB (at most ${declarationBudget / 1000} kB)`)
  process.exitCode = thirty - empty < secondsBudget && size < declarationBudget ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
