/**
 * Validation of a task, and the translation of what the validator found into the service's error objects. The validator
 * speaks of schema keywords and reports a broken `oneOf` once for each branch; the service names the parameter and what
 * is wrong with it, once.
 */
import type { WireError, WireTask } from "@effect-runware/core/Protocol"
import type { JsonSchema } from "@effect-runware/schemas"
import { Ajv2019, type ErrorObject } from "ajv/dist/2019.js"
import { isRecord } from "./json.ts"

/** Everything wrong with a task, without address and documentation. */
export type Check = (task: WireTask) => ReadonlyArray<WireError>

/** Compiles a request schema. Each gets a validator of its own, so that two schemas may share an `$id`. */
export const compile = (schema: JsonSchema): Check => {
  const validate = new Ajv2019({
    allErrors: true,
    strict: false,
    validateFormats: false,
    verbose: true,
    // 0.3 is a multiple of 0.1, although dividing the one by the other leaves a trace.
    multipleOfPrecision: 9
  }).compile(schema)
  return (task) => {
    validate(task)
    return translate(validate.errors ?? [])
  }
}

/** Keywords that only sum up what their branches report, or that the branches only explain. */
const summaries: ReadonlySet<string> = new Set(["if", "allOf"])
const choices: ReadonlySet<string> = new Set(["oneOf", "anyOf", "not"])

const translate = (found: ReadonlyArray<ErrorObject>): ReadonlyArray<WireError> => {
  const chosen = found.filter((error) => choices.has(error.keyword)).map((error) => `${error.schemaPath}/`)
  const errors = found
    .filter((error) => !summaries.has(error.keyword) && !chosen.some((path) => error.schemaPath.startsWith(path)))
    .map(wireError)
  const seen = new Set<string>()
  return errors.filter((error) => {
    const key = JSON.stringify([error.code, error.parameter])
    return seen.has(key) ? false : seen.add(key)
  })
}

const wireError = (found: ErrorObject): WireError => {
  const params: Readonly<Record<string, unknown>> = found.params
  const path = parameterPath(found.instancePath)
  const inside = (name: unknown): string => (path === "" ? String(name) : `${path}.${String(name)}`)
  const name = path === "" ? "task" : path
  const limit = params["limit"]
  switch (found.keyword) {
    case "required":
    case "dependentRequired": {
      const parameter = inside(params["missingProperty"])
      return { code: `missing${capital(parameter)}`, message: `Missing required parameter '${parameter}'.`, parameter }
    }
    case "additionalProperties":
    case "unevaluatedProperties": {
      const parameter = inside(params["additionalProperty"] ?? params["unevaluatedProperty"])
      return { code: "unknownParameter", message: `'${parameter}' is not a parameter of this model.`, parameter }
    }
    case "type":
      return {
        code: `invalid${capital(path)}`,
        message: `'${name}' must be of type ${String(params["type"])}.`,
        parameter: path,
        type: String(params["type"])
      }
    case "enum":
    case "const":
    case "oneOf":
    case "anyOf":
    case "not":
      return alternatives(found, path, name)
    case "false schema":
      return {
        code: "incompatibleParameters",
        message: `'${name}' can't be combined with the other parameters of this task.`,
        parameter: path
      }
    case "minimum":
    case "exclusiveMinimum":
      return {
        code: "valueTooSmall",
        message: `'${name}' must be at least ${String(limit)}.`,
        parameter: path,
        min: Number(limit)
      }
    case "maximum":
    case "exclusiveMaximum":
      return {
        code: "valueTooLarge",
        message: `'${name}' must be at most ${String(limit)}.`,
        parameter: path,
        max: Number(limit)
      }
    case "multipleOf":
      return {
        code: `invalid${capital(path)}`,
        message: `'${name}' must be a multiple of ${String(params["multipleOf"])}.`,
        parameter: path,
        multiplier: Number(params["multipleOf"])
      }
    case "minLength":
    case "maxLength":
      return {
        code: `invalid${capital(path)}Length`,
        message: `'${name}' must have ${found.keyword === "minLength" ? "at least" : "at most"} ${String(limit)} characters.`,
        parameter: path,
        [found.keyword === "minLength" ? "min" : "max"]: Number(limit)
      }
    case "minItems":
      return {
        code: "arrayTooSmall",
        message: `'${name}' must have at least ${String(limit)} entries.`,
        parameter: path,
        min: Number(limit)
      }
    case "maxItems":
      return {
        code: "arrayTooLarge",
        message: `'${name}' must have at most ${String(limit)} entries.`,
        parameter: path,
        max: Number(limit)
      }
    default:
      return {
        code: `invalid${capital(path)}`,
        message: `'${name}' ${found.message ?? "is not valid"}.`,
        parameter: path
      }
  }
}

