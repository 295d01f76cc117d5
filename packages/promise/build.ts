/**
 * Builds what is published: `dist/index.js`, one file with core and effect inside; the declarations it needs, none of
 * which knows of either; and the licences of what is inside.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import * as esbuild from "esbuild"

const folder = dirname(fileURLToPath(import.meta.url))
const dist = join(folder, "dist")
const compiled = join(folder, ".tsbuild/src")

/** Bytes of the bundle. */
export interface Size {
  readonly minified: number
  readonly gzip: number
}

/** Fills `dist` anew. */
export const build = async (): Promise<Size> => {
  compile()
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist)
  for (const name of declarations("index")) {
    const text = readFileSync(join(compiled, `${name}.d.ts`), "utf8")
    const published = text
      .replaceAll(/(from "\.\/[^"]+)\.ts"/g, '$1.js"')
      // The sources that the map leads to are not published.
      .replace(/\n?\/\/# sourceMappingURL=.*$/, "\n")
    writeFileSync(join(dist, `${name}.d.ts`), published)
  }
  const { metafile } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ["src/index.ts"],
    outfile: "dist/index.js",
    bundle: true,
    format: "esm",
    // Neither Node's modules nor the browser's: the same file runs everywhere.
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    external: ["ws"],
    minify: true,
    sourcemap: "linked",
    // Names and lines are enough to read a stack trace; the text of effect would be ten times the bundle.
    sourcesContent: false,
    metafile: true
  })
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licences(Object.keys(metafile.inputs)))
  const bundle = readFileSync(join(dist, "index.js"))
  return { minified: bundle.length, gzip: gzipSync(bundle, { level: 9 }).length }
}

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

/** The licence of each package that went into the bundle, from the package itself. */
const licences = (inputs: ReadonlyArray<string>): string => {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []))
  const entries = [...folders].toSorted().map((path) => {
    const root = join(folder, path)
    const { name, version }: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const file = readdirSync(root).find((one) => /^licen[cs]e/i.test(one))
    if (file === undefined) throw new Error(`${name} has no licence file`)
    return `${name} ${version}\n\n${readFileSync(join(root, file), "utf8").trim()}\n`
  })
  return `index.js contains the following packages.\n\n${entries.join("\n---\n\n")}`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { gzip, minified } = await build()
  console.log(`dist/index.js: ${(minified / 1000).toFixed(1)} kB, ${(gzip / 1000).toFixed(1)} kB gzip`)
}
