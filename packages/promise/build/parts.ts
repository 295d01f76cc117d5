/**
 * What the bundle takes of Effect's modules. Bundlers drop what no one refers to, but a class keeps all its members, and a
 * runtime all that it does for loggers, tracers and printers. Here members go by their names, and declarations give way to
 * those of the same name in `src/internal/bundled/effect`.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type ClassElement, type ObjectPropertyKind, parseSync, type Program, Visitor } from "oxc-parser"
import type { Plugin } from "rolldown"
import { exportsOf } from "./namespaces.ts"

/** Members that print, compare and hash Effect's own values, of which callers see none. */
const seen: ReadonlySet<string> = new Set([
  "[Equal.symbol]",
  "[Hash.symbol]",
  "[NodeInspectSymbol]",
  "toJSON",
  "toString"
])

/** Modules that keep those: what is printed in the place of a secret. */
const printed: ReadonlySet<string> = new Set(["Redacted"])

/** Members that nobody asks for, by their module: `test/bundledEffect.test.ts` looks for who would. */
export const unasked: Readonly<Record<string, ReadonlyArray<string>>> = {
  Context: ["use", "useSync"],
  Semaphore: ["release", "releaseAll", "resize", "take", "takeIfAvailable", "takeScoped", "withPermitsIfAvailable"],
  "internal/core": ["annotate"],
  "internal/effect": [
    "currentSpanLocal",
    "currentTimeNanos",
    "currentTimeNanosUnsafe",
    "monotonicTimeNanos",
    // What fibers keep at hand for tracers, loggers and metrics, of which there are none.
    "tracer",
    "tracerContext",
    "tracerEnabled",
    "span",
    "logLevel",
    "minimumLogLevel",
    "stackFrame",
    "runtimeMetrics"
  ]
}

/** Statements for those, and for the frames of spans. */
const observing = /^(?:if \((?:fiber|this)\.cache\.stackFrame\)|this\.cache\.runtimeMetrics\?)/

/** Reads the modules of Effect as `partsOf` leaves them. */
export const parts = (folder: string): Plugin => ({
  name: "parts",
  // Replacements take from Effect's inside what its own modules do: its outside would be evaluated before its inside.
  resolveId: (id, importer) =>
    id === "effect/Effect" && importer?.startsWith(folder)
      ? fileURLToPath(new URL("internal/effect.js", import.meta.resolve(id)))
      : undefined,
  load: (id) => {
    const [, module] = /\/effect\/dist\/(.+)\.js$/.exec(id) ?? []
    return module === undefined ? undefined : partsOf(module, readFileSync(id, "utf8"), folder)
  }
})

/** A module of Effect without those members, and with the declarations of `folder` in the place of its own. */
export const partsOf = (module: string, code: string, folder: string): string => {
  const rest = without(code, new Set([...(printed.has(module) ? [] : seen), ...(unasked[module] ?? [])]))
  const path = join(folder, `${module}.ts`)
  return existsSync(path) ? replaced(rest, path) : rest
}

const without = (code: string, dropped: ReadonlySet<string>): string => {
  const members: Array<Span> = []
  const look = (one: ClassElement | ObjectPropertyKind) => {
    if (!("key" in one)) return
    const name = code.slice(one.key.start, one.key.end)
    if (dropped.has(one.computed ? `[${name}]` : name)) members.push(one)
  }
  const listen = (one: Span) => {
    if (observing.test(code.slice(one.start, one.end))) members.push(one)
  }
  new Visitor({
    ClassBody: ({ body }) => body.forEach(look),
    ObjectExpression: ({ properties }) => properties.forEach(look),
    ExpressionStatement: listen,
    IfStatement: listen
  }).visit(programOf(code))
  return members.reduce((text, { end, start }) => {
    const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0
    return blank(text, { start, end: end + comma })
  }, code)
}

const replaced = (code: string, path: string): string => {
  const declared = declarationsOf(code)
  const names = exportsOf(readFileSync(path, "utf8"))
  const rest = names.reduce((text, name) => {
    const declaration = declared.get(name)
    if (declaration === undefined) throw new Error(`Effect declares no ${name} that ${path} could replace.`)
    return blank(text, declaration)
  }, code)
  const exported = names.filter((name) => declared.get(name)?.isExported)
  return `${rest}\nimport { ${names.join(", ")} } from ${JSON.stringify(path)}\nexport { ${exported.join(", ")} }\n`
}

interface Span {
  readonly start: number
  readonly end: number
}

/** What is gone leaves as much space behind: maps of the rest stay true. */
const blank = (text: string, { end, start }: Span): string =>
  text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, " ") + text.slice(end)

/** The statements at the top of a module that declare one name each. */
const declarationsOf = (code: string): ReadonlyMap<string, Span & { readonly isExported: boolean }> =>
  new Map(
    programOf(code).body.flatMap((statement) => {
      const isExported = statement.type === "ExportNamedDeclaration"
      const declaration = isExported ? statement.declaration : statement
      const { end, start } = statement
      if (declaration?.type === "VariableDeclaration") {
        const [one, ...others] = declaration.declarations
        return one?.id.type === "Identifier" && others.length === 0 ? [[one.id.name, { start, end, isExported }]] : []
      }
      return (declaration?.type === "FunctionDeclaration" || declaration?.type === "ClassDeclaration") && declaration.id
        ? [[declaration.id.name, { start, end, isExported }]]
        : []
    })
  )

const programOf = (code: string): Program => parseSync("module.js", code).program