/** A value that none of the allowed ones equals, or parameters that can't stand together. */
const alternatives = (found: ErrorObject, path: string, name: string): WireError => {
  const allowed = allowedValues(found)
  if (allowed !== undefined && path !== "") {
    return {
      code: `unsupported${capital(path)}`,
      message: `'${name}' must be ${allowed.length === 1 ? "" : "one of "}${allowed.map((value) => JSON.stringify(value)).join(", ")}.`,
      parameter: path,
      allowedValues: allowed
    }
  }
  const combinations = constantCombinations(found.schema)
  const names = [...new Set(namesIn(found.schema))].map((each) => (path === "" ? each : `${path}.${each}`))
  return {
    code: "incompatibleParameters",
    message:
      combinations === undefined
        ? `${quoted(names, name)} ${rule(found.keyword, names)}`
        : `${quoted(names, name)} must be one of ${combinations.join(", ")}.`,
    ...(names.length > 0 ? { parameter: names } : path === "" ? {} : { parameter: path }),
    ...(combinations === undefined ? {} : { allowedValues: combinations })
  }
}

const quoted = (names: ReadonlyArray<string>, name: string): string =>
  (names.length === 0 ? [name] : names).map((each) => `'${each}'`).join(", ")

const rule = (keyword: string, names: ReadonlyArray<string>): string => {
  if (names.length < 2) return "has none of the forms that this model takes."
  if (keyword === "not") return "can't be used together."
  return keyword === "oneOf" ? "exclude each other; use exactly one." : "can't all be left out."
}

/** Where each branch fixes the same parameters, such as width and height: the combinations, as `1024x768`. */
const constantCombinations = (schema: unknown): ReadonlyArray<string> | undefined => {
  if (!Array.isArray(schema)) return undefined
  const rows = schema.map((branch: unknown) => {
    const properties: unknown = isRecord(branch) ? branch["properties"] : undefined
    const values = isRecord(properties) ? Object.values(properties) : []
    return values.length > 1 && values.every(isConst) ? values.map((value) => String(value.const)).join("x") : undefined
  })
  const known = rows.filter((row) => row !== undefined)
  return known.length === rows.length && known.length > 0 ? known : undefined
}

const allowedValues = ({ keyword, params, schema }: ErrorObject): ReadonlyArray<unknown> | undefined => {
  if (keyword === "enum") return params["allowedValues"] as ReadonlyArray<unknown> // what ajv documents for the keyword
  if (keyword === "const") return [params["allowedValue"]]
  if (!Array.isArray(schema)) return undefined
  const branches: ReadonlyArray<unknown> = schema
  return branches.every(isConst) ? branches.map((branch) => branch.const) : undefined
}

const isConst = (branch: unknown): branch is { readonly const: unknown } => isRecord(branch) && "const" in branch

/** The parameters that the branches of a rule speak of. */
const namesIn = (schema: unknown): ReadonlyArray<string> =>
  Array.isArray(schema)
    ? schema.flatMap(namesIn)
    : isRecord(schema)
      ? [
          ...(Array.isArray(schema["required"]) ? schema["required"].map(String) : []),
          ...(isRecord(schema["properties"]) ? Object.keys(schema["properties"]) : []),
          ...["allOf", "anyOf", "oneOf"].flatMap((keyword) => namesIn(schema[keyword]))
        ]
      : []

const parameterPath = (pointer: string): string =>
  pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".")

/** The last name of a path as a code has it: `inputs.referenceImages.0` ends in `ReferenceImages`. */
const capital = (path: string): string => {
  const name = path.split(".").findLast((segment) => !/^\d+$/.test(segment)) ?? ""
  return name === "" ? "Task" : name.charAt(0).toUpperCase() + name.slice(1)
}
