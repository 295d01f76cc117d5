/**
 * Declarations that a program doesn't need when it starts, apart from those it does. Bundlers split code by modules: of a module
 * that the start needs, all is in its file, also what only later parts take from it. Here such a module becomes two of the
 * same text, each with its share of the declarations.
 */
import { type Directive, parseSync, type Statement } from "oxc-parser"
import type { OutputChunk, Plugin } from "rolldown"

/** The modules that a program starts with, each with the names that are left of it there. */
export type Start = ReadonlyMap<string, ReadonlySet<string>>

/** Read off a build that loads nothing later. Its bundler may have put a number behind a name. */
export const startOf = ({ modules }: OutputChunk): Start =>
  new Map(
    Object.entries(modules).map(([id, { code }]) => [
      id,
      new Set(
        declarationsOf(parseSync("module.js", code ?? "").program.body).map(({ name }) => name.replace(/\$\d+$/, ""))
      )
    ])
  )

/** What is loaded later is left out of such a build. */
export const startOnly: Plugin = {
  name: "start only",
  resolveDynamicImport: (specifier) => (typeof specifier === "string" ? { id: specifier, external: true } : undefined)
}

const suffix = "?late"

/** Whether a module is the late part of another. */
export const isLate = (id: string): boolean => id.endsWith(suffix)

/** The path of the source that a module is of. */
export const sourceOf = (id: string): string => (isLate(id) ? id.slice(0, -suffix.length) : id)

/** Splits the modules of the start. */
export const late = (start: Start): Plugin => {
  const whole = new Map<string, string>()
  return {
    name: "late",
    resolveId(id, importer) {
      if (isLate(id)) return { id, moduleSideEffects: false }
      return importer?.endsWith(suffix) ? this.resolve(id, sourceOf(importer), { skipSelf: true }) : undefined
    },
    load: (id) => {
      const code = whole.get(sourceOf(id))
      return isLate(id) && code !== undefined
        ? { code: shareOf(code, sourceOf(id), start), moduleType: id.includes(".ts?") ? "ts" : "js" }
        : undefined
    },
    transform(code, id) {
      if (!start.has(id)) return undefined
      whole.set(id, code)
      const rest = restOf(code, id, start)
      // Nothing has moved: the map stays true.
      return rest === undefined ? undefined : { code: rest, map: null }
    }
  }
}

interface Declaration {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly isExported: boolean
  readonly isFixed: boolean
}

/** What statements declare. Of values that may change, or that come several at once, nothing moves. */
const declarationsOf = (body: ReadonlyArray<Directive | Statement>): ReadonlyArray<Declaration> =>
  body.flatMap((statement): ReadonlyArray<Declaration> => {
    const isExported = statement.type === "ExportNamedDeclaration"
    const declared = isExported ? statement.declaration : statement
    const { end, start } = statement
    if (declared?.type === "VariableDeclaration" && declared.declare !== true) {
      return declared.declarations.flatMap(({ id }) =>
        id.type === "Identifier"
          ? [
              {
                name: id.name,
                start,
                end,
                isExported,
                isFixed: declared.kind !== "const" || declared.declarations.length > 1
              }
            ]
          : []
      )
    }
    return (declared?.type === "FunctionDeclaration" || declared?.type === "ClassDeclaration") && declared.id
      ? [{ name: declared.id.name, start, end, isExported, isFixed: false }]
      : []
  })

const split = (code: string, id: string, start: Start) => {
  const { body } = parseSync(id, code).program
  const all = declarationsOf(body)
  const listed = new Set(
    body
      .flatMap((one) => (one.type === "ExportNamedDeclaration" ? one.specifiers.map(({ local }) => local.start) : []))
      .map((start) => /^[\w$]+/.exec(code.slice(start))?.[0])
  )
  const changing = all.filter(({ isFixed }) => isFixed).map(({ name }) => name)
  const asksFor = new RegExp(`\\b(?:${changing.join("|")})\\b`)
  const leaves = ({ end, isFixed, name, start: from }: Declaration) =>
    !isFixed &&
    !listed.has(name) &&
    start.get(id)?.has(name) === false &&
    (changing.length === 0 || !asksFor.test(code.slice(from, end)))
  return { body, late: all.filter(leaves), early: all.filter((one) => !leaves(one)) }
}

/** The module without what is late, which it hands on. */
const restOf = (code: string, id: string, start: Start): string | undefined => {
  const { early, late } = split(code, id, start)
  if (late.length === 0) return undefined
  const handed = late.filter(({ isExported }) => isExported).map(({ name }) => name)
  const lent = early.filter(({ isExported }) => !isExported).map(({ name }) => `${name} as late_${name}`)
  return `${late.reduce(blank, code)}
import { ${late.map(({ name }) => name).join(", ")} } from ${JSON.stringify(id + suffix)}
export { ${[...handed, ...lent].join(", ")} }`
}

/** What is late of the module, and its imports. */
const shareOf = (code: string, id: string, start: Start): string => {
  const { body, early, late } = split(code, id, start)
  const kept = new Set(late.map((one) => one.start))
  const others = body.filter((one) => one.type !== "ImportDeclaration" && !kept.has(one.start))
  const lent = early.map(({ isExported, name }) => (isExported ? name : `late_${name} as ${name}`))
  const own = late.filter(({ isExported }) => !isExported).map(({ name }) => name)
  return `${others.reduce(blank, code)}
import { ${lent.join(", ")} } from ${JSON.stringify(id)}
export { ${own.join(", ")} }`
}

/** What is gone leaves as much space behind: maps of the rest stay true. */
const blank = (text: string, { end, start }: { readonly start: number; readonly end: number }): string =>
  text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, " ") + text.slice(end)
