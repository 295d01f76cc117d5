/**
 * Media as data URIs. Loaded with the first medium that is given.
 */
import type { MediaSource } from "@effect-runware/schemas/media"
import * as Base64 from "effect/encoding/Base64"
import * as Effect from "effect/Effect"
import type { RunwareError } from "../../RunwareError.ts"
import { describe } from "../describe.ts"
import { failureOf, problem, read, tooLarge } from "./reading.ts"
import { sniff } from "./sniffing.ts"
import { isMediaFile, type Place } from "./source.ts"

interface Encoded {
  readonly text: string
  readonly size: number
}

/** One medium as a data URI; an error names the parameter. */
export const encode = (source: MediaSource, parameter: string, limit: number): Effect.Effect<Encoded, RunwareError> =>
  Effect.tryPromise({
    try: async (signal) => {
      const { bytes, declared } = await read(source, limit, signal)
      const type = await typeOf(isMediaFile(source) ? source.type : undefined, bytes, declared)
      return { text: `data:${type};base64,${Base64.encode(bytes)}`, size: bytes.byteLength }
    },
    catch: (cause) => failureOf(cause, parameter)
  })

/** The data URI of each medium. All of them together may have `limit` bytes; one that is there twice is read once. */
export const encodeAll = Effect.fnUntraced(function* (
  places: ReadonlyArray<Place>,
  limit: number
): Effect.fn.Return<ReadonlyMap<object, string>, RunwareError> {
  const encoded = new Map<object, Encoded>()
  let left = limit
  for (const { path, source } of places) {
    const parameter = path.join(".")
    const one: Encoded = encoded.get(source) ?? (yield* encode(source, parameter, left))
    if (one.size > left) return yield* failureOf(tooLarge(left), parameter)
    encoded.set(source, one)
    left -= one.size
  }
  return new Map([...encoded].map(([source, { text }]) => [source, text]))
})

const mimeType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/

/** What its caller says, else what its bytes say, else what it was declared as. */
const typeOf = async (said: string | undefined, bytes: Uint8Array, declared: string | undefined): Promise<string> => {
  if (said !== undefined) {
    if (mimeType.test(said)) return said.toLowerCase()
    throw problem("invalidMediaType", `${describe(said)} is no MIME type.`, 'Give one such as "image/png".')
  }
  const sniffed = await sniff(bytes)
  const type = sniffed?.mime ?? declared
  if (type !== undefined && mimeType.test(type)) return type
  throw problem(
    "unknownMediaType",
    "The bytes don't say what kind of file they are.",
    'Say it: `Media.fromBytes(bytes, { type: "image/png" })`.'
  )
}
