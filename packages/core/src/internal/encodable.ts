/**
 * Whether parameters survive JSON. What has no form there would throw while the request is built, or travel as `null`,
 * `{}` or nothing at all, and be paid for.
 */
import * as Redacted from "effect/Redacted"
import { isSource, type Place } from "./media/source.ts"

/** A value that can't be sent: where it is, and what it is in few words. */
export interface Misfit {
  readonly path: ReadonlyArray<string>
  readonly kind: string
}

/** The first value that JSON has no form for, if there is one. Absent fields (`undefined`) are fine. */
export const findMisfit = (value: unknown): Misfit | undefined => inspect(value).misfit

/** What parameters hold that is not JSON: media, which become data URIs, and the first value that can't be sent. */
export interface Inspection {
  readonly misfit: Misfit | undefined
  readonly media: ReadonlyArray<Place>
}

export const inspect = (value: unknown): Inspection => {
  const media: Array<Place> = []
  return { misfit: find(value, [], [], media), media }
}

const find = (
  value: unknown,
  ancestors: ReadonlyArray<object>,
  path: ReadonlyArray<string>,
  media: Array<Place>
): Misfit | undefined => {
  if (typeof value !== "object" || value === null) return kindOnly(primitiveKind(value))
  if (isSource(value)) {
    media.push({ path, source: value })
    return undefined
  }
  if (ancestors.includes(value)) return kindOnly("a reference to an object around it")
  const kind = objectKind(value)
  if (kind !== undefined) return kindOnly(kind)
  if ("toJSON" in value && typeof value.toJSON === "function") return undefined
  const around = [...ancestors, value]
  for (const [key, inner] of Object.entries(value)) {
    // Most of what is given: for these nothing is made.
    if (typeof inner === "string" || Number.isFinite(inner)) continue
    const misfit = inner === undefined && !Array.isArray(value) ? undefined : find(inner, around, [...path, key], media)
    if (misfit !== undefined) return { path: [key, ...misfit.path], kind: misfit.kind }
  }
  return undefined
}

const kindOnly = (kind: string | undefined): Misfit | undefined => (kind === undefined ? undefined : { path: [], kind })

const primitiveKind = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? undefined : String(value)
    case "bigint":
      return `the bigint ${value}n`
    case "undefined":
      return "undefined"
    case "function":
    case "symbol":
      return `a ${typeof value}`
    default:
      return undefined
  }
}

/** What an object is that has no fields to send: a file, or one that keeps what it holds out of sight. */
export const kindOfStranger = (value: object): string | undefined => (isSource(value) ? "a file" : objectKind(value))

/** Secrets, streams, and the objects that keep what they hold out of sight: maps, promises, responses. */
const objectKind = (value: object): string | undefined => {
  if (Redacted.isRedacted(value)) return "a Redacted value"
  if (Symbol.asyncIterator in value || "getReader" in value || "~effect/Stream" in value) return "a stream"
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === Object.prototype || prototype === null || Array.isArray(value)
  const isHollow = !isPlain && !("toJSON" in value) && Object.keys(value).length === 0
  return isHollow ? `a ${value.constructor.name}` : undefined
}
