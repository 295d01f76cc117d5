/**
 * The comment of a parameter: what it means, in which unit, between which limits, and what it is when it isn't given.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import { describeParameter } from "../descriptions/Description.ts"

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined)

const between = (minimum: number | undefined, maximum: number | undefined): string | undefined => {
  if (minimum !== undefined && maximum !== undefined)
    return minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`
  if (minimum !== undefined) return `At least ${minimum}`
  return maximum === undefined ? undefined : `At most ${maximum}`
}

/** The limits of a schema in words, `128 to 2048 pixels in steps of 64`. */
const limits = (schema: JsonSchema, unit: string | undefined): string | undefined => {
  const above = number(schema["exclusiveMinimum"])
  const below = number(schema["exclusiveMaximum"])
  const range = between(number(schema.minimum), number(schema.maximum))
  const step = number(schema.multipleOf)
  const values = [
    ...(range === undefined ? [] : [unit === undefined ? range : `${range} ${unit}`]),
    ...(above === undefined ? [] : [`more than ${above}`]),
    ...(below === undefined ? [] : [`less than ${below}`])
  ].join(", ")
  const steps = step === undefined ? "" : `in steps of ${step}`
  const lengths = [
    [between(number(schema.minLength), number(schema.maxLength)), "characters"],
    [between(number(schema.minItems), number(schema.maxItems)), "items"]
  ].flatMap(([length, what]) => (length === undefined ? [] : [`${length} ${length === "1" ? "item" : what}`]))
  const text = [[values, steps].filter((part) => part !== "").join(" "), ...lengths].filter((part) => part !== "")
  const [sentence = ""] = [text.join(", ")]
  return sentence === "" ? undefined : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
}

/** A default that is shorter said than looked up. What the client fills in has a default of its own. */
const fallback = (name: string, value: unknown): string | undefined => {
  if (value === undefined || name === "deliveryMethod" || typeof value === "object") return undefined
  return `Default ${typeof value === "string" ? `\`${JSON.stringify(value)}\`` : `\`${String(value)}\``}.`
}

const sentence = (text: string): string => (/[.!?:]$/.test(text) ? text : `${text}.`)

/** The values that a schema lists with a word about each, as the service writes enumerations. */
const values = (schema: JsonSchema): ReadonlyArray<string> =>
  (schema.oneOf ?? []).flatMap((one) => {
    if (!("const" in one)) return []
    const words = [one.title, one.description].filter((word) => word !== undefined && word !== one.const)
    return words.length === 0 ? [] : [`- \`${JSON.stringify(one.const)}\`: ${words.join(": ")}`]
  })

/** The lines of the comment of the parameter at a path. The schema's own description counts more than ours. */
export const parameterComment = (taskType: string, path: string, schema: JsonSchema): ReadonlyArray<string> => {
  const name = path.slice(path.lastIndexOf(".") + 1)
  const known = describeParameter(taskType, path)
  const [text, unit] = typeof known === "object" ? [known.text, known.unit] : [known, undefined]
  const bounds = limits(schema, unit)
  const meaning = unit !== undefined && bounds?.includes(unit) !== true ? `${text}, in ${unit}` : text
  const own = schema.description ?? meaning ?? schema.title
  const parts = [own === undefined ? undefined : sentence(own), bounds, fallback(name, schema.default)]
  const first = parts.filter((part) => part !== undefined).join(" ")
  return [...(first === "" ? [] : [first]), ...values(schema)]
}
