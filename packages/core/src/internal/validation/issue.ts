/**
 * One finding in words: which parameter, what came, what is allowed.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import type { ValidationIssue } from "../../RunwareErrorReason.ts"
import { describe } from "../describe.ts"
import { isJsonObject, type JsonObject } from "../json.ts"
import { nearest } from "../nearest.ts"
import { type Condition, conditionOf, presencesOf } from "./conditions.ts"
import type { Finding } from "./finding.ts"
import { valueAt } from "./schemaPlace.ts"
import { choice, inside, joined, kind, quoted, range } from "./words.ts"

/** A finding as users see it. */
export interface Issue extends ValidationIssue {
  /** The code with which the service itself would have refused the task, as far as its codes are known. */
  readonly rawCode: string
  /** Every parameter that the broken rule is about. */
  readonly parameters: ReadonlyArray<string>
}

/** What is being checked, against what. */
export interface Subject {
  readonly schema: JsonSchema
  readonly task: JsonObject
  /** How messages call what the schema belongs to: the model, or the task type of a utility. */
  readonly name: string
}

/** A finding with what stands at its places. */
interface Scene {
  readonly subject: Subject
  readonly finding: Finding
  /** The dotted path. */
  readonly place: string
  readonly value: unknown
  /** The schema that holds the keyword. */
  readonly parent: JsonObject
  /** What the keyword says. */
  readonly definition: unknown
  /** When the rule holds, for a rule that holds only sometimes. */
  readonly when: Condition | undefined
}

/** The issues of a finding that has no others inside: one, or one for each missing parameter. */
export const issuesOf = (subject: Subject, finding: Finding): ReadonlyArray<Issue> => {
  const { keyword, location, path } = finding
  const parent = valueAt(subject.schema, location.slice(0, -1))
  const place = path.join(".")
  const scene: Scene = {
    subject,
    finding,
    place,
    value: valueAt(subject.task, path),
    parent: isJsonObject(parent) ? parent : {},
    definition: keyword === "false" ? false : valueAt(subject.schema, location),
    when: whenOf(subject, finding)
  }
  switch (keyword) {
    case "required":
      return missing(scene, namesIn(scene.definition), scene.when)
    case "dependentRequired":
      return Object.entries(isJsonObject(scene.definition) ? scene.definition : {}).flatMap(([name, needed]) =>
        has(scene.value, name) ? missing(scene, namesIn(needed), given(inside(place, name))) : []
      )
    default:
      return [issue(scene, sentence(scene))]
  }
}

/** What is wrong, in the parts of a sentence: when it is, what came instead, and what may have been meant are added. */
export interface Sentence {
  readonly rawCode: string
  readonly message: string
  readonly got?: string | undefined
  readonly hint?: string | undefined
}

/** A sentence to its end. */
export const ended = ({ got, hint, message }: Sentence, when: Condition | undefined): string => {
  const condition = when === undefined ? "" : ` when ${when.text}`
  return `${message}${condition}${got === undefined ? "" : `, got ${got}`}${hint === undefined ? "." : `; ${hint}`}`
}

/** An issue about one parameter. */
const issue = (scene: Scene, sentence: Sentence, path = scene.place): Issue => ({
  message: ended(sentence, scene.when),
  path,
  rule: scene.finding.keyword,
  ruleDefinition: scene.definition,
  rawCode: sentence.rawCode,
  parameters: [...new Set([...(path === "" ? [] : [path]), ...(scene.when?.names ?? [])])]
})

const missing = (scene: Scene, names: ReadonlyArray<string>, when: Condition | undefined): ReadonlyArray<Issue> =>
  names
    .filter((name) => !has(scene.value, name))
    .map((name) => {
      const path = inside(scene.place, name)
      return issue({ ...scene, when }, { rawCode: code("missing", path), message: `${path} is required` }, path)
    })

/** The sentence of a finding that is about one place. */
const sentence = (scene: Scene): Sentence => {
  const { definition, finding, parent, place, value } = scene
  const name = place === "" ? "The task" : place
  const got = describe(value)
  switch (finding.keyword) {
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknownName(scene)
    case "propertyNames":
      return { rawCode: "unknownParameter", message: `${name} is not a name that may stand here` }
    case "type":
      return { rawCode: code("invalid", place), message: `${name} must be ${kind(definition)}`, got }
    case "const":
      return { rawCode: code("unsupported", place), message: `${name} must be ${quoted(definition)}`, got }
    case "enum":
      return mustBeOneOf(place, value, Array.isArray(definition) ? definition : [])
    case "minimum":
      return { rawCode: "valueTooSmall", message: `${name} must be ${range(definition, parent["maximum"])}`, got }
    case "maximum":
      return { rawCode: "valueTooLarge", message: `${name} must be ${range(parent["minimum"], definition)}`, got }
    case "exclusiveMinimum":
      return { rawCode: "valueTooSmall", message: `${name} must be more than ${String(definition)}`, got }
    case "exclusiveMaximum":
      return { rawCode: "valueTooLarge", message: `${name} must be less than ${String(definition)}`, got }
    case "multipleOf":
      return {
        rawCode: code("invalid", place),
        message: `${name} must be a multiple of ${String(definition)}${neighbours(scene)}`,
        got
      }
    case "minLength":
    case "maxLength": {
      const length = typeof value === "string" ? [...value].length : 0
      const limits = range(parent["minLength"], parent["maxLength"])
      return {
        rawCode: `${code("invalid", place)}Length`,
        message: `${name} must have ${limits} characters`,
        got: String(length)
      }
    }
    case "minItems":
    case "maxItems": {
      const size = Array.isArray(value) ? value.length : 0
      const rawCode = finding.keyword === "minItems" ? "arrayTooSmall" : "arrayTooLarge"
      return {
        rawCode,
        message: `${name} must have ${range(parent["minItems"], parent["maxItems"])} entries`,
        got: String(size)
      }
    }
    case "additionalItems": {
      const most = Array.isArray(parent["items"]) ? parent["items"].length : 0
      const size = Array.isArray(value) ? value.length : 0
      return {
        rawCode: "arrayTooLarge",
        message: `${name} must have ${range(undefined, most)} entries`,
        got: String(size)
      }
    }
    case "uniqueItems":
      return { rawCode: code("invalid", place), message: `${name} must not have an entry twice` }
    case "pattern":
      return { rawCode: code("invalid", place), message: `${name} must be ${form(parent)}`, got }
    case "false":
      return { rawCode: "incompatibleParameters", message: `${name} can't be given` }
    case "not":
      return { rawCode: "incompatibleParameters", message: exclusion(scene) }
    default:
      return {
        rawCode: code("invalid", place),
        message: `${name} breaks the rule "${finding.keyword}" of ${scene.subject.name}`,
        got
      }
  }
}

