/** A value in few words, for error messages. */
export const describe = (value: unknown): string => {
  if (value === null) return "null"
  if (Array.isArray(value)) return `an array of ${value.length}`
  switch (typeof value) {
    case "string":
      // Of a file not even the beginning: errors are printed and sent on.
      if (value.startsWith("data:")) return `a data URI of ${value.length} characters`
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
    case "object":
      return `an object with keys ${Object.keys(value).slice(0, 5).join(", ") || "(none)"}`
    case "function":
      return "a function"
    default:
      return String(value)
  }
}
