/**
 * Why a call failed: one tagged class for each of the twelve stable codes. The service knows hundreds of raw codes and
 * promises none of them; a reason is what a program may branch on, and `rawCode` is what it may print.
 *
 * `RunwareError` carries exactly one of these as `reason`, so `Effect.catchReason("RunwareError", "RateLimit", ...)` and
 * `Effect.unwrapReason("RunwareError")` work on every effect of this package.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type { WireError, WireItem } from "./Protocol.ts"

/**
 * The stable codes, as values: `RunwareErrorCode.rateLimit === "rateLimit"`.
 *
 * @since 0.1.0
 * @category models
 */
export const RunwareErrorCode = {
  validation: "validation",
  auth: "auth",
  quota: "quota",
  rateLimit: "rateLimit",
  safety: "safety",
  provider: "provider",
  timeout: "timeout",
  notFound: "notFound",
  serverError: "serverError",
  connection: "connection",
  aborted: "aborted",
  unknown: "unknown"
} as const

/**
 * One of the twelve stable codes.
 *
 * @since 0.1.0
 * @category models
 */
export type RunwareErrorCode = (typeof RunwareErrorCode)[keyof typeof RunwareErrorCode]

/**
 * The codes after which the same request may succeed later. Whether sending it again buys a second time is another
 * question: `submission` answers that one.
 *
 * @since 0.1.0
 * @category models
 */
export const retryableCodes: ReadonlySet<RunwareErrorCode> = new Set([
  "provider",
  "timeout",
  "connection",
  "rateLimit",
  "serverError"
])

/**
 * What became of the purchase:
 *
 * - `none`: the task never left this process
 * - `rejected`: the service refused it, nothing was bought
 * - `unknown`: it was sent and no answer came back, money may have been spent
 * - `accepted`: the service has the task and charges for it
 *
 * @since 0.1.0
 * @category models
 */
export type Submission = "none" | "rejected" | "unknown" | "accepted"

/**
 * One finding of the client-side validation of a task.
 *
 * @since 0.1.0
 * @category models
 */
export interface ValidationIssue {
  readonly message: string
  /** Dotted path of the parameter; empty when the task as a whole is at fault. */
  readonly path: string
  /** The violated rule, in the words of JSON Schema: `maximum`, `required`, ... */
  readonly rule: string
  readonly ruleDefinition?: unknown
}

/**
 * What is known about a failure. Only `message` is always there.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorDetails {
  /** What happened, in the service's own words where it spoke. */
  readonly message: string
  /** What to do next. Left out, it follows from the code; `""` leaves the message as it is. */
  readonly advice?: string | undefined
  /** The identifier the service or this SDK used, more precise than the code and less stable. */
  readonly rawCode?: string | undefined
  /** Dotted path of the parameter at fault: the first, when there are several. */
  readonly parameter?: string | undefined
  /** Every parameter at fault, for rules across fields. */
  readonly parameters?: ReadonlyArray<string> | undefined
  readonly taskType?: string | undefined
  readonly taskUUID?: string | undefined
  readonly model?: string | undefined
  /** URL of the page that explains it. */
  readonly documentation?: string | undefined
  /** HTTP status, when the failure came with one. */
  readonly statusCode?: number | undefined
  /** Findings of the client-side validation. */
  readonly validationErrors?: ReadonlyArray<ValidationIssue> | undefined
  /** Milliseconds the service asked to wait before the next attempt. */
  readonly retryAfter?: number | undefined
  readonly submission?: Submission | undefined
  /** Requests sent for this call, the failed one included. */
  readonly attempts?: number | undefined
  /** Milliseconds from the start of the call to its failure. */
  readonly elapsed?: number | undefined
  /** The items that did succeed before the failure. */
  readonly results?: ReadonlyArray<WireItem> | undefined
  /** The other fields of the service's error: constraints such as `min`, `max`, `allowedValues`, and unknown ones. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** All errors of the reply, when there were several. */
  readonly errors?: ReadonlyArray<WireError> | undefined
  /** What caused it below this SDK. */
  readonly cause?: unknown
}

