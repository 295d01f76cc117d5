/**
 * The little that has to be asked of JSON from outside before anything is known about it.
 */

/** A JSON object, its fields unknown. */
export type JsonObject = Readonly<Record<string, unknown>>

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A string with something in it. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined

/**
 * A list, however it was written: absent (also as `null`, `false` or `""`), one bare value, or an object with numeric
 * keys (`{"0":"checkpoint","1":"lora"}`), which some of the service's lists arrive as.
 */
export const listOf = (value: unknown): ReadonlyArray<unknown> => {
  if (Array.isArray(value)) return value
  if (value === undefined || value === null || value === false || value === "") return []
  return isJsonObject(value) && Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : [value]
}
