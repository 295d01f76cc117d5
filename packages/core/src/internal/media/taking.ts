/**
 * Media taken whole: what a caller gives as a data URI, and the file of a result as bytes. Loaded when first asked.
 */
import type { MediaSource } from "@effect-runware/schemas/media"
import * as Effect from "effect/Effect"
import { withDetails, type RunwareError } from "../../RunwareError.ts"
import { describe } from "../describe.ts"
import { checkOptions, count, duration } from "../options.ts"
import type { Fetching } from "./content.ts"
import { type ByteStream, type FileOptions, streamed, wrapped } from "./file.ts"
import { loadEncoding } from "./loading.ts"
import { isOutput, type Output, outputs } from "./outputs.ts"
import { loadContent } from "./parts.ts"
import { failureOf, isByteStream, problem } from "./reading.ts"
import { defaultMaxBytes, isSource } from "./source.ts"

export const toDataURI = Effect.fnUntraced(function* (
  source: MediaSource | ByteStream,
  options: FileOptions & { readonly maxBytes?: number | undefined }
) {
  const { maxBytes } = yield* Effect.fromResult(
    checkOptions(options, { maxBytes: count(defaultMaxBytes) }, ["type", "name"])
  )
  const rest = { type: options.type, name: options.name }
  const file = yield* Effect.try({ try: () => fileOf(source, rest), catch: (cause) => failureOf(cause, "file") })
  const { encode } = yield* loadEncoding
  return (yield* encode(file, "file", maxBytes)).text
})

const fileOf = (source: unknown, options: FileOptions): MediaSource => {
  if (typeof source === "object" && source !== null) {
    if (isByteStream(source)) return streamed(source, options)
    if (isSource(source)) return options.type === undefined ? source : wrapped(() => source, options)
  }
  throw problem(
    "invalidMedia",
    `Bytes, a Blob, a stream or an explicit file were expected, got ${describe(source)}.`,
    typeof source === "string" ? "A string is never read as a path: use `Media.fromFile(path)`." : ""
  )
}

interface TakeOptions {
  readonly maxBytes?: number | undefined
  readonly idleTimeout?: Fetching["idleTimeout"]
}

export const bytes = (file: unknown, options: TakeOptions) => Effect.map(taken(file, options), ({ bytes }) => bytes)

export const toBlob = (file: unknown, options: TakeOptions) =>
  Effect.map(
    taken(file, options),
    // Bytes that were decoded or fetched here lie in a buffer of their own.
    ({ bytes, type }) => new Blob([bytes as Uint8Array<ArrayBuffer>], type === undefined ? {} : { type })
  )

const taken = Effect.fnUntraced(function* (file: unknown, options: TakeOptions) {
  const { idleTimeout, maxBytes } = yield* Effect.fromResult(
    checkOptions(options, { maxBytes: count(256 * 1024 * 1024), idleTimeout: duration("30 seconds") }, [])
  )
  const output = yield* single(file)
  const { whole } = yield* loadContent
  return yield* whole(output, { idleTimeout, maxBytes })
})

const single = (file: unknown): Effect.Effect<Output, RunwareError> => {
  if (isOutput(file)) return Effect.succeed(file)
  const all = outputs(file)
  const [one] = all
  return one !== undefined && all.length === 1
    ? Effect.succeed(one)
    : Effect.fail(
        withDetails(
          problem(
            all.length === 0 ? "noFiles" : "severalFiles",
            all.length === 0
              ? `A result with a file was expected, got ${describe(file)}.`
              : `One file was expected, and there are ${all.length}.`,
            "`Media.outputs(results)` gives all of them."
          ),
          { parameter: "file" }
        )
      )
}
