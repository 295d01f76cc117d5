/**
 * The scripts of the package: for each entry one file that holds all it loads, and apart from it what only some calls need.
 * rolldown leaves a tenth less in them than esbuild does.
 */
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { type OutputChunk, type Plugin, rolldown, type RolldownOutput } from "rolldown"
import { type Script, shareNames } from "./exports.ts"
import { isLate, late, sourceOf, startOf, startOnly } from "./late.ts"
import { shortIds, withIds } from "./ids.ts"
import { breakLines, type Code } from "./lines.ts"
import { shortNames } from "./names.ts"
import { namespaces } from "./namespaces.ts"
import { parts } from "./parts.ts"
import { squeeze } from "./squeeze.ts"

export const folder = fileURLToPath(new URL("..", import.meta.url))

/** The entries of the package, each with the module that has its exports. */
export const entries = { index: "src/index.ts", web: "src/web.ts", rest: "src/rest.ts" } as const

export type Entry = keyof typeof entries

export interface File {
  readonly name: string
  readonly text: string
}

export interface Bundle {
  readonly files: ReadonlyArray<File>
  /** The files that importing the entry loads, itself included. */
  readonly loaded: ReadonlyArray<File>
  /** The modules that went into the files. */
  readonly modules: ReadonlyArray<string>
}

/** Each entry is a bundle of its own: what one of them uses doesn't weigh on the others. */
export const bundle = async (entry: Entry): Promise<Bundle> => {
  const { exports, start } = await startOfEntry(entry)
  await using build = await rolldown({ ...input(entry), plugins: [late(start), ...plugins] })
  const output = await build.generate({
    format: "esm",
    minify: true,
    sourcemap: true,
    entryFileNames: `${entry}/client-[hash].js`,
    chunkFileNames: `${entry}/[name]-[hash].js`,
    // All that the entry loads is one file, which what is loaded late takes from, too.
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: "client", test: (module) => start.has(module), priority: 1 },
        { name: "late", test: isLate }
      ]
    }
  })
  const chunks = chunksOf(output)
  const asked = new Set(chunks.flatMap(({ dynamicImports }) => dynamicImports))
  const properties = shortNames(chunks.map(({ code }) => code))
  const ids = shortIds(chunks.map(({ code }) => code))
  const [client, ...others] = chunks.map((chunk): Script => ({
    ...withIds(squeezed(chunk, properties), ids),
    name: chunk.fileName,
    isNamed: asked.has(chunk.fileName)
  }))
  if (client === undefined) throw new Error(`There is no client of ${entry}.`)
  // The entry itself has only the names of its exports.
  const names = { name: `${entry}.js`, isNamed: true, map: unmapped, text: `export{${exports}}from"./${client.name}";` }
  const scripts = shareNames([names, client, ...others])
  return {
    files: scripts.flatMap(written),
    loaded: scripts.slice(0, 2).flatMap((script) => written(script).slice(0, 1)),
    modules: modulesOf(chunks).map(sourceOf)
  }
}

const startOfEntry = async (entry: Entry) => {
  await using build = await rolldown({ ...input(entry), plugins: [startOnly, ...plugins] })
  const { output } = await build.generate({ format: "esm", minify: false })
  return { exports: output[0].exports, start: startOf(output[0]) }
}

const input = (entry: Entry) => ({
  cwd: folder,
  input: { [entry]: entries[entry] },
  // No module of a runtime, and of packages the form that browsers get: the same files run everywhere.
  platform: "neutral" as const,
  resolve: { mainFields: ["browser", "module", "main"] },
  external: ["ws"],
  preserveEntrySignatures: "allow-extension" as const,
  transform: { target: "es2022" },
  treeshake: { propertyReadSideEffects: false as const },
  // What a replacement lacks, for one.
  onwarn: ({ message }: { readonly message: string }) => {
    throw new Error(message)
  }
})

const unmapped: Script["map"] = { mappings: "", names: [], sources: [] }

