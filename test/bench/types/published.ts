/**
 * The types that users of the packages get: where the built declarations are, and how large.
 */
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of a built package. */
export const dist = (name: string): string => fileURLToPath(new URL(`../../../${name}/dist`, import.meta.url))

const bytes = (path: string): number => statSync(path).size

/** Bytes of all declarations of a built package. */
export const declarationBytes = (name: string): number =>
  readdirSync(dist(name), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".d.ts"))
    .reduce((sum, file) => sum + bytes(join(dist(name), file)), 0)

/** At most this much, in bytes, over all packages together. */
export const declarationBudget = 1_500_000
