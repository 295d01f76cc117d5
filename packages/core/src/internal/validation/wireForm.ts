/**
 * A value as JSON would carry it, without writing the JSON: a prompt or an inlined file of megabytes is not copied.
 * What a schema would trip over is gone or replaced as in `JSON.stringify`.
 */
export const wireForm = (value: unknown, key = ""): unknown => {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : null
    case "bigint":
      return String(value)
    case "function":
    case "symbol":
      return undefined
    case "object":
      return value === null ? null : objectForm(value, key)
    default:
      return value
  }
}

const objectForm = (value: object, key: string): unknown => {
  if ("toJSON" in value && typeof value.toJSON === "function") return wireForm(value.toJSON(key))
  if (Array.isArray(value)) return value.map((entry) => wireForm(entry) ?? null)
  // Bytes have a key for each of them, and are no parameter anyway.
  if (ArrayBuffer.isView(value)) return {}
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, entry]) => [name, wireForm(entry, name)] as const)
      .filter(([, entry]) => entry !== undefined)
  )
}