const manyValues = 8

/** The sentence for a value that is none of those that are allowed; the one that was meant, if they are many. */
export const mustBeOneOf = (place: string, value: unknown, allowed: ReadonlyArray<unknown>): Sentence => {
  const words = allowed.filter((word) => typeof word === "string")
  const meant = typeof value === "string" && words.length > manyValues ? nearest(value, words) : undefined
  return {
    rawCode: code("unsupported", place),
    message: `${place === "" ? "The task" : place} must be ${choice(allowed.map(quoted))}`,
    got: describe(value),
    hint: meant === undefined ? undefined : `did you mean ${quoted(meant)}?`
  }
}

/** A raw code about a parameter: `missing` and `inputs.referenceImages` make `missingReferenceImages`. */
export const code = (verb: "invalid" | "missing" | "unsupported", place: string): string => {
  const name = place.split(".").findLast((part) => !/^\d*$/.test(part)) ?? "task"
  return `${verb}${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

const fewNames = 12

const unknownName = ({ finding, parent, place, subject }: Scene): Sentence => {
  const known = Object.keys(isJsonObject(parent["properties"]) ? parent["properties"] : {})
  const around = finding.path.slice(0, -1).join(".")
  const meant = nearest(finding.path.at(-1) ?? "", known)
  const isFew = around !== "" && known.length > 0 && known.length <= fewNames
  return {
    rawCode: "unknownParameter",
    message: `${place} is not a parameter of ${subject.name}`,
    hint:
      meant !== undefined
        ? `did you mean ${inside(around, meant)}?`
        : isFew
          ? `${around} takes ${joined(known, "and")}.`
          : undefined
  }
}

/** The multiples on both sides of a number. */
const neighbours = ({ definition, value }: Scene): string => {
  if (typeof definition !== "number" || typeof value !== "number" || !Number.isInteger(definition)) return ""
  const below = Math.floor(value / definition) * definition
  return ` such as ${below} or ${below + definition}`
}

const forms: Readonly<Record<string, string>> = {
  uri: "a URL with its scheme, such as https://...",
  uuid: "a UUID"
}

const form = ({ format, pattern }: JsonObject): string =>
  (typeof format === "string" ? forms[format] : undefined) ?? `of the form ${String(pattern)}`

const exclusion = ({ definition, place, subject }: Scene): string => {
  const names = presencesOf(definition, place)
  if (names === undefined) return `${place === "" ? "The task" : place} has a form that ${subject.name} does not take`
  return names.length > 1 ? `${joined(names, "and")} can't be given together` : `${names.join("")} can't be given`
}

const given = (name: string): Condition => ({ text: `${name} is given`, names: [name] })

const namesIn = (names: unknown): ReadonlyArray<string> => (Array.isArray(names) ? names.map(String) : [])

const has = (value: unknown, name: string): boolean => isJsonObject(value) && Object.hasOwn(value, name)

/** The condition of the innermost `if` around a finding. */
export const whenOf = ({ schema }: Subject, { location, path }: Finding): Condition | undefined => {
  const at = location.findLastIndex((name, index) => {
    const holder = name === "then" || name === "else" ? valueAt(schema, location.slice(0, index)) : undefined
    return isJsonObject(holder) && holder["if"] !== undefined
  })
  if (at === -1) return undefined
  const around = path.slice(0, path.length - depth(location.slice(at + 1)))
  const condition = valueAt(schema, [...location.slice(0, at), "if"])
  return conditionOf(condition, around.join("."), location[at] === "else")
}

/** How many steps into the task a walk through the schema takes. */
const depth = (walk: ReadonlyArray<string>): number => {
  const [keyword, next, ...rest] = walk
  switch (keyword) {
    case undefined:
      return 0
    case "properties":
    case "patternProperties":
      return 1 + depth(rest)
    case "allOf":
    case "anyOf":
    case "oneOf":
      return depth(rest)
    case "items":
      return 1 + (next !== undefined && /^\d+$/.test(next) ? depth(rest) : depth(walk.slice(1)))
    case "additionalProperties":
    case "propertyNames":
    case "unevaluatedProperties":
      return 1 + depth(walk.slice(1))
    default:
      return depth(walk.slice(1))
  }
}
