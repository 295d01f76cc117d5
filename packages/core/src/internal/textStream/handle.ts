/**
 * The handle on a shared text stream: what its readers get, and the errors that concern one of them alone.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { Settings } from "../../RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../../RunwareError.ts"
import type { Task } from "../../Task.ts"
import type { TextChunk, TextDelta, TextStream } from "../../TextStream.ts"
import { about } from "../call.ts"
import type { Shared } from "./sharing.ts"
import type { Tally } from "./tally.ts"

export const make = (
  { taskUUID }: Task,
  { end, stream }: Shared<TextChunk, RunwareError>,
  tally: Tally
): TextStream => ({
  taskUUID,
  chunks: stream,
  text: deltas(stream, "text"),
  reasoning: deltas(stream, "reasoningContent"),
  result: Effect.map(end, tally.result)
})

/** One field of the deltas, batch by batch; a batch without it is passed over. */
const deltas = (
  stream: Stream.Stream<TextChunk, RunwareError>,
  field: keyof Pick<TextDelta, "text" | "reasoningContent">
): Stream.Stream<string, RunwareError> =>
  Stream.transformPull(stream, (pull) =>
    Effect.sync(() => {
      const next: Pull.Pull<NonEmptyReadonlyArray<string>, RunwareError> = Effect.flatMap(pull, (batch) => {
        const pieces: Array<string> = []
        for (const { delta } of batch) {
          const piece = delta?.[field]
          if (piece !== undefined && piece !== "") pieces.push(piece)
        }
        return isFilled(pieces) ? Effect.succeed(pieces) : next
      })
      return next
    })
  )

const isFilled = (pieces: ReadonlyArray<string>): pieces is NonEmptyReadonlyArray<string> => pieces.length > 0

/** The error of a reader that fell behind, or came too late. */
export const lost = (task: Task, { streamBuffer }: Settings): RunwareError =>
  makeError("unknown", {
    rawCode: "streamBufferExceeded",
    message: `This reader is more than ${streamBuffer} chunks behind: what it has to read next is not kept any more.`,
    advice: "Read faster or sooner, raise `streamBuffer`, or take the `result`; other readers go on.",
    ...about(task),
    submission: "accepted"
  })

/** The error of whoever reads a stream after it was given up. */
export const abandoned = (task: Task, tally: Tally): RunwareError => {
  const results = tally.part()
  return makeError("aborted", {
    message: "The stream was given up: its last reader left, or its scope ended.",
    ...about(task),
    ...(results.length === 0 ? {} : { results, submission: "accepted" })
  })
}
