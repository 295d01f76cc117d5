/**
 * From what an engine found to what a user is told: each mistake once, at its place. An engine reports a value that fits
 * none of several alternatives once for each of them; here that becomes one issue.
 */
import { accountOf, isInside } from "./alternatives.ts"
import type { Finding } from "./finding.ts"
import { ended, type Issue, issuesOf, type Subject, whenOf } from "./issue.ts"
import { isWithin, valueAt } from "./schemaPlace.ts"

/**
 * Everything wrong with a task, in an order that no engine has a say in: unknown parameters first, since they explain
 * missing ones; rules across parameters last. Where there are findings, there is an issue.
 */
export const diagnose = (subject: Subject, findings: ReadonlyArray<Finding>): ReadonlyArray<Issue> => {
  const issues = withoutTypes(outermost(subject, findings))
  const found = issues.length > 0 ? issues : findings.flatMap((finding) => issuesOf(subject, finding))
  const seen = new Set<string>()
  return found.toSorted(byOrder).filter(({ message, path, rule }) => {
    // Of several reasons to give a parameter the simplest, which came first, is told.
    const key = JSON.stringify([path, requirements.has(rule) ? "required" : message])
    return seen.has(key) ? false : seen.add(key)
  })
}

const requirements: ReadonlySet<string> = new Set(["dependentRequired", "required"])

const rank = ({ rawCode, rule }: Issue): number => {
  if (rawCode === "unknownParameter") return 0
  if (requirements.has(rule)) return 1
  return rawCode === "incompatibleParameters" ? 3 : 2
}

const byOrder = (a: Issue, b: Issue): number =>
  rank(a) - rank(b) ||
  byText(a.path, b.path) ||
  a.parameters.length - b.parameters.length ||
  byText(a.message, b.message)

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Keywords that fail after findings inside of them. */
const enclosing: ReadonlySet<string> = new Set(["anyOf", "contains", "oneOf", "propertyNames"])

const outermost = (subject: Subject, findings: ReadonlyArray<Finding>): ReadonlyArray<Issue> => {
  const outer = findings.filter(({ keyword }) => enclosing.has(keyword))
  const inner = new Map(outer.map((finding) => [finding, findings.filter(isInside(subject, finding))]))
  const nested = new Set([...inner.values()].flat())
  return findings
    .filter((finding) => !nested.has(finding) && !isKnown(finding, findings))
    .flatMap((finding) =>
      finding.keyword === "oneOf" || finding.keyword === "anyOf"
        ? alternatives(subject, finding, inner.get(finding) ?? [])
        : issuesOf(subject, finding)
    )
}

/** Whether a parameter seems unknown only because the schema that knows it refuses its value. */
const isKnown = ({ keyword, path }: Finding, findings: ReadonlyArray<Finding>): boolean =>
  keyword === "unevaluatedProperties" &&
  findings.some((other) => other.keyword !== keyword && isWithin(other.path, path))

const alternatives = (subject: Subject, finding: Finding, nested: ReadonlyArray<Finding>): ReadonlyArray<Issue> => {
  const account = accountOf(subject, finding, nested)
  if ("findings" in account) return outermost(subject, account.findings)
  const { parameters, sentence } = account
  const when = whenOf(subject, finding)
  // That a rule about parameters needs them to be there goes without saying.
  const isObvious = when?.names.every((name) => parameters.includes(name))
  return [
    {
      message: ended(sentence, isObvious ? undefined : when),
      path: parameters[0] ?? "",
      rule: finding.keyword,
      ruleDefinition: valueAt(subject.schema, finding.location),
      rawCode: sentence.rawCode,
      parameters: [...new Set([...parameters, ...(when?.names ?? [])])]
    }
  ]
}

/** What the type of a value says is said better by the list of allowed values. */
const withoutTypes = (issues: ReadonlyArray<Issue>): ReadonlyArray<Issue> => {
  const listed = new Set(issues.filter(({ rule }) => rule === "const" || rule === "enum").map(({ path }) => path))
  return issues.filter(({ path, rule }) => rule !== "type" || !listed.has(path))
}
