/** Parts of a file: what a download that broke off asks for when it goes on. */
import parseRange from "range-parser"
import type { Served } from "./documents.ts"

/** The part of a document that a `Range` header asks for. Files have parts; what else is served comes whole. */
export const partOf = (served: Served, range: string | undefined): Served => {
  const { body, headers, status } = served
  if (status !== 200 || typeof body === "string") return served
  const whole = { ...served, headers: { ...headers, "accept-ranges": "bytes" } }
  if (range === undefined) return whole
  const ranges = parseRange(body.byteLength, range)
  if (ranges === -1) {
    return { status: 416, headers: { "content-range": `bytes */${body.byteLength}` }, body: "" }
  }
  // Several parts in one answer would be a document of another kind: the whole is allowed in their place.
  const [first] = ranges === -2 || ranges.type !== "bytes" || ranges.length > 1 ? [] : ranges
  if (first === undefined) return whole
  return {
    status: 206,
    headers: { ...whole.headers, "content-range": `bytes ${first.start}-${first.end}/${body.byteLength}` },
    body: body.subarray(first.start, first.end + 1)
  }
}
