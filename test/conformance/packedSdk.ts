/** The packed package, imported as a stranger's project would. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { inject } from "vitest"
import type { PackedSdk } from "./row.ts"

const folder = join(inject("packedProject"), "node_modules/@effect-runware/promise")
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
  readonly exports: { readonly ".": { readonly default: string } }
}
const entry = pathToFileURL(join(folder, manifest.exports["."].default)).href

// It was built from what `typeof import` names.
export const sdk = (await import(/* @vite-ignore */ entry)) as PackedSdk
