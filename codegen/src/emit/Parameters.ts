/**
 * Writes what callers give: one interface for each model, family and utility, maps of them by name, and the shapes that
 * several of them share.
 */
import { createHash } from "node:crypto"
import type { Bundle, Entry, EntryKind } from "../Bundle.ts"
import { propertyName, Shapes, typeName } from "../types/Print.ts"
import type { Type } from "../types/Type.ts"
import { banner, comment, indent, literal, publicComment } from "./Text.ts"

const style = { allowUndefined: true, key: "parameter" }

const suffixes: Readonly<Record<EntryKind, string>> = {
  model: "",
  architecture: "Architecture",
  modality: "Modality",
  operation: "Operation",
  utility: ""
}

/** Names that the packages give to something else. */
const reserved: ReadonlySet<string> = new Set(
  ["Model", "Architecture", "Modality", "Operation", "Family", "Utility", "Run", "Loose", "Open", "Client"]
    .concat(["FamilyCall", "UnknownModel"])
    .map((word) => `${word}Params`)
)

/** The name of each entry's interface: its slug, key or task type, made unlike any other. */
const namesOf = (entries: ReadonlyArray<Entry>): ReadonlyMap<Entry, string> => {
  const names = entries.map((entry) => `${typeName(entry.slug ?? entry.key)}${suffixes[entry.kind]}Params`)
  return new Map(
    entries.map((entry, index) => {
      const name = names[index] ?? ""
      const isTaken = reserved.has(name) || names.filter((other) => other === name).length > 1
      const digest = createHash("sha256").update(`${entry.kind} ${entry.key}`).digest("hex").slice(0, 4)
      return [entry, isTaken ? `${name}_${digest}` : name]
    })
  )
}

const modelMember = ({ hasModel, key, kind, slug }: Entry): string => {
  if (kind === "model")
    return `readonly model: ${[key, ...(slug === undefined ? [] : [slug])].map(literal).join(" | ")}`
  return hasModel ? `${comment(["The community or private model, by its AIR."])}readonly model: string` : ""
}

const title = ({ fallback, key, kind, taskType }: Entry): ReadonlyArray<string> => {
  const standIn =
    fallback === undefined ? "" : ` None of its own are known: these are those of ${fallback.replace(":", " ")}.`
  if (kind === "utility") return [`Parameters of \`${taskType}\`.`]
  return [`Parameters of ${kind === "model" ? "" : `the ${kind} `}\`${key}\`, for \`${taskType}\`.${standIn}`]
}

const declaration = (entry: Entry, name: string, shapes: Shapes): string => {
  const printer = shapes.printer("Shape.")
  const { parameters } = entry
  const shared = shapes.nameOf(parameters)
  const own = modelMember(entry)
  const head = publicComment(title(entry), "parameters")
  if (shared !== undefined && parameters.kind === "object") {
    return `${head}export interface ${name} extends Shape.${shared} {${own === "" ? "" : `\n${indent(own)}\n`}}\n`
  }
  if (parameters.kind === "object") {
    const members = [own, printer.members(parameters)].filter((text) => text !== "").join("\n")
    return `${head}export interface ${name} {\n${indent(members)}\n}\n`
  }
  const model = own === "" ? "" : ` & {\n${indent(own)}\n}`
  return `${head}export type ${name} = (${printer.type(parameters)})${model}\n`
}

const map = (name: string, about: string, lines: ReadonlyArray<readonly [string, string]>): string =>
  [
    `${publicComment([about], "parameters")}export interface ${name} {`,
    ...lines.map(([key, type]) => `  readonly ${propertyName(key)}: ${type}`),
    "}\n"
  ].join("\n")

const mediaImport = (body: string): ReadonlyArray<string> =>
  /\bMediaSource\b/.test(body) ? ['import type { MediaSource } from "../media.ts"\n'] : []

/** A module of interfaces, and of maps of them. */
const module_ = (texts: ReadonlyArray<string>): string => {
  const body = texts.join("\n")
  const imports = body.includes("Shape.") ? ['import type * as Shape from "./shapes.ts"\n'] : []
  return [banner, [...mediaImport(body), ...imports].join(""), body].filter((text) => text !== "").join("\n")
}

/** Recursive types that the texts refer to, and those that these refer to. */
const reached = (texts: string, recursive: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const found = new Map<string, string>()
  const visit = (text: string): void => {
    for (const [name, body] of recursive) {
      if (found.has(name) || !new RegExp(`\\b${name}\\b`).test(text)) continue
      found.set(name, body)
      visit(body)
    }
  }
  visit(texts)
  return [...found].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, body]) => body)
}

const byKind = (entries: ReadonlyArray<Entry>, kind: EntryKind): ReadonlyArray<Entry> =>
  entries.filter((entry) => entry.kind === kind)

/** The modules of parameters, by file name. */
export const emitParameters = ({ entries, recursive }: Bundle): ReadonlyArray<readonly [string, string]> => {
  const shapes = new Shapes(style)
  for (const entry of entries) shapes.add(entry.parameters, `${entry.taskType}Params`)
  for (const [name, type] of recursive) shapes.add(type, name)
  const names = namesOf(entries)
  const nameOf = (entry: Entry): string => names.get(entry) ?? ""
  const declarations = (kind: EntryKind) =>
    byKind(entries, kind).map((entry) => declaration(entry, nameOf(entry), shapes))
  const lines = (kind: EntryKind) => byKind(entries, kind).map((entry) => [entry.key, nameOf(entry)] as const)

  const models = byKind(entries, "model")
  const modelLines = [
    ...models.map((entry) => [entry.key, nameOf(entry)] as const),
    ...models.flatMap((entry) => (entry.slug === undefined ? [] : [[entry.slug, nameOf(entry)] as const]))
  ]
  const families: ReadonlyArray<EntryKind> = ["architecture", "modality", "operation"]
  const familyLines = new Map(families.toReversed().flatMap(lines))

  const modelModule = module_([
    ...declarations("model"),
    map("ModelParams", "The parameters of each curated model, by its AIR and by its slug.", [...new Map(modelLines)])
  ])
  const familyModule = module_([
    ...families.flatMap(declarations),
    map("ArchitectureParams", "The parameters of community models, by architecture.", lines("architecture")),
    map("ModalityParams", "The parameters of models, by what they yield.", lines("modality")),
    map("OperationParams", "The parameters of models, by what they do to a medium.", lines("operation")),
    map(
      "FamilyParams",
      "All of the above in one. Where two have one key, the architecture comes first, then the modality.",
      [...familyLines].toSorted(([left], [right]) => (left < right ? -1 : 1))
    )
  ])
  const utilityModule = module_([
    ...declarations("utility"),
    map("UtilityParams", "The parameters of each utility, by its task type.", lines("utility"))
  ])
  const shared = shapes.declarations().map(({ text }) => text)
  const printer = shapes.printer("")
  const named = new Map([...recursive].map(([name, type]) => [name, declared(name, type, printer.inline(type))]))
  const used = reached([modelModule, familyModule, utilityModule, ...shared].join("\n"), named)
  return [
    ["families.ts", familyModule],
    ["models.ts", modelModule],
    [
      "shapes.ts",
      [
        banner,
        ...mediaImport([...shared, ...used].join("")),
        ...shared,
        ...used,
        ...(shared.length + used.length === 0 ? ["export {}\n"] : [])
      ].join("\n")
    ],
    ["utilities.ts", utilityModule]
  ]
}

const declared = (name: string, type: Type, text: string): string =>
  type.kind === "object" && type.members.size > 0
    ? `export interface ${name} ${text}\n`
    : `export type ${name} = ${text}\n`
