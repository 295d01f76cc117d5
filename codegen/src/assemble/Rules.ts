/**
 * Rules across parameters as JSON Schema. Each prefers the form whose violation names a parameter: a missing one as
 * `required`, one too many as the schema `false` in its place, rather than a `not` around everything.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import type { Dimensions, Rule, TableRow } from "./Facts.ts"
import { presentAt, valueAt } from "./SchemaPath.ts"

type Of<Kind extends Rule["kind"]> = Omit<Extract<Rule, { readonly kind: Kind }>, "kind">
type Paths = ReadonlyArray<string>

const every = (schemas: ReadonlyArray<JsonSchema>): JsonSchema => {
  const [only, ...others] = schemas
  return only !== undefined && others.length === 0 ? only : { allOf: schemas }
}

const some = (schemas: ReadonlyArray<JsonSchema>): JsonSchema => {
  const [only, ...others] = schemas
  return only !== undefined && others.length === 0 ? only : { anyOf: schemas }
}

const implies = (condition: JsonSchema, consequence: JsonSchema): JsonSchema =>
  // oxlint-disable-next-line unicorn/no-thenable -- `then` is the keyword's name, and nobody awaits a schema.
  ({ if: condition, then: consequence })

const isTopLevel = (path: string): boolean => !path.includes(".")

const allPresent = (paths: Paths): JsonSchema =>
  paths.every(isTopLevel) ? { required: paths } : every(paths.map((path) => presentAt(path)))

const anyPresent = (paths: Paths): JsonSchema => some(paths.map((path) => presentAt(path)))

const forbidden = (paths: Paths): JsonSchema =>
  paths.every(isTopLevel)
    ? { properties: Object.fromEntries(paths.map((path) => [path, false])) }
    : every(paths.map((path) => valueAt(path, false)))

const allEqual = (values: Readonly<Record<string, unknown>>): JsonSchema =>
  every(Object.entries(values).map(([path, value]) => presentAt(path, { const: value })))

/** Either all of the parameters or none. */
export const together = ({ params }: Of<"together">): JsonSchema =>
  params.every(isTopLevel)
    ? {
        dependentRequired: Object.fromEntries(params.map((param) => [param, params.filter((other) => other !== param)]))
      }
    : implies(anyPresent(params), allPresent(params))

/** Where a parameter of one group is present, none of another group is. */
export const exclusive = ({ groups }: Of<"exclusive">): JsonSchema =>
  every(
    groups.flatMap((group, index) =>
      groups.slice(index + 1).map((other) => implies(anyPresent(group), forbidden(other)))
    )
  )

/** At least one group is complete. */
export const atLeastOne = ({ groups }: Of<"atLeastOne">): JsonSchema => some(groups.map(allPresent))

/** One group is complete, and nothing of the others is present. */
export const exactlyOne = (rule: Of<"exactlyOne">): JsonSchema => every([atLeastOne(rule), exclusive(rule)])

/** Where one of `present` is, all of `requires` are. */
export const requiresWhenPresent = ({ present, requires }: Of<"requiresWhenPresent">): JsonSchema =>
  implies(anyPresent(present), allPresent(requires))

/** Where one of `present` is, one of `requires` is. */
export const requiresOneOfWhenPresent = ({ present, requires }: Of<"requiresOneOfWhenPresent">): JsonSchema =>
  implies(anyPresent(present), anyPresent(requires))

/** Where none of `absent` is present, all of `requires` are. */
export const requiresWhenAbsent = ({ absent, requires }: Of<"requiresWhenAbsent">): JsonSchema =>
  implies({ not: anyPresent(absent) }, allPresent(requires))

/** Where one of `present` is, the parameter has no other value. It may be absent: its default is what the rule asks. */
export const constWhenPresent = ({ param, present, value }: Of<"constWhenPresent">): JsonSchema =>
  implies(anyPresent(present), valueAt(param, { const: value }))

