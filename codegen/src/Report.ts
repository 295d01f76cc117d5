/**
 * What the types leave out of the schemas, as lines to read: rules that only the validator checks, and keywords that
 * nobody knows, and entries without a schema.
 */
import type { Finding } from "./Bundle.ts"

/** Entries that a line names before it only counts them. */
const namedEntries = 3

const phrases: Readonly<Record<Finding["kind"], (keyword: string) => string>> = {
  rule: (keyword) => `checked at run time only: ${keyword}`,
  unknown: (keyword) => `unknown keyword: ${keyword}`,
  missing: (keyword) => `no types, for want of a ${keyword}`,
  broken: (keyword) => keyword
}

const place = ({ entry, path }: Finding): string => (path === "" ? entry : `${entry} at ${path}`)

const list = (places: ReadonlyArray<string>): string =>
  places.length <= namedEntries
    ? places.join(", ")
    : `${places.slice(0, namedEntries).join(", ")} and ${places.length - namedEntries} more`

/** A line for each keyword, with the entries that use it. */
export const summary = (findings: ReadonlyArray<Finding>): ReadonlyArray<string> => {
  const found = new Map<string, Set<string>>()
  for (const finding of findings) {
    const phrase = phrases[finding.kind](finding.keyword)
    found.set(phrase, (found.get(phrase) ?? new Set()).add(finding.entry))
  }
  return [...found]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([phrase, entries]) => `${phrase}, in ${list([...entries])}`)
}

/** A line for each finding, each once. */
export const problems = (findings: ReadonlyArray<Finding>): ReadonlyArray<string> => [
  ...new Set(
    findings.map((finding) =>
      finding.kind === "rule"
        ? `${place(finding)}: no type says ${finding.keyword}`
        : `${place(finding)}: ${phrases[finding.kind](finding.keyword)}`
    )
  )
]
