import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { hidden, shortNames } from "../build/names.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))

const textsOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join(root, folder, path), "utf8"))

const found = (pattern: (name: string) => RegExp, texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  hidden.filter((name) => texts.some((text) => pattern(name).test(text)))

/** Everything that values of the platform are asked for. */
const platform = (): ReadonlySet<string> => {
  const names = new Set<string>()
  const seen = new Set<unknown>()
  const look = (value: unknown, depth: number): void => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return
    seen.add(value)
    for (const [name, { value: inner }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      names.add(name)
      if (depth > 0) look(inner, depth - 1)
    }
  }
  // The rest is the test runner's.
  const own = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Za-z]\w*$/.test(name))
  for (const name of own) look(Reflect.get(globalThis, name), 3)
  return names
}

describe("the names that the bundle shortens", () => {
  it("are each there once", () => {
    expect(new Set(hidden).size).toBe(hidden.length)
  })

  it("are no names of the wire: no parameter, and no field of a result", () => {
    const field = (name: string) => new RegExp(`^\\s*(?:readonly )?"?${name}"?\\??:|"${name}"`, "m")
    expect(found(field, textsOf("schemas/src"))).toEqual([])
    expect(found(field, [readFileSync(join(root, "packages/core/src/Protocol.ts"), "utf8")])).toEqual([])
  })

  it("are no fields, options or methods that users know", () => {
    const member = (name: string) => new RegExp(`^\\s+(?:readonly )?${name}\\??[:(<]`, "m")
    const published = readdirSync(join(root, "packages/promise/src"), { encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => readFileSync(join(root, "packages/promise/src", path), "utf8"))
    expect(published.length).toBeGreaterThan(10)
    expect(found(member, published)).toEqual([])
    const settings = readFileSync(join(root, "packages/core/src/RunwareConfig.ts"), "utf8")
    expect(found(member, [settings])).toEqual([])
  })

  it("are asked for by no text", () => {
    const sources = ["core", "node", "promise"].flatMap((name) => textsOf(`packages/${name}/src`))
    expect(found((name) => new RegExp(`(["'\`])${name}\\1`), sources)).toEqual([])
  })

  it("are no properties of the platform", () => {
    const names = platform()
    expect(names.has("getReader") && names.has("addEventListener")).toBe(true)
    expect(hidden.filter((name) => names.has(name))).toEqual([])
  })

  it("get names that no other property of the bundle has", () => {
    const names = Object.values(shortNames(["a.e; ({ t: 1, n() {} }); class A { r = 1; i() {} }"]))
    expect(new Set(names).size).toBe(hidden.length)
    expect(names.filter((name) => ["e", "t", "n", "r", "i"].includes(name))).toEqual([])
    expect(names[0]).toBe("a")
  })
})
