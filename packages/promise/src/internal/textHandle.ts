/**
 * The handle on a text stream: each of its forms is one more reader of the same session.
 */
import type * as Core from "@effect-runware/core/TextStream"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import type * as Stream from "effect/Stream"
import type { TextStream } from "../TextStream.ts"
import { bytesOf, TextIterator } from "./textReaders.ts"
import { type Origin, TextSession } from "./textSession.ts"

/** A stream that its first reader opens. */
export const make = (origin: Origin): TextStream => {
  const session = new TextSession(origin)
  const read = <A>(select: (stream: Core.TextStream) => Stream.Stream<A, RunwareError>): AsyncIterable<A> => ({
    [Symbol.asyncIterator]: () => new TextIterator({ session, reader: session.reader(select) })
  })
  const result = () => session.result()
  return {
    textStream: read(({ text }) => text),
    reasoningStream: read(({ reasoning }) => reasoning),
    chunks: read(({ chunks }) => chunks),
    text: async () => (await result()).text,
    result,
    toReadableStream: () => bytesOf(session.reader(({ text }) => text))
  }
}
