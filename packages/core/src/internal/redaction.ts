/**
 * What a log may show of a task: names and sizes, never a key, never a whole prompt or file.
 */

/** Compared in lower case and without separators: `x-api-key`, `accessToken`; not `promptTokens`, which are counted. */
const secretNames = /(?:apikey|privatekey|token)$|authorization|secret|password|passphrase|credential|cookie/
const maxString = 120
const maxItems = 20
const maxFields = 50
const maxDepth = 8

/**
 * A copy of `record` that is safe to print and is JSON: secrets replaced, long strings, lists and objects cut with their
 * size noted.
 */
export const redact = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  redactFields(record, [])

const redactFields = (record: object, ancestors: ReadonlyArray<object>): Readonly<Record<string, unknown>> => {
  const entries = Object.entries(record)
  const shown = entries
    .slice(0, maxFields)
    .map(([key, value]) => [shorten(key), isSecret(key) ? "<redacted>" : redactValue(value, [...ancestors, record])])
  return Object.fromEntries(
    entries.length > maxFields ? [...shown, ["…", `<${entries.length - maxFields} more>`]] : shown
  )
}

const isSecret = (name: string): boolean => secretNames.test(name.toLowerCase().replaceAll(/[^a-z]/g, ""))

const redactValue = (value: unknown, ancestors: ReadonlyArray<object>): unknown => {
  if (typeof value === "object" && value !== null) return redactObject(value, ancestors)
  if (typeof value === "string") return shorten(value)
  if (typeof value === "function" || typeof value === "symbol") return `<${typeof value}>`
  return typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value
}

const redactObject = (value: object, ancestors: ReadonlyArray<object>): unknown => {
  if (ancestors.includes(value)) return "<circular>"
  if (ancestors.length > maxDepth) return "<deep>"
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `<${value.byteLength} bytes>`
  if ("toJSON" in value && typeof value.toJSON === "function") return redactValue(value.toJSON(), [...ancestors, value])
  if (value instanceof Error) return shorten(`${value.name}: ${value.message}`)
  if (!Array.isArray(value)) return redactFields(value, ancestors)
  const shown = value.slice(0, maxItems).map((item: unknown) => redactValue(item, [...ancestors, value]))
  return value.length > maxItems ? [...shown, `<${value.length - maxItems} more>`] : shown
}

/**
 * The start of a long string, and its length; of a data URI only the type. Of URLs, query and user go whole: that is where
 * secrets are.
 */
const shorten = (text: string): string => {
  const [dataURI] = /^data:[^,]{0,100},/.exec(text) ?? []
  if (dataURI !== undefined) return `${dataURI}… <${text.length} characters>`
  const visible = text
    .slice(0, 10 * maxString)
    .replaceAll(/(\bdata:[\w.+-]+\/[\w.+-]+;base64,)[\w+/=-]+/g, "$1…")
    .replaceAll(/(\w+:\/\/)[^\s"'/?#@]*@/g, "$1<redacted>@")
    .replaceAll(/(https?:\/\/[^\s"'?#]+)[?#][^\s"']*/gi, "$1?<redacted>")
  return visible.length > maxString ? `${visible.slice(0, maxString)}… <${text.length} characters>` : visible
}
