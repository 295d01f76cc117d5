/**
 * Builds what is published: the scripts with core and effect inside, the declarations, none of which knows of either, and
 * the licences of what is inside.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import { type Bundle, bundle, type Entry, type File, folder } from "./build/bundle.ts"

const dist = join(folder, "dist")
const compiled = join(folder, ".tsbuild/src")

/** Bytes of what importing an entry loads. */
export interface Size {
  readonly minified: number
  readonly gzip: number
}

/** Fills `dist` anew. */
export const build = async (): Promise<Readonly<Record<Entry, Size>>> => {
  compile()
  const [index, web, rest] = [await bundle("index"), await bundle("web"), await bundle("rest")]
  rmSync(dist, { recursive: true, force: true })
  const bundles = [index, web, rest]
  for (const { name, text } of [
    ...bundles.flatMap(({ files }) => files),
    ...[...declarations("index"), ...declarations("rest")].map(declaration),
    { name: "THIRD-PARTY-LICENSES.txt", text: licences(bundles.flatMap(({ modules }) => modules)) }
  ]) {
    mkdirSync(dirname(join(dist, name)), { recursive: true })
    writeFileSync(join(dist, name), text)
  }
  return { index: sizeOf(index), web: sizeOf(web), rest: sizeOf(rest) }
}

const sizeOf = ({ loaded }: Bundle): Size => ({
  minified: sum(loaded.map(({ text }) => Buffer.byteLength(text))),
  gzip: sum(loaded.map(({ text }) => gzipSync(text, { level: 9 }).length))
})

const compile = () => {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json")
  execFileSync(process.execPath, [join(dirname(manifest), "bin/tsc"), "-b", folder], { stdio: "inherit" })
}

/** The public modules: those that the declarations of `name` lead to. */
const declarations = (name: string, found = new Set<string>()): ReadonlySet<string> => {
  if (found.has(name)) return found
  found.add(name)
  const text = readFileSync(join(compiled, `${name}.d.ts`), "utf8")
  for (const [, module = ""] of text.matchAll(/from "\.\/([^"]+)\.ts"/g)) declarations(module, found)
  return found
}

const declaration = (name: string): File => ({
  name: `${name}.d.ts`,
  text: readFileSync(join(compiled, `${name}.d.ts`), "utf8")
    .replaceAll(/(from "\.\/[^"]+)\.ts"/g, '$1.js"')
    // The sources that the map leads to are not published.
    .replace(/\n?\/\/# sourceMappingURL=.*$/, "\n")
})

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, one) => total + one, 0)

/** The licence of each package that went into the bundle, from the package itself. */
const licences = (inputs: ReadonlyArray<string>): string => {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []))
  const entries = [...folders].toSorted().map((path) => {
    const root = path
    const manifest: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const file = readdirSync(root).find((one) => /^licen[cs]e/i.test(one))
    // Some packages name their licence and enclose none.
    const text = file === undefined ? manifest["license"] : readFileSync(join(root, file), "utf8").trim()
    if (text === undefined) throw new Error(`${manifest["name"]} has no licence`)
    return `${manifest["name"]} ${manifest["version"]}\n\n${text}\n`
  })
  return `The scripts contain the following packages.\n\n${entries.join("\n---\n\n")}`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [entry, { gzip, minified }] of Object.entries(await build())) {
    console.log(`${entry}: an import loads ${(minified / 1000).toFixed(1)} kB, ${(gzip / 1000).toFixed(1)} kB gzip`)
  }
}
