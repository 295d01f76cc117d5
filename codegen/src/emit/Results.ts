/**
 * Writes what tasks answer: the results of each model, family and utility, and for each task type what any of its models
 * may answer. The former are exact, the latter open: a model that the release doesn't know may answer more.
 */
import type { Bundle, Entry } from "../Bundle.ts"
import { Printer, propertyName, Shapes, typeName } from "../types/Print.ts"
import { merge, type Type } from "../types/Type.ts"
import { banner, indent, publicComment } from "./Text.ts"

const style = { allowUndefined: false, key: "field" }

/** `imageInference` is an `ImageInferenceResult`; a type name cannot begin with the digit of `3dInference`. */
export const resultName = (taskType: string): string => `${typeName(taskType)}Result`

/** Results by task type, in alphabetical order. */
const byTaskType = (entries: ReadonlyArray<Entry>): ReadonlyArray<readonly [string, ReadonlyArray<Type>]> => {
  const found = new Map<string, Array<Type>>()
  for (const { result, taskType } of entries) {
    if (result !== undefined) found.set(taskType, [...(found.get(taskType) ?? []), result])
  }
  return [...found].toSorted(([left], [right]) => (left < right ? -1 : 1))
}

const openInterface = (taskType: string, results: ReadonlyArray<Type>): string => {
  const head = publicComment([`What \`${taskType}\` answers, whichever model does it.`], "results")
  const type = merge(results)
  const printer = new Printer(style)
  if (type.kind !== "object") return `${head}export type ${resultName(taskType)} = ${printer.inline(type)}\n`
  const members = printer.members({ ...type, rest: { kind: "unknown" } })
  return `${head}export interface ${resultName(taskType)} {\n${indent(members)}\n}\n`
}

const map = (name: string, about: string, lines: ReadonlyArray<readonly [string, string]>): string =>
  [
    `${publicComment([about], "results")}export interface ${name} {`,
    ...lines.map(([key, type]) => `  readonly ${propertyName(key)}: ${type}`),
    "}\n"
  ].join("\n")

/** The text of `generated/results.ts`. */
export const emitResults = ({ entries }: Bundle): string => {
  const tasks = byTaskType(entries)
  const open = new Set(tasks.map(([taskType]) => taskType))
  const shapes = new Shapes(style)
  for (const { result, taskType } of entries) {
    if (result === undefined) continue
    shapes.add(result, `${taskType}Result`, true)
  }
  const printer = shapes.printer("")
  const expression = ({ result, taskType }: Entry): string => {
    if (result !== undefined) return printer.type(result)
    return open.has(taskType) ? resultName(taskType) : "Readonly<Record<string, unknown>>"
  }
  const lines = (kind: Entry["kind"]) =>
    entries.filter((entry) => entry.kind === kind).map((entry) => [entry.key, expression(entry)] as const)
  const slugs = entries.flatMap((entry) => (entry.slug === undefined ? [] : [[entry.slug, expression(entry)] as const]))
  const families = new Map([...lines("operation"), ...lines("modality"), ...lines("architecture")])
  return [
    banner,
    ...tasks.map(([taskType, results]) => openInterface(taskType, results)),
    map(
      "TaskResults",
      "The result of each task type.",
      tasks.map(([taskType]) => [taskType, resultName(taskType)])
    ),
    // An alias, unlike an interface, may be given where fields of any name are taken.
    ...shapes.declarations("type").map(({ text }) => text),
    map("ModelResults", "The result of each curated model, by its AIR and by its slug.", [
      ...new Map([...lines("model"), ...slugs])
    ]),
    map(
      "FamilyResults",
      "The result of models by architecture, modality or operation.",
      [...families].toSorted(([left], [right]) => (left < right ? -1 : 1))
    ),
    map("UtilityResults", "The result of each utility, by its task type.", lines("utility"))
  ].join("\n")
}
