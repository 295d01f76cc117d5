/**
 * The bytes of a text stream, as well or as badly written as its switches say.
 *
 * @since 0.1.0
 */
import type { StreamPart, StreamSwitches } from "./Streaming.ts"

const lineEnds = { lf: "\n", crlf: "\r\n", cr: "\r" } as const
const encoder = new TextEncoder()

/**
 * What is written for one part, piece by piece; nothing for those that begin or end a stream.
 *
 * @since 0.1.0
 * @category encoding
 */
export const bytesOf = (part: StreamPart, switches: StreamSwitches): ReadonlyArray<Uint8Array> => {
  const lines = linesOf(part, switches.streamNoise)
  if (lines.length === 0) return []
  const end = lineEnds[switches.streamLines]
  const bytes = encoder.encode(lines.map((line) => line + end).join("") + end)
  return switches.streamPieces === "events" ? [bytes] : Array.from(bytes, (byte) => Uint8Array.of(byte))
}

const linesOf = (part: StreamPart, noisy: boolean): ReadonlyArray<string> => {
  switch (part._tag) {
    case "Comment":
      return [`: ${part.text}`]
    case "Data": {
      const data = typeof part.payload === "string" ? part.payload : JSON.stringify(part.payload)
      return noisy ? noisily(data) : [`data: ${data}`]
    }
    default:
      return []
  }
}

/** The same event with whatever else the grammar allows, and JSON in two lines. */
const noisily = (data: string): ReadonlyArray<string> => {
  const halves = data.startsWith("{") ? ["{", data.slice(1)] : [data]
  return ["retry: 3000", "id: 7", "junk", "field: unknown", ": comment", ...halves.map((half) => `data:${half}`)]
}
