/**
 * Packs what is published, once for all tests, and installs it as a stranger's project would have it. The tests then run
 * programs in that project: from the tarballs, never from the sources.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /** A folder with the packed packages in its `node_modules`. */
    readonly packedProject: string
  }
}

const root = join(import.meta.dirname, "..")

export const setup = (vitest: TestProject): (() => void) => {
  const project = mkdtempSync(join(tmpdir(), "runware-packed-"))
  const modules = join(project, "node_modules")
  pnpm(["--filter", "@effect-runware/promise...", "--sort", "run", "build"])
  install(modules, "packages/promise", "@effect-runware/promise")
  install(modules, "schemas", "@effect-runware/schemas")
  // What a package manager would install besides: `ws`, and the types that a strict compiler wants for it.
  symlinkSync(join(root, "packages/promise/node_modules/ws"), join(modules, "ws"), "junction")
  // The official package's name, for programs that were written for it.
  mkdirSync(join(modules, "@runware"))
  symlinkSync(join(modules, "@effect-runware/promise"), join(modules, "@runware/sdk"), "junction")
  vitest.provide("packedProject", project)
  return () => rmSync(project, { recursive: true, force: true })
}

const install = (modules: string, folder: string, name: string): void => {
  const report = pnpm(["--dir", folder, "pack", "--json", "--pack-destination", modules])
  const { filename } = JSON.parse(report) as { readonly filename: string }
  const target = join(modules, name)
  mkdirSync(target, { recursive: true })
  execFileSync("tar", ["-xzf", filename, "--strip-components=1", "-C", target])
}

const pnpm = (args: ReadonlyArray<string>): string =>
  execFileSync("npx", ["-y", "pnpm@12", ...args], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
