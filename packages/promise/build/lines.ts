/**
 * Minified code in lines of a bearable length: Node prints the line of an error that nobody caught, and it should not be a
 * whole file.
 */
import { decode, encode, type SourceMapMappings } from "@jridgewell/sourcemap-codec"
import { parseSync } from "oxc-parser"

/** A file of the bundle. */
export interface Code {
  readonly text: string
  readonly map: {
    readonly mappings: string
    readonly names: Array<string>
    readonly sources: Array<string | null>
  }
}

/** Breaks lines before statements, declarations and members, where a line break means nothing. */
export const breakLines = ({ map, text }: Code, length = 1000): Code => {
  const breaks: Array<number> = []
  let start = 0
  let last = 0
  for (const place of [...places(text), text.length].toSorted((a, b) => a - b)) {
    const newline = text.lastIndexOf("\n", place - 1) + 1
    if (newline > start) start = last = newline
    if (place - start > length && last > start) {
      breaks.push(last)
      start = last
    }
    last = place
  }
  const mappings = encode(breakMappings(text, decode(map.mappings), breaks))
  return { text: breakText(text, breaks), map: { ...map, mappings } }
}

/** Where a line may end. Statements never follow a word that a line break would cut off, such as `return`. */
const places = (text: string): ReadonlySet<number> => {
  const found = new Set<number>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit)
    if (!isNode(value)) return
    if (breakable.test(value.type)) found.add(value.start)
    Object.values(value).forEach(visit)
  }
  visit(parseSync("bundle.js", text).program.body)
  return found
}

const breakable = /(?:Statement|Declaration|Declarator|Definition)$|^Property$/

const isNode = (value: unknown): value is { readonly type: string; readonly start: number } =>
  typeof value === "object" && value !== null && "type" in value && "start" in value

const breakText = (text: string, breaks: ReadonlyArray<number>): string =>
  [0, ...breaks].map((start, index) => text.slice(start, breaks[index])).join("\n")

/** Segments keep what they lead to; those after a break begin a line of their own. */
const breakMappings = (text: string, lines: SourceMapMappings, breaks: ReadonlyArray<number>): SourceMapMappings => {
  const broken: SourceMapMappings = []
  let lineStart = 0
  let next = 0
  for (const [index, written] of text.split("\n").entries()) {
    const lineEnd = lineStart + written.length
    const segments = lines[index] ?? []
    let line: (typeof lines)[number] = []
    let from = lineStart
    for (const segment of segments) {
      const offset = lineStart + segment[0]
      for (let at = breaks[next]; at !== undefined && at <= offset; at = breaks[++next]) {
        broken.push(line)
        line = []
        from = at
      }
      const moved: typeof segment = [...segment]
      moved[0] = offset - from
      line.push(moved)
    }
    while ((breaks[next] ?? Infinity) <= lineEnd) {
      broken.push(line)
      line = []
      next++
    }
    broken.push(line)
    lineStart = lineEnd + 1
  }
  return broken
}
