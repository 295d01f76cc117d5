/**
 * The request schema of one model, architecture, modality, operation or utility: its parameters, narrowed by the limits
 * and rules that hold for it.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import type { LimitFacts, Limits } from "./Facts.ts"
import { limited, mergeLimits } from "./Limits.ts"
import { bitrateByTable, dimensionsOneOf, ruleSchema } from "./Rules.ts"
import { updateAt } from "./SchemaPath.ts"

/** What a request schema is made of. */
export interface RequestParts {
  readonly id: string
  /** An object schema with the parameters. */
  readonly params: JsonSchema
  readonly additionalProperties: boolean
  /** What holds for the platform and the task type. */
  readonly inherited: Limits
  /** Rules and tables of the task type. */
  readonly general: LimitFacts | undefined
  /** What is said about this very thing. */
  readonly own: LimitFacts | undefined
}

const closeObject = (schema: JsonSchema): JsonSchema =>
  schema.properties === undefined ? schema : { ...schema, additionalProperties: false }

const requireIn = (schema: JsonSchema, names: ReadonlyArray<string>): JsonSchema => ({
  ...schema,
  required: [...new Set([...(schema.required ?? []), ...names])].toSorted()
})

const withLimits = (schema: JsonSchema, { inherited, own }: RequestParts): JsonSchema => {
  const ownPaths = own?.params ?? {}
  return Object.entries(mergeLimits(inherited, ownPaths)).reduce(
    (result, [path, limit]) =>
      updateAt(result, path, path in ownPaths ? "add" : "skip", (found) => limited(found, limit)),
    schema
  )
}

const withNested = (schema: JsonSchema, own: LimitFacts | undefined): JsonSchema => {
  const required = Object.entries(own?.nestedRequired ?? {}).reduce(
    (result, [path, names]) => updateAt(result, path, "skip", (found) => requireIn(found, names)),
    schema
  )
  return (own?.closed ?? []).reduce((result, path) => updateAt(result, path, "skip", closeObject), required)
}

/** A general rule is worth its place only where the request takes the parameters that it speaks of. */
const speaksOf = (schema: JsonSchema, rule: JsonSchema): boolean =>
  Object.keys(rule.then?.properties ?? {}).every((name) => schema.properties?.[name] !== undefined)

const rulesOf = (schema: JsonSchema, { general, own }: RequestParts): ReadonlyArray<JsonSchema> => [
  ...[
    ...(general?.rules ?? []).map(ruleSchema),
    ...Object.entries(general?.tables ?? {}).flatMap(([path, rows]) => bitrateByTable(path, rows))
  ].filter((rule) => speaksOf(schema, rule)),
  ...(own?.rules ?? []).map(ruleSchema),
  ...(own?.dimensions === undefined || own.dimensionsStale === true || own.dimensionsPartial === true
    ? []
    : [dimensionsOneOf(own.dimensions)])
]

const flatten = (rule: JsonSchema): ReadonlyArray<JsonSchema> =>
  rule.allOf !== undefined && Object.keys(rule).length === 1 ? rule.allOf : [rule]

/** The schema. Keywords come in one order whatever the input, so that two snapshots can be compared. */
export const requestSchema = (parts: RequestParts): JsonSchema => {
  const narrowed = withNested(withLimits({ ...parts.params, type: "object" }, parts), parts.own)
  const rules = rulesOf(narrowed, parts).flatMap(flatten)
  return {
    $id: parts.id,
    type: "object",
    additionalProperties: parts.additionalProperties,
    required: narrowed.required ?? [],
    properties: narrowed.properties ?? {},
    ...(rules.length === 0 ? {} : { allOf: rules })
  }
}
