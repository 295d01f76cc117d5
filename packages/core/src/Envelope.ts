/**
 * Every shape of reply in circulation, read into one: items, which announce or hold results, and errors. Reading never
 * throws, invents nothing, and keeps fields it does not know; what a reply means for its task is decided elsewhere.
 *
 * @since 0.1.0
 */
import { isFailureWord, hasOutput } from "./internal/itemState.ts"
import { isJsonObject, type JsonObject, listOf, textOf } from "./internal/json.ts"
import type { WireError, WireItem } from "./Protocol.ts"

export { hasOutput, isAcknowledgement, isDone, isRunning, mediaId } from "./internal/itemState.ts"

/**
 * A reply, whatever its shape was. Both lists filled means partial success.
 *
 * @since 0.1.0
 * @category models
 */
export interface Envelope {
  readonly items: ReadonlyArray<WireItem>
  readonly errors: ReadonlyArray<WireError>
}

/** The code of an error that came without one: no rule knows it, so the HTTP status decides. */
const noCode = "unknown"

const texts = ["taskType", "taskUUID", "status", "documentation"]
const numbers = ["progress", "cost"]

const isOf = (fields: JsonObject, names: ReadonlyArray<string>, type: string): boolean => {
  for (const name of names) if (fields[name] !== undefined && typeof fields[name] !== type) return false
  return true
}

const isWellTyped = (fields: JsonObject): boolean => isOf(fields, texts, "string") && isOf(fields, numbers, "number")

/** Drops `null` and other misfits from the fields whose types the rest of the SDK relies on; there are hardly ever any. */
const wellTyped = (fields: JsonObject): JsonObject =>
  isWellTyped(fields)
    ? fields
    : Object.fromEntries(Object.entries(fields).filter((field) => isWellTyped(Object.fromEntries([field]))))

const itemOf = (fields: JsonObject): WireItem => wellTyped(fields)

const codeIn = ({ code, errorId }: JsonObject): string | undefined => {
  const id = typeof code === "number" ? code : errorId
  return textOf(code) ?? textOf(id) ?? (typeof id === "number" ? String(id) : undefined)
}

const parameterIn = (parameter: unknown): string | ReadonlyArray<string> | undefined => {
  if (!Array.isArray(parameter)) return textOf(parameter)
  return parameter.filter((name): name is string => typeof name === "string")
}

/** An error from its fields; what encloses it (a body, an item) fills in what it leaves out. */
const errorOf = (fields: JsonObject, enclosing: JsonObject, fallbackCode: string): WireError => {
  const { status, parameter: given, ...rest } = { ...wellTyped(enclosing), ...wellTyped(fields) }
  const code = codeIn(rest) ?? fallbackCode
  const parameter = parameterIn(given)
  const message = textOf(rest["message"]) ?? textOf(rest["errorMessage"])
  return {
    ...rest,
    code,
    message: message ?? "The service reported an error without a message.",
    ...(parameter === undefined ? {} : { parameter }),
    ...(isFailureWord(status) ? { status: "error" } : {})
  }
}

/** A text that is one word is a code as well: `{"error":"unauthorized"}`. */
const fieldsOfText = (text: string): JsonObject =>
  /^[a-z][A-Za-z0-9]*$/.test(text) ? { code: text, message: text } : { message: text }

/** An element of `errors`; some wrap what they have to say in an `error` of their own. */
const errorOfElement = (element: JsonObject, enclosing: JsonObject, fallbackCode: string): WireError => {
  const { error, ...fields } = element
  if (isJsonObject(error)) return errorOf(error, { ...enclosing, ...fields }, fallbackCode)
  const text = textOf(error)
  return text === undefined
    ? errorOf(element, enclosing, fallbackCode)
    : errorOf({ ...fieldsOfText(text), ...fields }, enclosing, fallbackCode)
}

const errorsOf = (value: unknown, enclosing: JsonObject, fallbackCode = noCode): ReadonlyArray<WireError> =>
  listOf(value).flatMap((element): ReadonlyArray<WireError> => {
    if (typeof element === "string") return [errorOf({ ...fieldsOfText(element), ...enclosing }, {}, fallbackCode)]
    if (element === true) return [errorOf({}, enclosing, fallbackCode)]
    return isJsonObject(element) ? [errorOfElement(element, enclosing, fallbackCode)] : []
  })

const isFailedItem = (item: JsonObject): boolean =>
  isFailureWord(item["status"]) ||
  (item["status"] === undefined && listOf(item["error"]).length > 0 && !hasOutput(itemOf(item)))

