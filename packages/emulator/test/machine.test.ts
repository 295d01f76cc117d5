import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"

/** What a module imports when it runs, and what those modules do, down to the packages. */
const packagesBehind = (entry: URL): ReadonlyArray<string> => {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (module: URL): void => {
    if (seen.has(module.href)) return
    seen.add(module.href)
    const source = readFileSync(module, "utf8")
    for (const [, name = ""] of source.matchAll(/^(?:import|export) (?!type )[^"]*from "(?<name>[^"]+)"/gm)) {
      if (name.startsWith(".")) visit(new URL(name, module))
      else packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
    }
  }
  visit(entry)
  return [...packages].toSorted((one, other) => one.localeCompare(other))
}

describe("the machine", () => {
  it("knows no runtime and no encoder, so that it runs in memory and anywhere", () => {
    assert.deepStrictEqual(packagesBehind(new URL("../src/Machine.ts", import.meta.url)), [
      "@effect-runware/core",
      "@noble/hashes",
      "effect",
      "image-size"
    ])
  })
})
