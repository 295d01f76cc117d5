/**
 * Shorter ids for the types and services of Effect, and for the services of the core: in the bundle they meet nobody else's.
 */
import { parseSync, Visitor } from "oxc-parser"
import { type Edit, edited } from "./edits.ts"
import type { Code } from "./lines.ts"

const id = /^(?:~?effect|@effect-runware\/(?:core|promise))\/\w/

/**
 * Ids that are looked for in values of others, or by other copies, and those that are put together: all others are whole
 * wherever they are. The fiber that runs is no exception: under the name that Effect's own copies know it by, they would find one
 * whose properties have other names.
 */
const known = /^~?effect\/(?:Data|Duration|Effect|Redacted|Stream)/

/** A short id for each, the same in all files. */
export const shortIds = (texts: ReadonlyArray<string>): ReadonlyMap<string, string> =>
  new Map(
    [...new Set(texts.flatMap((text) => idsIn(text).map(({ value }) => value)))]
      .toSorted()
      .map((value, index) => [value, `~${index.toString(36)}`])
  )

/** The same code with the short ids. */
export const withIds = <A extends Code>(code: A, ids: ReadonlyMap<string, string>): Code =>
  edited(
    code,
    idsIn(code.text).flatMap(({ end, start, value }): ReadonlyArray<Edit> => {
      const short = ids.get(value)
      return short === undefined ? [] : [{ start: start + 1, end: end - 1, text: short }]
    })
  )

interface Text {
  readonly start: number
  readonly end: number
  readonly value: string
}

/** Literals with such an id, from quote to quote, in order. */
const idsIn = (text: string): ReadonlyArray<Text> => {
  const found: Array<Text> = []
  const look = ({ end, start }: { readonly start: number; readonly end: number }) => {
    const value = text.slice(start + 1, end - 1)
    if (id.test(value) && !known.test(value)) found.push({ start, end, value })
  }
  new Visitor({
    Literal: (one) => {
      if (typeof one.value === "string") look(one)
    },
    TemplateLiteral: (one) => {
      if (one.expressions.length === 0) look(one)
      // What is put together of an id would be another one.
      else if (id.test(one.quasis[0]?.value.raw ?? ""))
        throw new Error(`An id is put together: ${text.slice(one.start, one.end)}`)
    }
  }).visit(parseSync("bundle.js", text).program)
  return found.toSorted((a, b) => a.start - b.start)
}
