/**
 * Edits of minified code that leave its map true.
 */
import { decode, encode } from "@jridgewell/sourcemap-codec"
import type { Code } from "./lines.ts"

/** Other words in the place of some. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The code with the edits made, and mapped as before. What is mapped is never inside of an edit. */
export const edited = ({ map, text }: Code, edits: ReadonlyArray<Edit>): Code => {
  let next = 0
  const starts = text.split("\n").map((line) => {
    const start = next
    next += line.length + 1
    return start
  })
  const mappings = decode(map.mappings).map((line, index) => {
    const start = starts[index] ?? 0
    const before = edits.filter((edit) => edit.start >= start)
    return line.flatMap((segment) => {
      const place = start + segment[0]
      if (edits.some((edit) => edit.start < place && place < edit.end)) return []
      const moved: typeof segment = [...segment]
      moved[0] += before.reduce(
        (sum, edit) => (edit.end <= place ? sum + edit.text.length - (edit.end - edit.start) : sum),
        0
      )
      return [moved]
    })
  })
  return {
    text: edits.reduceRight((whole, edit) => whole.slice(0, edit.start) + edit.text + whole.slice(edit.end), text),
    map: { ...map, mappings: encode(mappings) }
  }
}
