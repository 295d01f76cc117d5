/**
 * A value that fits none of several schemas, or too many: one sentence where the schemas are values, parameters to give,
 * or combinations of values; else what keeps the value from fitting the schema that it comes closest to.
 */
import { describe } from "../describe.ts"
import { isJsonObject } from "../json.ts"
import { factsOf, presencesOf, valuesOf } from "./conditions.ts"
import type { Finding } from "./finding.ts"
import { code, mustBeOneOf, type Sentence, type Subject } from "./issue.ts"
import { isWithin, referenced, valueAt } from "./schemaPlace.ts"
import { choice, inside, joined, kind, quoted } from "./words.ts"

/** What to tell: a sentence about some parameters, or the findings of one alternative. */
export type Account =
  | { readonly sentence: Sentence; readonly parameters: ReadonlyArray<string> }
  | { readonly findings: ReadonlyArray<Finding> }

/** One of the schemas, and what keeps the value from fitting it. */
interface Branch {
  readonly schema: unknown
  readonly findings: ReadonlyArray<Finding>
}

/** Whether a finding was made on the way to another. */
export const isInside =
  ({ schema }: Subject, outer: Finding) =>
  (finding: Finding): boolean =>
    finding !== outer &&
    isWithin(finding.path, outer.path) &&
    [outer.location, ...referenced(schema, outer.location)].some(
      (place) => isWithin(finding.location, place) && finding.location.length > place.length
    )

/** The account of a failed `oneOf` or `anyOf`, given the findings inside. */
export const accountOf = (subject: Subject, finding: Finding, nested: ReadonlyArray<Finding>): Account => {
  const definition = valueAt(subject.schema, finding.location)
  const branches = (Array.isArray(definition) ? definition : []).map((schema: unknown, index): Branch => {
    const branch = { ...finding, location: [...finding.location, String(index)] }
    return { schema, findings: nested.filter(isInside(subject, branch)) }
  })
  return (
    ofValues(subject, finding, branches) ??
    ofPresences(finding, branches) ??
    ofCombinations(subject, finding, branches) ??
    ofForms(subject, finding, branches)
  )
}

const ofValues = ({ task }: Subject, { path }: Finding, branches: ReadonlyArray<Branch>): Account | undefined => {
  const values = all(branches.map(({ schema }) => valuesOf(schema)))
  const place = path.join(".")
  return values && { sentence: mustBeOneOf(place, valueAt(task, path), values.flat()), parameters: self(place) }
}

const ofPresences = ({ keyword, path }: Finding, branches: ReadonlyArray<Branch>): Account | undefined => {
  const presences = all(branches.map(({ schema }) => presencesOf(schema, path.join("."))))
  if (presences === undefined) return undefined
  const groups = presences.map((names) => joined(names, "and"))
  const isNoneGiven = branches.every(({ findings }) => findings.length > 0)
  const message = isNoneGiven
    ? `${keyword === "oneOf" ? "Exactly one" : "One"} of ${joined(groups, "or")} is required`
    : `Only one of ${joined(groups, "and")} can be given`
  return { sentence: { rawCode: "incompatibleParameters", message }, parameters: [...new Set(presences.flat())] }
}

const ofCombinations = ({ task }: Subject, { path }: Finding, branches: ReadonlyArray<Branch>): Account | undefined => {
  const combinations = all(branches.map(({ schema }) => combinationsOf(schema)))
  if (combinations === undefined) return undefined
  const names = (combinations[0]?.names ?? []).map((name) => inside(path.join("."), name))
  const came = names.map((name) => describe(valueAt(task, name.split(".")))).join("x")
  const allowed = combinations.flatMap(({ texts }) => texts)
  const message = `${names.join(" x ")} must be ${choice(allowed)}`
  return { sentence: { rawCode: "incompatibleParameters", message, got: came }, parameters: names }
}

const ofForms = ({ task }: Subject, { path }: Finding, branches: ReadonlyArray<Branch>): Account => {
  const place = path.join(".")
  const name = place === "" ? "The task" : place
  const account = (message: string, got?: string): Account => ({
    sentence: { rawCode: code("invalid", place), message, got },
    parameters: self(place)
  })
  if (branches.filter(({ findings }) => findings.length === 0).length > 1) {
    return account(`${name} fits several of the forms that it may have, and must fit one`)
  }
  const [closest] = branches
    .filter(({ findings }) => findings.length > 0 && !findings.some((found) => isOfOtherKind(found, path)))
    .toSorted((a, b) => a.findings.length - b.findings.length)
  if (closest !== undefined) return closest
  const forms = [...new Set(branches.map(({ schema }) => formOf(schema)))]
  return account(`${name} must be ${joined(forms, "or")}`, describe(valueAt(task, path)))
}

const self = (place: string): ReadonlyArray<string> => (place === "" ? [] : [place])

/** Whether a finding says that the whole value is of another kind than the alternative speaks of. */
const isOfOtherKind = ({ keyword, path }: Finding, place: ReadonlyArray<string>): boolean =>
  path.length === place.length && (keyword === "type" || keyword === "const" || keyword === "enum")

const formOf = (schema: unknown): string => {
  const values = valuesOf(schema)
  if (values !== undefined) return choice(values.map(quoted))
  return isJsonObject(schema) && schema["type"] !== undefined ? kind(schema["type"]) : "of another form"
}

/** Where a schema fixes a few parameters, such as width and height: their names, and "1024x768". */
const combinationsOf = (
  schema: unknown
): { readonly names: ReadonlyArray<string>; readonly texts: ReadonlyArray<string> } | undefined => {
  const facts = factsOf(schema)
  if (facts === undefined || facts.length < 2) return undefined
  let rows: ReadonlyArray<ReadonlyArray<string>> = [[]]
  for (const { values } of facts) {
    if (values === undefined) return undefined
    rows = rows.flatMap((row) => values.map((value) => row.concat(String(value))))
  }
  return { names: facts.map(({ name }) => name), texts: rows.map((row) => row.join("x")) }
}

const all = <A>(list: ReadonlyArray<A | undefined>): ReadonlyArray<A> | undefined => {
  const defined = list.filter((entry) => entry !== undefined)
  return defined.length === list.length && list.length > 0 ? defined : undefined
}
