/**
 * The names by which files of a bundle share what one of them holds. Bundlers choose them before the minifiers choose the
 * names inside, so a file would end in a list of pairs of short names, which compress badly; here both are the same.
 */
import { posix } from "node:path"
import { decode, encode } from "@jridgewell/sourcemap-codec"
import { type BindingIdentifier, type ModuleExportName, parseSync, type Statement } from "oxc-parser"
import type { Code } from "./lines.ts"

/** A file among others. */
export interface Script extends Code {
  readonly name: string
  /** Whether programs name it, or what it exports: then its exports keep their names. */
  readonly isNamed: boolean
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
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

/** The code with the edits made, and mapped as before. What is mapped is never inside of an edit. */
const edited = ({ map, text }: Code, edits: ReadonlyArray<Edit>): Code => {
  let next = 0
  const starts = text.split("\n").map((line) => {
    const start = next
    next += line.length + 1
    return start
  })
  const mappings = decode(map.mappings).map((line, index) => {
    const start = starts[index] ?? 0
    const before = edits.filter((edit) => edit.start >= start)
    return line.flatMap((segment) => {
      const place = start + segment[0]
      if (edits.some((edit) => edit.start < place && place < edit.end)) return []
      const moved: typeof segment = [...segment]
      moved[0] += before.reduce(
        (sum, edit) => (edit.end <= place ? sum + edit.text.length - (edit.end - edit.start) : sum),
        0
      )
      return [moved]
    })
  })
  return {
    text: edits.reduceRight((whole, edit) => whole.slice(0, edit.start) + edit.text + whole.slice(edit.end), text),
    map: { ...map, mappings: encode(mappings) }
  }
}
