/**
 * The runtimes that the tests start: Bun, Deno and workerd from npm, whose packages hold the binaries, and the Chromium of
 * this machine. What isn't there is installed or, if it is Chromium, asked for: nothing is skipped.
 */
import { execFileSync } from "node:child_process"
import { accessSync, constants, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { delimiter, dirname, join } from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /** The path of each runtime's executable. */
    readonly binaries: Readonly<Record<"bun" | "chromium" | "deno" | "workerd", string>>
  }
}

const folder = join(import.meta.dirname, "binaries")

export const setup = (vitest: TestProject): void => {
  const chromium = chromiumOf(process.env)
  // Their install scripts only copy the binary to where the shell finds it.
  const install = ["install", "--frozen-lockfile", "--ignore-workspace", "--ignore-scripts"]
  execFileSync("npx", ["-y", "pnpm@12", ...install], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] })
  vitest.provide("binaries", {
    bun: binaryOf("bun", "bin/bun"),
    chromium,
    deno: binaryOf("deno", "deno"),
    workerd: binaryOf("workerd", "bin/workerd")
  })
}

const chromiumOf = ({ CHROMIUM_PATH, PATH = "" }: NodeJS.ProcessEnv): string => {
  const names = ["chromium", "chromium-browser", "google-chrome"]
  const paths = PATH.split(delimiter).flatMap((path) => names.map((name) => join(path, name)))
  const found = (CHROMIUM_PATH === undefined ? paths : [CHROMIUM_PATH]).find(isExecutable)
  if (found !== undefined) return found
  throw new Error("These tests need Chromium: `apt-get install chromium`, or set CHROMIUM_PATH to the one you have.")
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Each of these packages has one package for each platform, of which the package manager took the one that fits here. */
const binaryOf = (name: string, path: string): string => {
  const manifest = createRequire(join(folder, "package.json")).resolve(`${name}/package.json`)
  const { resolve } = createRequire(manifest)
  const { optionalDependencies = {} }: { readonly optionalDependencies?: Readonly<Record<string, string>> } =
    JSON.parse(readFileSync(manifest, "utf8"))
  for (const platform of Object.keys(optionalDependencies)) {
    try {
      return join(dirname(resolve(`${platform}/package.json`)), process.platform === "win32" ? `${path}.exe` : path)
    } catch {
      // It is for another platform.
    }
  }
  throw new Error(`The package ${name} has no binary for ${process.platform} ${process.arch}.`)
}
