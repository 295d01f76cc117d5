/**
 * A text that comes in one piece where a stream was asked for: the reply of a poll, or of a service that doesn't stream.
 */
import type { WireItem } from "../../Protocol.ts"
import type { Task } from "../../Task.ts"
import type { TextChunk, TextDelta } from "../../TextStream.ts"

/** Some replies hold the reasoning in several pieces. */
const reasoningOf = (value: unknown): string | undefined =>
  Array.isArray(value) ? value.join("") : typeof value === "string" ? value : undefined

/** The one chunk that holds all of an item. */
export const chunkOfItem = (item: WireItem, { taskType, taskUUID }: Task): TextChunk => {
  const { progress: _progress, reasoningContent, status: _status, text, ...fields } = item
  const reasoning = reasoningOf(reasoningContent)
  const delta: TextDelta = {
    ...(reasoning === undefined ? {} : { reasoningContent: reasoning }),
    ...(typeof text === "string" ? { text } : {})
  }
  return { ...fields, taskType, taskUUID, delta }
}