/**
 * The task breaks a rule: a parameter is missing, malformed, out of range, or unknown to the model; or its taskUUID is
 * taken. Fix the parameter; `validationErrors`, `parameters` and `details` say which and how.
 *
 * @since 0.1.0
 * @category errors
 */
export class Validation extends Data.TaggedError("Validation")<ErrorDetails> {
  readonly code = "validation"
}

/**
 * The API key is missing, wrong, expired, or lacks a permission; or the account is suspended. Fix the key.
 *
 * @since 0.1.0
 * @category errors
 */
export class Auth extends Data.TaggedError("Auth")<ErrorDetails> {
  readonly code = "auth"
}

/**
 * The account's credit does not cover the task. Add credit.
 *
 * @since 0.1.0
 * @category errors
 */
export class Quota extends Data.TaggedError("Quota")<ErrorDetails> {
  readonly code = "quota"
}

/**
 * Too much at once, for the key or for the model's shared queue. Wait `retryAfter`, and keep fewer tasks in flight.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimit extends Data.TaggedError("RateLimit")<ErrorDetails> {
  readonly code = "rateLimit"
}

/**
 * The prompt, an input, or the output was refused by a content policy. The same task is refused again: change it.
 *
 * @since 0.1.0
 * @category errors
 */
export class Safety extends Data.TaggedError("Safety")<ErrorDetails> {
  readonly code = "safety"
}

/**
 * The model, or whoever runs it behind the service, failed. Try again, or take another model.
 *
 * @since 0.1.0
 * @category errors
 */
export class Provider extends Data.TaggedError("Provider")<ErrorDetails> {
  readonly code = "provider"
}

/**
 * A deadline passed, here or at the service. When `submission` is `accepted` the task goes on: attach to its taskUUID.
 *
 * @since 0.1.0
 * @category errors
 */
export class Timeout extends Data.TaggedError("Timeout")<ErrorDetails> {
  readonly code = "timeout"
}

/**
 * The model, task or media does not exist, or no longer does. Check the identifier.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends Data.TaggedError("NotFound")<ErrorDetails> {
  readonly code = "notFound"
}

/**
 * The service failed, or answered something that is not its protocol. Try again later.
 *
 * @since 0.1.0
 * @category errors
 */
export class ServerError extends Data.TaggedError("ServerError")<ErrorDetails> {
  readonly code = "serverError"
}

/**
 * The service could not be reached, or the connection broke. Check network, proxy and base URL.
 *
 * @since 0.1.0
 * @category errors
 */
export class Connection extends Data.TaggedError("Connection")<ErrorDetails> {
  readonly code = "connection"
}

/**
 * The caller gave the call up, by interruption or `AbortSignal`. An accepted task goes on and is charged.
 *
 * @since 0.1.0
 * @category errors
 */
export class Aborted extends Data.TaggedError("Aborted")<ErrorDetails> {
  readonly code = "aborted"
}

/**
 * A raw code that fits no family. Read `rawCode` and `message`; do not retry blindly.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unknown extends Data.TaggedError("Unknown")<ErrorDetails> {
  readonly code = "unknown"
}

/**
 * Any of the twelve reasons.
 *
 * @since 0.1.0
 * @category models
 */
export type RunwareErrorReason =
  | Validation
  | Auth
  | Quota
  | RateLimit
  | Safety
  | Provider
  | Timeout
  | NotFound
  | ServerError
  | Connection
  | Aborted
  | Unknown

/**
 * The class of each code's reason.
 *
 * @since 0.1.0
 * @category models
 */
export const reasons = {
  validation: Validation,
  auth: Auth,
  quota: Quota,
  rateLimit: RateLimit,
  safety: Safety,
  provider: Provider,
  timeout: Timeout,
  notFound: NotFound,
  serverError: ServerError,
  connection: Connection,
  aborted: Aborted,
  unknown: Unknown
} as const satisfies Record<RunwareErrorCode, new (details: ErrorDetails) => RunwareErrorReason>
