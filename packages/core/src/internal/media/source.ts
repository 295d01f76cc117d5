/**
 * What counts as a medium among parameters: bytes, blobs, and what `Media` makes. This is all that a call loads before it
 * meets one; reading and encoding come with the first.
 */
import type { BlobLike, MediaFile, MediaSource } from "@effect-runware/schemas/media"

/** Marks explicit files of every copy of this package. */
export const typeId = "~effect-runware/Media"

/**
 * How an explicit file is read. Promises and no effects: a file that another copy of this package made, with an Effect of
 * its own, is read like any other.
 */
export interface Reader {
  /** All bytes. Rejects with a `RunwareError` that names no parameter, as soon as there are more than `limit`. */
  readonly read: (limit: number, signal: AbortSignal) => Promise<Content>
}

/** What is in a medium. */
export interface Content {
  readonly bytes: Uint8Array
  /** Its type by its name or as a browser says it: for bytes that don't say what they are. */
  readonly declared: string | undefined
}

/** Bytes that a task may carry in all its media: encoded, they and the rest stay below the service's 32 MiB. */
export const defaultMaxBytes = 23 * 1024 * 1024

/** Where in the parameters a medium is. */
export interface Place {
  readonly path: ReadonlyArray<string>
  readonly source: MediaSource
}

export const isMediaFile = (value: unknown): value is MediaFile =>
  typeof value === "object" && value !== null && typeId in value

/** Also a buffer of another realm, as test runners have them. */
export const isArrayBuffer = (value: object): value is ArrayBuffer =>
  Object.prototype.toString.call(value) === "[object ArrayBuffer]"

export const isBlob = (value: object): value is BlobLike =>
  "size" in value &&
  "type" in value &&
  "arrayBuffer" in value &&
  typeof value.size === "number" &&
  typeof value.type === "string" &&
  typeof value.arrayBuffer === "function"

export const isSource = (value: object): value is MediaSource =>
  ArrayBuffer.isView(value) || isMediaFile(value) || isArrayBuffer(value) || isBlob(value)

/** Parameters with the data URI of each medium in its place. */
export const withTexts = (value: unknown, texts: ReadonlyMap<object, string>): unknown => {
  if (typeof value !== "object" || value === null) return value
  const text = texts.get(value)
  if (text !== undefined) return text
  if ("toJSON" in value && typeof value.toJSON === "function") return value
  if (Array.isArray(value)) return value.map((entry: unknown) => withTexts(entry, texts))
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, withTexts(entry, texts)]))
}
