import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")

/** What the compiler finds wrong with a module in a folder, each with the line it is about. */
export const errorsOf = (folder: string, text: string): ReadonlyArray<string> => {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
  writeFileSync(join(folder, "values.ts"), text)
  const compilerOptions = {
    noEmit: true,
    composite: false,
    types: [],
    skipLibCheck: false,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true
  }
  const base = fileURLToPath(new URL("../../tsconfig.base.json", import.meta.url))
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: base, compilerOptions, files: ["values.ts"] }))
  try {
    execFileSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { encoding: "utf8" })
    return []
  } catch (error) {
    const { stdout } = error as { readonly stdout: string }
    const lines = text.split("\n")
    return stdout
      .split("\n")
      .filter((line) => /^\S/.test(line))
      .map((line) => `${line} <- ${lines[Number(/\((\d+),/.exec(line)?.[1]) - 1]}`)
  }
}
