/**
 * What a text stream adds up to: grows with each batch, and is the result at the end or the part that an error carries.
 * It keeps the text and not the chunks.
 */
import type { Item, Task } from "../../Task.ts"
import type { TextChunk, TextResult } from "../../TextStream.ts"

/** The sum of the chunks so far. */
export interface Tally {
  readonly add: (batch: ReadonlyArray<TextChunk>) => void
  readonly result: () => TextResult
  /** What came as an item, for an error to carry; none when nothing did. */
  readonly part: () => ReadonlyArray<Item>
}

export const make = ({ taskType, taskUUID }: Pick<Task, "taskType" | "taskUUID">): Tally => {
  let text = ""
  let reasoning = ""
  let closing: Partial<TextChunk> | undefined

  const result = (): TextResult => {
    const { delta: _delta, finishReason, resultIndex: _resultIndex, ...fields } = closing ?? {}
    return {
      ...fields,
      taskType,
      taskUUID,
      text,
      ...(reasoning === "" ? {} : { reasoningContent: reasoning }),
      ...(finishReason === undefined || finishReason === null ? {} : { finishReason })
    }
  }

  return {
    add: (batch) => {
      // Joined, since a sum of small strings keeps each of them alive.
      const moreText: Array<string> = []
      const moreReasoning: Array<string> = []
      for (const chunk of batch) {
        const { delta } = chunk
        if (delta?.text !== undefined) moreText.push(delta.text)
        if (delta?.reasoningContent !== undefined) moreReasoning.push(delta.reasoningContent)
        if (isClosing(chunk)) closing = later(closing, chunk)
      }
      text += moreText.join("")
      reasoning += moreReasoning.join("")
    },
    result,
    part: () => (text === "" && reasoning === "" && closing === undefined ? [] : [result()])
  }
}

const isClosing = ({ cost, finishReason, usage }: TextChunk): boolean =>
  (finishReason !== undefined && finishReason !== null) || usage !== undefined || cost !== undefined

/** A chunk with the usage alone must not undo the reason that an earlier one gave. */
const later = (closing: Partial<TextChunk> | undefined, chunk: TextChunk): Partial<TextChunk> => ({
  ...closing,
  ...Object.fromEntries(Object.entries(chunk).filter(([, value]) => value !== null))
})