/** An element of `data`: an item, or the failure of one generation in the place of its item. */
const ofElement = (element: JsonObject): Envelope => {
  if (!isFailedItem(element)) return { items: [itemOf(element)], errors: [] }
  const { error, ...item } = element
  // A failed upload of a model says why in the item's own message.
  const message = textOf(item["message"])
  const reported = listOf(error).length > 0 ? error : message === undefined ? true : { message }
  return { items: [], errors: errorsOf(reported, { ...item, status: "error" }, "taskFailed") }
}

const isBareError = (element: JsonObject): boolean =>
  !hasOutput(itemOf(element)) &&
  (codeIn(element) !== undefined ||
    textOf(element["errorMessage"]) !== undefined ||
    (textOf(element["message"]) !== undefined && element["status"] === undefined))

/** An object that is neither in `data` nor in `errors`: an item of a webhook, an error of an old gateway, or neither. */
const ofBare = (element: unknown): Envelope => {
  if (!isJsonObject(element)) return empty
  if (!isFailedItem(element) && isBareError(element)) return { items: [], errors: errorsOf(element, {}) }
  return isFailedItem(element) || textOf(element["taskType"]) !== undefined || textOf(element["taskUUID"]) !== undefined
    ? ofElement(element)
    : empty
}

const empty: Envelope = { items: [], errors: [] }

const concat = (parts: ReadonlyArray<Envelope>): Envelope => ({
  items: parts.flatMap((part) => part.items),
  errors: parts.flatMap((part) => part.errors)
})

const ofObject = (body: JsonObject): Envelope => {
  const [only, ...others] = Array.isArray(body["data"]) ? body["data"] : []
  // What most replies are: one item, and nothing else.
  if (isJsonObject(only) && others.length === 0 && body["errors"] === undefined && body["error"] === undefined) {
    return ofElement(only)
  }
  const { data, errors, error, ...enclosing } = body
  if (data === undefined && errors === undefined && listOf(error).length === 0) return ofBare(body)
  return concat([
    ...listOf(data).filter(isJsonObject).map(ofElement),
    { items: [], errors: [...errorsOf(errors, enclosing), ...errorsOf(error, enclosing)] }
  ])
}

const describe = (body: unknown): string => {
  if (body === null) return "null"
  if (Array.isArray(body)) return "an array of something else"
  if (!isJsonObject(body)) return `a ${typeof body}`
  const fields = Object.keys(body).slice(0, 5)
  return fields.length === 0 ? "an empty object" : `an object with the fields ${fields.join(", ")}`
}

const unrecognized = (body: unknown): Envelope => ({
  items: [],
  errors: [
    {
      code: "unrecognizedResponse",
      message: `The reply is not of the protocol: expected an object with "data" or "errors", got ${describe(body)}.`
    }
  ]
})

/** A reply may be empty on purpose: `[]`, `{"data":[]}`, `{"errors":[]}`. */
const isEmptyReply = (body: unknown): boolean =>
  Array.isArray(body)
    ? body.length === 0
    : isJsonObject(body) &&
      ("data" in body || "errors" in body || "error" in body) &&
      [body["data"], body["errors"], body["error"]].every((part) => listOf(part).length === 0)

/**
 * Reads a reply, given its parsed JSON.
 *
 * Understood are `errors` and the older `error` (a list, an object, a text, or `true` beside an `errorMessage`), bare
 * lists, `data` as a list or a single object, failures in the place of an item, and flat items as webhooks send them.
 * Anything else becomes one error `unrecognizedResponse`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromJson = (body: unknown): Envelope => {
  const read = Array.isArray(body) ? concat(body.map(ofBare)) : isJsonObject(body) ? ofObject(body) : empty
  return read.items.length + read.errors.length > 0 || isEmptyReply(body) ? read : unrecognized(body)
}

/**
 * Splits a reply by the task that each part belongs to. Parts without a taskUUID stay apart: authentication, pongs, and
 * errors the service could not attribute.
 *
 * @since 0.1.0
 * @category combinators
 */
export const byTask = (
  envelope: Envelope
): { readonly tasks: ReadonlyMap<string, Envelope>; readonly unaddressed: Envelope } => {
  const tasks = new Map<string, { readonly items: Array<WireItem>; readonly errors: Array<WireError> }>()
  const unaddressed = { items: new Array<WireItem>(), errors: new Array<WireError>() }
  const partOf = (taskUUID: string | undefined) => {
    if (taskUUID === undefined || taskUUID === "") return unaddressed
    const part = tasks.get(taskUUID) ?? { items: [], errors: [] }
    tasks.set(taskUUID, part)
    return part
  }
  for (const item of envelope.items) partOf(item.taskUUID).items.push(item)
  for (const error of envelope.errors) partOf(error.taskUUID).errors.push(error)
  return { tasks, unaddressed }
}
