/**
 * The one error of this SDK. Effect programs branch on its `reason`, everyone else on its `code`; both find what
 * happened, to which task, whether money may have been spent, and what to do next. It never holds an API key.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import { adviceFor } from "./internal/advice.ts"
import { answerExcerpt } from "./internal/answerExcerpt.ts"
import { documentationUrl, type DocumentationQuery } from "./internal/documentation.ts"
import { codeOf, isStableCode } from "./internal/errorMapping.ts"
import { detailsOf } from "./internal/wireError.ts"
import type { WireError } from "./Protocol.ts"
import {
  reasons,
  retryableCodes,
  type ErrorDetails,
  type RunwareErrorCode,
  type RunwareErrorReason,
  type Submission
} from "./RunwareErrorReason.ts"

export * from "./RunwareErrorReason.ts"

const TypeId = "~effect-runware/core/RunwareError"
const nodeInspect = Symbol.for("nodejs.util.inspect.custom")

interface Fields extends Omit<ErrorDetails, "advice"> {
  readonly reason: RunwareErrorReason
  readonly code: RunwareErrorCode
  readonly retryable: boolean
}

/** The same object without its undefined fields, which are all optional: the type stays true. */
const defined = <A extends object>(fields: A): A =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as A

const detailsOfReason = (reason: RunwareErrorReason): ErrorDetails => {
  const { _tag, code: _code, ...fields } = reason
  // `message` and `cause` are not enumerable on an Error, so the spread above misses them.
  return defined({ ...fields, message: reason.message, cause: reason.cause })
}

const subject = ({ taskType, taskUUID, model }: ErrorDetails): string => {
  const task = [taskType, taskUUID].filter((word) => word !== undefined).join(" ")
  const parts = [task, model === undefined ? "" : `model ${model}`].filter((part) => part !== "")
  return parts.length === 0 ? "" : `[${parts.join(", ")}]`
}

const sentence = (text: string): string => (text === "" || /[.!?:]\W?$/.test(text) ? text : `${text}.`)

/** What happened, what to do next, and which task it was about. */
const explain = (reason: RunwareErrorReason): string => {
  if (reason.advice === "") return reason.message
  const advice = reason.advice ?? adviceFor(reason.code, reason)
  const happened = advice === "" ? reason.message : sentence(reason.message)
  return [happened, advice, subject(reason)].filter((part) => part !== "").join(" ")
}

const nameAndMessage = (cause: unknown): { readonly name: string; readonly message: string } =>
  cause instanceof Error
    ? { name: cause.name, message: cause.message }
    : { name: typeof cause, message: typeof cause === "string" ? cause : "" }

/**
 * Every failure of this SDK.
 *
 * `code` is one of twelve stable words and `reason` the tagged class that goes with it; `message` says what happened,
 * in the service's words where it spoke, then what to do next, then which task it was. `submission` says whether the
 * task may have been bought.
 *
 * ```ts
 * program.pipe(Effect.catchReason("RunwareError", "Quota", (reason) => Effect.log(reason.message)))
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export class RunwareError extends Data.TaggedError("RunwareError")<Fields> {
  /** Minifiers rename classes; a printed error keeps its name. */
  static override readonly name = "RunwareError"

  constructor({ reason }: { readonly reason: RunwareErrorReason }) {
    const { message: _, advice: __, ...details } = detailsOfReason(reason)
    super({
      code: reason.code,
      retryable: retryableCodes.has(reason.code),
      ...details,
      message: explain(reason),
      reason
    })
    // Its fields are all here already: consoles and loggers need not print them twice.
    Object.defineProperty(this, "reason", { value: reason, enumerable: false })
  }

  /** Marks errors of every copy of this package, where `instanceof` knows only its own. */
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  /** Every defined field; the cause only by name and message. */
  override toJSON(): Record<string, unknown> {
    const { _tag, code, message, cause, ...fields } = this
    return { _tag, code, message, ...fields, ...(cause === undefined ? {} : { cause: nameAndMessage(cause) }) }
  }

  [nodeInspect](_depth: number, options: object, inspect?: (value: unknown, options: object) => string): unknown {
    if (inspect === undefined) return this.toJSON()
    const { _tag, cause, message, stack, ...fields } = this
    const printed = cause === undefined ? fields : { ...fields, cause }
    return `${stack ?? `${this.name}: ${message}`} ${inspect(printed, options)}`
  }
}

/**
 * Whether a value is a `RunwareError`, of this or any other copy of the package.
 *
 * @since 0.1.0
 * @category guards
 */
