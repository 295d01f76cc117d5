/**
 * From the bytes of a text stream to its chunks, by the grammar of server-sent events. One decoder reads one stream,
 * batch by batch: what the network gives at once is decoded, parsed and handed on at once.
 */
import { createParser } from "eventsource-parser"
import type { Task } from "../../Task.ts"
import type { TextChunk, TextUsage } from "../../TextStream.ts"
import { isJsonObject, type JsonObject, listOf } from "../json.ts"

/** How a stream ended, once it has. */
export type Ending =
  /** The service said that it is complete. */
  | { readonly _tag: "Done" }
  /** The service reported errors, in the words of an event. */
  | { readonly _tag: "Errors"; readonly data: string }
  /** An event is no part of the protocol, so that something is missing. */
  | { readonly _tag: "Unreadable"; readonly why: string }

/** Decodes one stream. */
export interface Decoder {
  /** The chunks that these bytes complete. After the end there are none. */
  readonly feed: (bytes: Uint8Array) => ReadonlyArray<TextChunk>
  /** The chunks that the end of the bytes completes: a last event may lack its blank line. */
  readonly flush: () => ReadonlyArray<TextChunk>
  readonly ending: () => Ending | undefined
}

/** Characters of an event, beyond which no model writes. */
const longestEvent = 10 * 1024 * 1024

export const make = ({ taskType, taskUUID }: Pick<Task, "taskType" | "taskUUID">): Decoder => {
  const text = new TextDecoder()
  let chunks: Array<TextChunk> = []
  let ending: Ending | undefined

  const read = (body: unknown, data: string): void => {
    if (!isJsonObject(body)) {
      ending = { _tag: "Unreadable", why: "an event that is no JSON object" }
    } else if (hasErrors(body)) {
      ending = { _tag: "Errors", data }
    } else if (body["data"] !== undefined && body["delta"] === undefined) {
      // An older form wraps the chunk as replies are wrapped.
      for (const element of listOf(body["data"])) if (ending === undefined) read(element, data)
    } else if (isChunk(body, taskType, taskUUID)) {
      // Each chunk came with strings of its own; those that are kept share these.
      body.taskType = taskType
      body.taskUUID = taskUUID
      chunks.push(body)
    } else {
      chunks.push(wellTyped(body, taskType, taskUUID))
    }
  }

  const parser = createParser({
    maxBufferSize: longestEvent,
    onEvent: ({ data }) => {
      if (ending !== undefined) return
      if (data === "[DONE]") {
        ending = { _tag: "Done" }
        return
      }
      const body = parse(data)
      if (body !== undefined || data.trim() !== "") read(body, data)
    },
    // Fields that nobody knows are nothing to worry about.
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") ending ??= { _tag: "Unreadable", why: "an event without end" }
    }
  })

  const take = (part: string): ReadonlyArray<TextChunk> => {
    if (ending === undefined) parser.feed(part)
    const taken = chunks
    chunks = []
    return taken
  }

  return {
    feed: (bytes) => take(text.decode(bytes, { stream: true })),
    // A whole JSON text can't be the beginning of another one: what parses here was not cut.
    flush: () => {
      const last = take(`${text.decode()}\n\n`)
      if (ending?._tag === "Unreadable") ending = undefined
      return last
    },
    ending: () => ending
  }
}

const parse = (data: string): unknown => {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

const hasErrors = ({ error, errors }: JsonObject): boolean =>
  (errors !== undefined && listOf(errors).length > 0) || (error !== undefined && listOf(error).length > 0)

const isOptional = (value: unknown, type: "string" | "number"): boolean => value === undefined || typeof value === type

const isDelta = (delta: unknown): boolean =>
  delta === undefined ||
  (isJsonObject(delta) && isOptional(delta["text"], "string") && isOptional(delta["reasoningContent"], "string"))

type Writable<A> = { -readonly [K in keyof A]: A[K] }

/** Whether an event is a chunk as it stands, which all but a few are. */
const isChunk = (body: JsonObject, taskType: string, taskUUID: string): body is Writable<TextChunk> => {
  const { cost, delta, finishReason, usage } = body
  return (
    body["taskUUID"] === taskUUID &&
    body["taskType"] === taskType &&
    isDelta(delta) &&
    (finishReason === null || isOptional(finishReason, "string")) &&
    isOptional(cost, "number") &&
    (usage === undefined || isJsonObject(usage))
  )
}

/** The chunk in an event that names no task, or holds misfits: those are dropped, unknown fields stay. */
const wellTyped = (body: JsonObject, taskType: string, taskUUID: string): TextChunk => {
  const { cost, delta, finishReason, usage, ...fields } = body
  return {
    ...fields,
    taskType,
    taskUUID,
    ...(isJsonObject(delta) ? { delta: withoutMisfits(delta) } : {}),
    ...(finishReason === null || typeof finishReason === "string" ? { finishReason } : {}),
    ...(isJsonObject(usage) ? { usage: usage as TextUsage } : {}),
    ...(typeof cost === "number" ? { cost } : {})
  }
}

const withoutMisfits = (delta: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(delta).filter(
      ([field, value]) => (field !== "text" && field !== "reasoningContent") || typeof value === "string"
    )
  )
