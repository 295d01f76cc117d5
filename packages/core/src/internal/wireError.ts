/**
 * From an error of the wire to the details of a `RunwareError`: one or many parameters, constraint fields, and fields
 * nobody knows yet, all kept. Pure.
 */
import type { WireError } from "../Protocol.ts"
import type { ErrorDetails } from "../RunwareErrorReason.ts"
import { isJsonObject, type JsonObject, listOf, textOf } from "./json.ts"

/** Fields that have a place of their own in `ErrorDetails`; all others go to `details`. */
const placed: ReadonlySet<string> = new Set([
  "code",
  "message",
  "parameter",
  "taskType",
  "taskUUID",
  "documentation",
  "status",
  "retryAfter"
])

const otherFields = (error: WireError): JsonObject | undefined => {
  const entries = Object.entries(error).filter(([key, value]) => !placed.has(key) && value !== undefined)
  if (entries.length === 0) return undefined
  return Object.fromEntries(entries.map(([key, value]) => [key, key === "allowedValues" ? listOf(value) : value]))
}

const parametersOf = (parameter: unknown): ReadonlyArray<string> =>
  listOf(parameter).filter((name): name is string => typeof name === "string" && name !== "")

/** The wire counts seconds, as a number or its digits; details count milliseconds. */
const retryAfterOf = (value: unknown): number | undefined => {
  const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}

/** What an error of the wire says by itself, without the request it answers. */
export const detailsOf = (error: WireError): ErrorDetails => {
  const parameters = parametersOf(error.parameter)
  const context = isJsonObject(error["context"]) ? error["context"] : {}
  return {
    message: error.message,
    rawCode: error.code,
    parameter: parameters[0],
    parameters: parameters.length > 0 ? parameters : undefined,
    taskType: textOf(error.taskType) ?? textOf(context["taskType"]),
    taskUUID: textOf(error.taskUUID) ?? textOf(context["taskUUID"]),
    documentation: textOf(error.documentation),
    retryAfter: retryAfterOf(error["retryAfter"]),
    details: otherFields(error)
  }
}