/** Where one of `present` is, the parameter has a lower maximum. */
export const maximumWhenPresent = ({ param, present, value }: Of<"maximumWhenPresent">): JsonSchema =>
  implies(anyPresent(present), valueAt(param, { maximum: value }))

/** Width and height are one of the pairs. Says nothing about requests that lack either. */
const isOneOf = (dimensions: ReadonlyArray<Dimensions>): JsonSchema => {
  const widths = [...new Set(dimensions.map(([width]) => width))]
  return some(
    widths.map((width) => ({
      properties: {
        width: { const: width },
        height: { enum: dimensions.filter(([other]) => other === width).map(([, height]) => height) }
      }
    }))
  )
}

const hasDimensions: JsonSchema = { required: ["width", "height"] }

/** A size, where one is given, is one of the pairs. */
export const dimensionsOneOf = (dimensions: ReadonlyArray<Dimensions>): JsonSchema =>
  implies(hasDimensions, isOneOf(dimensions))

/** At these sizes, the parameter has fewer values. */
export const enumWhenDimensions = ({ dimensions, enum: values, param }: Of<"enumWhenDimensions">): JsonSchema =>
  implies(every([hasDimensions, isOneOf(dimensions)]), valueAt(param, { enum: values }))

/** Where other parameters have these values, the parameter has fewer. */
export const enumWhenConst = ({ enum: values, param, when }: Of<"enumWhenConst">): JsonSchema =>
  implies(allEqual(when), valueAt(param, { enum: values }))

/** Where other parameters have these values, none of `params` is present. */
export const forbiddenWhenConst = ({ params, when }: Of<"forbiddenWhenConst">): JsonSchema =>
  implies(allEqual(when), forbidden(params))

/** Rows that differ in nothing but the sample rate, as one. */
const groupRows = (
  rows: ReadonlyArray<TableRow>
): ReadonlyArray<readonly [Omit<TableRow, "sampleRate">, Array<number>]> => {
  const groups = new Map<string, [Omit<TableRow, "sampleRate">, Array<number>]>()
  for (const { sampleRate, ...row } of rows) {
    const key = JSON.stringify(row)
    groups.set(key, [row, [...(groups.get(key)?.[1] ?? []), sampleRate]])
  }
  return [...groups.values()]
}

/** The bounds of a bitrate, which depend on the output format and on the sample rate and channels beside it. */
export const bitrateByTable = (path: string, rows: ReadonlyArray<TableRow>): ReadonlyArray<JsonSchema> => {
  const parent = path.slice(0, path.lastIndexOf(".") + 1)
  return groupRows(rows).map(([{ channels, maximum, minimum, outputFormat }, sampleRates]) =>
    implies(
      every([
        presentAt("outputFormat", { const: outputFormat }),
        ...(channels === undefined ? [] : [presentAt(`${parent}channels`, { const: channels })]),
        presentAt(`${parent}sampleRate`, { enum: sampleRates })
      ]),
      valueAt(path, { minimum, maximum })
    )
  )
}

/** The rule as JSON Schema. */
export const ruleSchema = (rule: Rule): JsonSchema => {
  switch (rule.kind) {
    case "together":
      return together(rule)
    case "exclusive":
      return exclusive(rule)
    case "exactlyOne":
      return exactlyOne(rule)
    case "atLeastOne":
      return atLeastOne(rule)
    case "requiresWhenPresent":
      return requiresWhenPresent(rule)
    case "requiresOneOfWhenPresent":
      return requiresOneOfWhenPresent(rule)
    case "requiresWhenAbsent":
      return requiresWhenAbsent(rule)
    case "constWhenPresent":
      return constWhenPresent(rule)
    case "maximumWhenPresent":
      return maximumWhenPresent(rule)
    case "enumWhenDimensions":
      return enumWhenDimensions(rule)
    case "enumWhenConst":
      return enumWhenConst(rule)
    case "forbiddenWhenConst":
      return forbiddenWhenConst(rule)
    default:
      throw new Error(`Unknown kind of rule: ${JSON.stringify(rule satisfies never)}`)
  }
}
