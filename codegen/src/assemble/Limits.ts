/**
 * Which limits count, and what they do to the schema of a parameter. Three layers say something about a parameter: the
 * platform, the task type in general, and the model itself; the more specific one wins. Old documentation still counts
 * for bounds, which seldom move, and not for value sets, which grow with every release.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import type { Limit, LimitFacts, Limits } from "./Facts.ts"

const bounds = ["minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems"] as const

/**
 * What each model decides for itself. The general documentation of a task type describes the models of its day, so for
 * these its limits hold for architectures, which it was written about, and for no curated model.
 */
const decidedByModel: ReadonlySet<string> = new Set([
  "width",
  "height",
  "duration",
  "fps",
  "steps",
  "CFGScale",
  "seed",
  "positivePrompt",
  "negativePrompt",
  "speech.text"
])

/** The pattern behind a format, since validators of the service's schemas do not check formats. */
const patterns: Readonly<Record<string, string>> = {
  uuid: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
  uri: "^[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+$"
}

const counting = ({ enum: values, stale, ...limit }: Limit): Limit =>
  stale === true || values === undefined ? limit : { ...limit, enum: values }

const hasBounds = (limit: Limit): boolean => bounds.some((keyword) => limit[keyword] !== undefined)

const withoutBounds = (limit: Limit): Limit => {
  const {
    maximum: _1,
    maxItems: _2,
    maxLength: _3,
    minimum: _4,
    minItems: _5,
    minLength: _6,
    multipleOf: _7,
    ...rest
  } = limit
  return rest
}

/** Bounds come from one layer as a whole: a wider maximum of a model does not go with the general step width. */
const override = (general: Limit | undefined, specific: Limit): Limit =>
  general === undefined
    ? specific
    : hasBounds(specific)
      ? { ...withoutBounds(general), ...specific }
      : { ...general, ...specific }

/** Layers of limits as one, the later ones winning. */
export const mergeLimits = (...layers: ReadonlyArray<Limits>): Limits => {
  const merged: Record<string, Limit> = {}
  for (const layer of layers) {
    for (const [path, limit] of Object.entries(layer)) merged[path] = override(merged[path], counting(limit))
  }
  return merged
}

/** The limits of a task type, with a bound that depends on other values widened to the widest of its table. */
export const generalLimits = ({ params, tables = {} }: LimitFacts): Limits => ({
  ...params,
  ...Object.fromEntries(
    Object.entries(tables).map(([path, rows]) => [
      path,
      {
        ...params[path],
        minimum: Math.min(params[path]?.minimum ?? Infinity, ...rows.map((row) => row.minimum)),
        maximum: Math.max(params[path]?.maximum ?? -Infinity, ...rows.map((row) => row.maximum))
      }
    ])
  )
})

/** The limits that hold whatever the model. */
export const limitsOfAnyModel = (limits: Limits): Limits =>
  Object.fromEntries(Object.entries(limits).filter(([path]) => !decidedByModel.has(path)))

const isWithin = (value: unknown, schema: JsonSchema): boolean =>
  (schema.enum?.includes(value) ?? true) &&
  (typeof value !== "number" || (value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity)))

/**
 * The schema of a parameter with its limits. Where the release names the values, the release is right: no other value
 * set, and no bounds.
 */
export const limited = (schema: JsonSchema, limit: Limit): JsonSchema => {
  const isValueSet = schema.enum !== undefined || schema.const !== undefined
  const { default: fallback, format, type, ...rest } = limit
  const typed: JsonSchema =
    type === undefined || schema.type !== undefined || schema.oneOf !== undefined ? schema : { ...schema, type }
  const { enum: values, ...ranges } = rest
  const isBounded = !isValueSet && schema.oneOf === undefined
  const bounded: JsonSchema = isBounded
    ? {
        ...typed,
        ...(values === undefined ? {} : { enum: values }),
        ...Object.fromEntries(
          bounds.flatMap((keyword) => (ranges[keyword] === undefined ? [] : [[keyword, ranges[keyword]]]))
        )
      }
    : typed
  const formatted: JsonSchema =
    format === undefined
      ? bounded
      : { ...bounded, format, ...(patterns[format] === undefined ? {} : { pattern: patterns[format] }) }
  return fallback === undefined || !isWithin(fallback, formatted) ? formatted : { ...formatted, default: fallback }
}
