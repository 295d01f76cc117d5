/**
 * The handle on a text stream, before what reads it is loaded: the first reader does that. Those who come in the meantime
 * take their turns as they came.
 */
import * as Effect from "effect/Effect"
import type { TextStream } from "../TextStream.ts"
import { loadTextHandle } from "./loading.ts"
import type * as TextHandle from "./textHandle.ts"
import type { Origin } from "./textSession.ts"

let loaded: typeof TextHandle | undefined

/** A stream that its first reader opens. */
export const make = (origin: Origin): TextStream => loaded?.make(origin) ?? late(origin)

const late = (origin: Origin): TextStream => {
  let handle: TextStream | undefined
  let loading: Promise<TextStream> | undefined
  const load = () =>
    (loading ??= Effect.runPromise(loadTextHandle).then((module) => {
      loaded = module
      return (handle = module.make(origin))
    }))
  const read = <A>(select: (stream: TextStream) => AsyncIterable<A>): AsyncIterable<A> => ({
    [Symbol.asyncIterator]: () =>
      // Whoever comes to an open stream joins at once.
      handle === undefined ? lateIterator(async () => select(await load())) : select(handle)[Symbol.asyncIterator]()
  })
  return {
    textStream: read(({ textStream }) => textStream),
    reasoningStream: read(({ reasoningStream }) => reasoningStream),
    chunks: read(({ chunks }) => chunks),
    text: async () => (handle ?? (await load())).text(),
    result: async () => (handle ?? (await load())).result(),
    toReadableStream: () => handle?.toReadableStream() ?? lateBytes(async () => (await load()).toReadableStream())
  }
}

const ended = async () => ({ done: true, value: undefined }) as const

/** Joins with its first turn. */
const lateIterator = <A>(open: () => Promise<AsyncIterable<A>>): AsyncIterableIterator<A, undefined> => {
  let joining: Promise<AsyncIterator<A, undefined>> | undefined
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: async () => (await (joining ??= open().then((stream) => stream[Symbol.asyncIterator]()))).next(),
    // Who leaves before that never joins.
    return: async () => (await (joining ??= Promise.resolve({ next: ended, return: ended }))).return?.() ?? ended()
  }
}

const lateBytes = (open: () => Promise<ReadableStream<Uint8Array>>): ReadableStream<Uint8Array> => {
  let joining: Promise<ReadableStreamDefaultReader<Uint8Array>> | undefined
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const reader = await (joining ??= open().then((stream) => stream.getReader()))
        const { done, value } = await reader.read()
        return done ? controller.close() : controller.enqueue(value)
      },
      cancel: async (reason) => (await joining)?.cancel(reason)
    },
    // Nothing is read ahead: a stream that nobody reads sends no request.
    { highWaterMark: 0 }
  )
}