/** A chunk in as few bytes as there can be. One of rolldown's own words leads nowhere. */
const squeezed = ({ code, map }: OutputChunk, properties: Readonly<Record<string, string>>): Code => {
  const text = code.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, "")
  return squeeze({ text, map: map ?? unmapped }, properties)
}

/** A script, and its map where it has one. */
const written = (script: Script): readonly [script: File, ...map: ReadonlyArray<File>] => {
  const { map, text } = breakLines(script)
  if (map.sources.length === 0) return [{ name: script.name, text }]
  const name = script.name.split("/").at(-1)
  return [
    { name: script.name, text: `${text}\n//# sourceMappingURL=${name}.map\n` },
    {
      name: `${script.name}.map`,
      // Names and lines are enough to read a stack trace; the text of effect would be ten times the bundle.
      text: JSON.stringify({
        version: 3,
        file: name,
        ...map,
        sources: map.sources.map((path) => path && sourceOf(path))
      })
    }
  ]
}

const bundled = join(folder, "src/internal/bundled")
const core = dirname(fileURLToPath(import.meta.resolve("@effect-runware/core/Runware")))

/**
 * What is replaced: Effect's HTTP client, streams and environment by as much of them as the core uses, what waits for whole answers
 * by callbacks, the snapshot of the registry by one that is loaded when it is first asked, durations by numbers, what sleeps for
 * alarms by a timer, and what tells tracers and metrics, which programs that know of no Effect can't read. Of `Runware` there is
 * the service alone: with it would come the catalog, the utilities and each transport.
 * Effect's own values are neither compared by what they hold nor printed: nobody here has any.
 */
const leaner: Plugin = {
  name: "leaner",
  resolveId: (id, importer) => {
    if (id.startsWith("effect/http/")) return join(bundled, "http.ts")
    if (id === "effect/Stream") return join(bundled, "stream.ts")
    if (id === "effect/ConfigProvider") return join(bundled, "configProvider.ts")
    if (id === "./internal/snapshot.ts") return join(bundled, "snapshot.ts")
    if (id === "@effect-runware/core/Runware") return join(core, "internal/service.ts")
    if (id === "./internal/redaction.ts" || id === "./redacting.ts") return join(core, "internal/lateRedaction.ts")
    if (id === "effect/Duration") return join(bundled, "duration.ts")
    if (id === "./sleeping.ts") return join(bundled, "sleeping.ts")
    if (/^\.\.?\/(?:internal\/)?sending\.ts$/.test(id)) return join(core, "internal/callingBack.ts")
    if (id === "uuid" || id === "leven") return join(bundled, `${id}.ts`)
    const [, part = ""] = /^\.\.?\/(Duration|Equal|Formatter|Hash)\.js$/.exec(id) ?? []
    if (part !== "" && /\/effect\/dist\//.test(importer ?? "")) return join(bundled, `${part.toLowerCase()}.ts`)
    return /^\.\.?\/(?:telemetry|dialling|tracing)\.ts$/.test(id) ? join(core, "internal/unobserved.ts") : undefined
  }
}

/**
 * Node's own modules, asked for by what runs on Node only. Bundlers for browsers stop at the import of one, even where it
 * is never reached: the process hands them out, too.
 */
const builtins: Plugin = {
  name: "builtins",
  resolveId: (id) => (id.startsWith("node:") ? `\0builtin:${id}` : undefined),
  load: (id) => {
    const [, name] = /^\0builtin:(.*)$/.exec(id) ?? []
    return name === undefined ? undefined : `module.exports = process.getBuiltinModule(${JSON.stringify(name)})`
  }
}

const plugins: ReadonlyArray<Plugin> = [
  leaner,
  parts(join(folder, "src/internal/bundled/effect")),
  namespaces(join(folder, "src")),
  builtins
]

const chunksOf = ({ output }: RolldownOutput): ReadonlyArray<OutputChunk> =>
  output.filter((file) => file.type === "chunk")

const modulesOf = (chunks: ReadonlyArray<OutputChunk>): ReadonlyArray<string> =>
  chunks.flatMap(({ modules }) => Object.keys(modules))