export const isRunwareError = (u: unknown): u is RunwareError =>
  u instanceof RunwareError ||
  (typeof u === "object" &&
    u !== null &&
    TypeId in u &&
    "_tag" in u &&
    u._tag === "RunwareError" &&
    "code" in u &&
    typeof u.code === "string")

/** The raw code of failures that this SDK notices itself, where the caller has no closer word. */
const ownRawCode: Partial<Record<RunwareErrorCode, string>> = {
  aborted: "aborted",
  connection: "connectionFailed",
  timeout: "timeout"
}

/**
 * An error of a known code. `documentation` is derived where the details lack it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (code: RunwareErrorCode, details: ErrorDetails): RunwareError => {
  const rawCode = details.rawCode ?? ownRawCode[code]
  const documentation = details.documentation ?? documentationUrl({ ...details, rawCode })
  return new RunwareError({ reason: new reasons[code](defined({ ...details, rawCode, documentation })) })
}

/**
 * What the reader of a reply knows about the request that it answers.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorContext {
  readonly taskType?: string | undefined
  readonly taskUUID?: string | undefined
  readonly model?: string | undefined
  readonly statusCode?: number | undefined
  /** Milliseconds, from the reply's `Retry-After`. */
  readonly retryAfter?: number | undefined
  readonly submission?: Submission | undefined
  /** The model's slug in the docs, or a look-up from AIR to slug: leads `documentation` to the model's own page. */
  readonly slug?: DocumentationQuery["slug"]
}

/** Whatever answered without knowing the protocol, the HTTP status of a failure is all that it said. */
const codeOfWire = (rawCode: string, status: number | undefined): RunwareErrorCode =>
  rawCode === "unrecognizedResponse" && status !== undefined && status >= 400
    ? codeOf("httpError", status)
    : codeOf(rawCode, status)

/**
 * The error that the service reported. Its own words, documentation and identifiers win over those of the request.
 *
 * @param all - every error of the same reply, when there were several
 * @since 0.1.0
 * @category constructors
 */
export const fromWire = (
  error: WireError,
  context: ErrorContext = {},
  all?: ReadonlyArray<WireError>
): RunwareError => {
  const { slug, ...request } = context
  const details = { ...request, ...defined(detailsOf(error)) }
  const documentation = details.documentation ?? documentationUrl({ ...details, slug })
  const errors = all !== undefined && all.length > 1 ? all : undefined
  return make(codeOfWire(error.code, context.statusCode), { ...details, documentation, errors })
}

const rawCodeOfStatus = (status: number): string => {
  if (status === 401) return "invalidApiKey"
  return status >= 200 && status <= 299 ? "unrecognizedResponse" : "httpError"
}

/**
 * The error of an HTTP reply that is not of the protocol: an empty body, a gateway's HTML page. Its text is quoted in
 * one line.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromStatus = (status: number, context: ErrorContext = {}, text = ""): RunwareError => {
  const rawCode = rawCodeOfStatus(status)
  const quote = answerExcerpt(text)
  const { slug, ...request } = context
  return make(codeOf(rawCode, status), {
    ...request,
    message: `The service answered HTTP ${status} without a reply of its protocol${quote === "" ? "" : `: "${quote}"`}`,
    rawCode,
    statusCode: status,
    documentation: documentationUrl({ ...request, slug, rawCode })
  })
}

/**
 * The same failure with more, or other, details; where it was raised stays as it was.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withDetails = (error: RunwareError, patch: Partial<ErrorDetails>): RunwareError => {
  const details = { ...detailsOfReason(error.reason), ...defined(patch) }
  const next = new RunwareError({ reason: new reasons[error.code](details) })
  const { stack } = error
  if (stack !== undefined) {
    const header = `${error.name}: ${error.message}`
    // Only V8 begins the stack with the message, which has changed.
    next.stack = stack.startsWith(header) ? `${next.name}: ${next.message}${stack.slice(header.length)}` : stack
  }
  return next
}

/**
 * An error made by hand, for callers that wrap or imitate the client: the message stays as given. `code` may be one of
 * the twelve or a raw code of the service; without one it is `unknown`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const createRunwareError = ({
  code = "unknown",
  ...details
}: ErrorDetails & { readonly code?: string | undefined }): RunwareError => {
  const given = isStableCode(code)
  const rawCode = details.rawCode ?? (given ? undefined : code)
  const stable = given ? code : codeOf(code, details.statusCode)
  return make(stable, { advice: "", ...details, rawCode })
}
