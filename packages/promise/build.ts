/**
 * Builds what is published: `dist/index.js` with core and effect inside, and apart from it what only some calls need; the
 * declarations, none of which knows of either; and the licences of what is inside.
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

/** Bytes of what an import loads. */
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
    outdir: "dist",
    bundle: true,
    // What the core imports when it is first needed, such as a validator, stays out of what every program loads.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    // No module of a runtime, and of packages the form that browsers get: the same file runs everywhere.
    platform: "neutral",
    mainFields: ["browser", "module", "main"],
    target: "es2022",
    external: ["ws"],
    plugins: [builtins],
    minify: true,
    // Node prints the line of an uncaught error: it should not be the whole file.
    lineLimit: 500,
    sourcemap: "linked",
    // Names and lines are enough to read a stack trace; the text of effect would be ten times the bundle.
    sourcesContent: false,
    metafile: true
  })
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licences(Object.keys(metafile.inputs)))
  const loaded = [...modules(metafile, "dist/index.js")].map((path) => readFileSync(join(folder, path)))
  return {
    minified: sum(loaded.map(({ length }) => length)),
    gzip: sum(loaded.map((bytes) => gzipSync(bytes, { level: 9 }).length))
  }
}

/**
 * Node's own modules, asked for by what runs on Node only. Bundlers for browsers stop at the import of one, even where it
 * is never reached: the process hands them out, too.
 */
const builtins: esbuild.Plugin = {
  name: "builtins",
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "builtins" }))
    onLoad({ filter: /./, namespace: "builtins" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`
    }))
  }
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

/** The files that importing `path` loads, itself included. */
const modules = (metafile: esbuild.Metafile, path: string, found = new Set<string>()): ReadonlySet<string> => {
  found.add(path)
  for (const imported of metafile.outputs[path]?.imports ?? []) {
    if (imported.kind === "import-statement" && !found.has(imported.path)) modules(metafile, imported.path, found)
  }
  return found
}

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, one) => total + one, 0)

/** The licence of each package that went into the bundle, from the package itself. */
const licences = (inputs: ReadonlyArray<string>): string => {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []))
  const entries = [...folders].toSorted().map((path) => {
    const root = join(folder, path)
    const manifest: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const file = readdirSync(root).find((one) => /^licen[cs]e/i.test(one))
    // Some packages name their licence and enclose none.
    const text = file === undefined ? manifest["license"] : readFileSync(join(root, file), "utf8").trim()
    if (text === undefined) throw new Error(`${manifest["name"]} has no licence`)
    return `${manifest["name"]} ${manifest["version"]}\n\n${text}\n`
  })
  return `index.js contains the following packages.\n\n${entries.join("\n---\n\n")}`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { gzip, minified } = await build()
  console.log(`An import loads ${(minified / 1000).toFixed(1)} kB, ${(gzip / 1000).toFixed(1)} kB gzip`)
}
