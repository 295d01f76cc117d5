/**
 * The rule between packages: who may import whom, in manifests and in code.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")

/** What the sources of each package may import, of packages of ours. */
const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
  schemas: [],
  codegen: ["schemas"],
  "packages/core": ["schemas"],
  "packages/node": ["core"],
  "packages/emulator": ["core", "schemas"],
  "packages/promise": ["core", "node", "schemas"],
  "packages/testing": ["core", "emulator", "schemas"],
  examples: ["core", "node", "promise", "emulator", "testing", "schemas"],
  test: ["core", "node", "promise", "emulator", "testing", "schemas", "codegen"]
}

/** The only modules of core that the emulator may know: the words of the wire. */
const protocolOnly = "@effect-runware/core/Protocol"

const filesOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(root, folder, file))

const importsOf = (file: string): ReadonlyArray<string> =>
  [
    ...readFileSync(file, "utf8")
      .replaceAll(/^ \*.*$/gm, "")
      .matchAll(/^(?:import|export)\b[^"'`;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gms)
  ].map((match) => match[1] ?? match[2] ?? "")

describe.each(Object.entries(allowed))("%s", (folder, names) => {
  const imports = filesOf(`${folder}/src`).flatMap((file) => importsOf(file).map((name) => ({ file, name })))

  it("has sources to look at", () => {
    expect(filesOf(`${folder}/src`).length).toBeGreaterThan(0)
  })

  it("imports only the packages that it may", () => {
    const own = `@effect-runware/${folder.split("/").at(-1)}`
    const wrong = imports.filter(
      ({ name }) =>
        name.startsWith("@effect-runware/") &&
        name !== own &&
        !names.some((one) => name === `@effect-runware/${one}` || name.startsWith(`@effect-runware/${one}/`))
    )
    expect(wrong).toEqual([])
  })

  it("imports no other package's sources, and no internals", () => {
    const wrong = imports.filter(
      ({ file, name }) =>
        /@effect-runware\/[^/]+\/(src|internal)\b/.test(name) ||
        (name.startsWith(".") && !join(file, "..", name).startsWith(join(root, folder)))
    )
    expect(wrong).toEqual([])
  })

  it("declares what it imports", () => {
    const manifest: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
      readFileSync(join(root, folder, "package.json"), "utf8")
    )
    const declared = Object.keys({
      ...manifest["dependencies"],
      ...manifest["peerDependencies"],
      ...manifest["devDependencies"]
    })
    const rootDeclares = ["vitest", "@effect/vitest"]
    const packageOf = (name: string) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")
    const undeclared = imports.filter(
      ({ name }) =>
        !name.startsWith(".") &&
        !name.startsWith("node:") &&
        packageOf(name) !== `@effect-runware/${folder.split("/").at(-1)}` &&
        ![...declared, ...rootDeclares].includes(packageOf(name))
    )
    expect(undeclared).toEqual([])
  })
})

describe("core", () => {
  const sources = filesOf("packages/core/src")

  it("knows no clock, chance or runtime but Effect's", () => {
    const forbidden = /Date\.now\(|Math\.random\(|setTimeout\(|setInterval\(|"node:|\bprocess\.|\bBuffer\b/
    expect(sources.filter((file) => forbidden.test(readFileSync(file, "utf8")))).toEqual([])
  })

  it("imports Effect deeply, so that bundlers drop what isn't used", () => {
    expect(sources.filter((file) => importsOf(file).includes("effect"))).toEqual([])
  })
})

describe("the emulator", () => {
  it("knows of core only the words of the wire", () => {
    const wrong = filesOf("packages/emulator/src").flatMap((file) =>
      importsOf(file).filter((name) => name.startsWith("@effect-runware/core") && name !== protocolOnly)
    )
    expect(wrong).toEqual([])
  })
})
