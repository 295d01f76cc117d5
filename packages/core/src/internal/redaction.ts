/**
 * What a log may show of a task: names and sizes, never a key, never a whole prompt or file.
 */

const secretKeys = /^(api-?key|authorization|token|secret|password)$/i
const maxString = 120
const maxItems = 20
const maxDepth = 8

/** A copy of `record` that is safe to print: secrets replaced, long strings and lists cut with their size noted. */
export const redact = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, redactEntry(key, value, 0)]))

const redactEntry = (key: string, value: unknown, depth: number): unknown =>
  secretKeys.test(key) ? "<redacted>" : redactValue(value, depth)

const redactValue = (value: unknown, depth: number): unknown => {
  if (typeof value === "string") return shorten(value)
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? String(value) : value
  if (depth >= maxDepth) return "<deep>"
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `<${value.byteLength} bytes>`
  if (Array.isArray(value)) {
    const shown = value.slice(0, maxItems).map((item) => redactValue(item, depth + 1))
    return value.length > maxItems ? [...shown, `<${value.length - maxItems} more>`] : shown
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactEntry(key, inner, depth + 1)]))
}

/** The start of a long string, and its length. Query strings go whole: webhook URLs carry secrets there. */
const shorten = (text: string): string => {
  const url = /^(https?:\/\/[^?#]+)[?#]/.exec(text)
  const visible = url?.[1] === undefined ? text : `${url[1]}?<redacted>`
  return visible.length > maxString ? `${visible.slice(0, maxString)}… <${visible.length} characters>` : visible
}
