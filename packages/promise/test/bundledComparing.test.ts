import * as Cause from "effect/Cause"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import * as Equal from "../src/internal/bundled/equal.ts"
import * as Formatter from "../src/internal/bundled/formatter.ts"
import * as Hash from "../src/internal/bundled/hash.ts"

const sources = ["core", "node", "promise"].flatMap((name) => {
  const folder = fileURLToPath(new URL(`../../${name}/src/`, import.meta.url))
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({ path: `${name}/${path}`, text: readFileSync(`${folder}${path}`, "utf8") }))
})

describe("the equality of the bundle", () => {
  it("is by identity, and no two hashes keep apart what is the same", () => {
    const reason = Cause.makeFailReason("no")
    expect([Equal.equals(reason, reason), Equal.equals(reason, Cause.makeFailReason("no"))]).toEqual([true, false])
    expect(Hash.hash(reason)).toBe(Hash.combine()(Hash.string()))
  })

  it("is asked for by no source that compares, hashes or prints Effect's values by what they hold", () => {
    const comparing =
      /"effect\/(?:Equal|Equivalence|Hash|HashMap|HashSet|HashRing|MutableHashMap|MutableHashSet|Formatter)"/
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.filter(({ text }) => comparing.test(text)).map(({ path }) => path)).toEqual([])
  })

  it("prints values by a word, and none of what they hold", () => {
    expect([Formatter.format({ secret: "key" }), Formatter.format(1)]).toEqual(["Object", "1"])
  })
})
