/**
 * Namespaces that an entry exports, as objects of their own. The bundler's way to make one is a file for itself, of helpers
 * for modules of all kinds, which each import would load.
 */
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parseSync } from "oxc-parser"
import type { Plugin } from "rolldown"

const exported = /^export \* as (\w+) from "(\.\/\w+\.ts)"$/gm
const prefix = "\0namespace:"

/** Reads the modules of `folder` with `export * as` for such an object. */
export const namespaces = (folder: string): Plugin => ({
  name: "namespaces",
  resolveId: (id) => (id.startsWith(prefix) ? id : undefined),
  load: (id) => {
    if (id.startsWith(prefix)) return objectOf(id.slice(prefix.length))
    if (dirname(id) !== folder) return undefined
    // Each stays in its line: maps of what follows stay true.
    return readFileSync(id, "utf8").replaceAll(
      exported,
      (_, name: string, path: string) =>
        `export { namespace as ${name} } from ${JSON.stringify(prefix + join(folder, path))}`
    )
  }
})

/** Like a namespace: it has no prototype, and nobody can change it. */
const objectOf = (path: string): string => {
  const names = exportsOf(readFileSync(path, "utf8")).join(", ")
  return `import { ${names} } from ${JSON.stringify(path)}\nexport const namespace = Object.freeze({ __proto__: null, ${names} })`
}

/** The names of the values that a module exports. */
export const exportsOf = (code: string): ReadonlyArray<string> =>
  parseSync("module.ts", code).module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName, isType }) => (isType || exportName.name === null ? [] : [exportName.name]))
  )
