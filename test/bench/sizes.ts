/**
 * What a program loads: the entries of the Promise client as they are published, the vendor's SDK bundled in the same
 * way, and what the core adds to a program that has Effect already. Bytes, so that they may fail.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import * as esbuild from "esbuild"
import { aimedAt, atMost, progress, said, type Section } from "./table.ts"

const dist = new URL("../../packages/promise/dist/", import.meta.url)
const root = fileURLToPath(new URL("../../", import.meta.url))

const kilobytes = (texts: ReadonlyArray<string>): ReadonlyArray<number> => [
  gzipSync(texts.join("\n"), { level: 9 }).length / 1000
]

/** The scripts that an import of one loads at once. */
const loaded = (file: URL, found = new Map<string, string>()): ReadonlyArray<string> => {
  if (!found.has(file.href)) {
    const text = readFileSync(file, "utf8")
    found.set(file.href, text)
    for (const [, , name = ""] of text.matchAll(/\b(?:from|import) ?(["`'])(\.[^"`']+)\1/g)) {
      loaded(new URL(name, file), found)
    }
  }
  return [...found.values()]
}

const bundled = async (contents: string, external: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const { metafile, outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: `${root}test`, loader: "ts" },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    external: [...external],
    outdir: "out",
    write: false,
    metafile: true
  })
  // What is imported later is not loaded at the start.
  const reached = new Set<string>()
  const reach = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    for (const each of metafile.outputs[path]?.imports ?? []) {
      if (each.kind === "import-statement" && each.external !== true) reach(each.path)
    }
  }
  const start = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === "<stdin>")
  if (start === undefined) throw new Error("esbuild made no entry")
  reach(start[0])
  return outputFiles.filter(({ path }) => [...reached].some((each) => path.endsWith(each))).map(({ text }) => text)
}

export const sizes = async (): Promise<ReadonlyArray<Section>> => {
  progress("sizes")
  const core = await bundled(
    `import * as Runware from "@effect-runware/core/Runware"; console.log(Runware.layerFetch(), Runware.run)`,
    ["effect/*", "uuid", "leven", "@effect-runware/schemas/*"]
  )
  const vendors = await bundled(`export { Runware } from "@runware/sdk-js"`, [])
  const entry = (name: string) => kilobytes(loaded(new URL(name, dist)))
  return [
    {
      title: "Size, minified and after gzip",
      rows: [
        atMost("@effect-runware/promise", entry("index.js"), 62, " kB", 1),
        aimedAt("@effect-runware/promise/rest", entry("rest.js"), 42, " kB", 1),
        aimedAt("the core's own code, over Effect", kilobytes(core), 14, " kB", 1),
        said("@runware/sdk-js", kilobytes(vendors), " kB", 1)
      ]
    }
  ]
}
