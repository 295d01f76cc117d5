/**
 * The names by which files of a bundle share what one of them holds. Bundlers choose them before the minifiers choose the
 * names inside, so a file would end in a list of pairs of short names, which compress badly; here both are the same.
 */
import { posix } from "node:path"
import { type BindingIdentifier, type ModuleExportName, parseSync, type Statement } from "oxc-parser"
import { type Edit, edited } from "./edits.ts"
import type { Code } from "./lines.ts"

/** A file among others. */
export interface Script extends Code {
  readonly name: string
  /** Whether programs name it, or what it exports: then its exports keep their names. */
  readonly isNamed: boolean
}

/** Exports by the names inside, in all files that import them. */
export const shareNames = (scripts: ReadonlyArray<Script>): ReadonlyArray<Script> => {
  const read = scripts.map((script) => ({ script, statements: parseSync(script.name, script.text).program.body }))
  const inside = new Map(
    read.flatMap(({ script, statements }) => (script.isNamed ? [] : [[script.name, namesInside(statements)] as const]))
  )
  return read.map(({ script, statements }) => {
    const own = inside.get(script.name)
    const edits = statements.flatMap((statement) => [
      ...(own === undefined ? [] : editsOfExport(statement)),
      ...editsOfImport(statement, (source) => inside.get(posix.join(posix.dirname(script.name), source)))
    ])
    return Object.assign(edited(script, edits), { name: script.name, isNamed: script.isNamed })
  })
}

/** What is exported, by its name inside. */
const namesInside = (statements: ReadonlyArray<Statement>): ReadonlyMap<string, string> =>
  new Map(listed(statements).map(({ exported, local }) => [nameOf(exported), nameOf(local)]))

const listed = (statements: ReadonlyArray<Statement>) =>
  statements.flatMap((one) =>
    one.type === "ExportNamedDeclaration" && one.source === null && one.declaration === null ? one.specifiers : []
  )

/** In order, such names compress better. */
const editsOfExport = (statement: Statement): ReadonlyArray<Edit> => {
  const names = listed([statement]).map(({ local }) => nameOf(local))
  return names.length === 0
    ? []
    : [{ start: statement.start, end: statement.end, text: `export{${[...new Set(names)].toSorted().join(",")}};` }]
}

const editsOfImport = (
  statement: Statement,
  exportsOf: (source: string) => ReadonlyMap<string, string> | undefined
): ReadonlyArray<Edit> => {
  if (statement.type !== "ImportDeclaration" && statement.type !== "ExportNamedDeclaration") return []
  const names = statement.source === null ? undefined : exportsOf(statement.source.value)
  if (names === undefined) return []
  return statement.specifiers.flatMap((one) => {
    if (one.type !== "ImportSpecifier" && one.type !== "ExportSpecifier") return []
    const [theirs, ours] = one.type === "ImportSpecifier" ? [one.imported, one.local] : [one.local, one.exported]
    const name = names.get(nameOf(theirs))
    if (name === undefined) throw new Error(`Nothing exports ${nameOf(theirs)}.`)
    return [{ start: one.start, end: one.end, text: name === nameOf(ours) ? name : `${name} as ${nameOf(ours)}` }]
  })
}

const nameOf = (name: ModuleExportName | BindingIdentifier): string =>
  name.type === "Literal" ? name.value : name.name
