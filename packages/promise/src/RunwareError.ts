/**
 * The one error of this SDK. Branch on its `code`; it also says what happened, to which task, whether money may have been
 * spent, and what to do next. It never holds an API key.
 *
 * @since 0.1.0
 */
import * as Core from "@effect-runware/core/RunwareError"
import type { Item } from "./Task.ts"

/**
 * One of the twelve stable codes.
 *
 * @since 0.1.0
 * @category models
 */
export type RunwareErrorCode =
  | "validation"
  | "auth"
  | "quota"
  | "rateLimit"
  | "safety"
  | "provider"
  | "timeout"
  | "notFound"
  | "serverError"
  | "connection"
  | "aborted"
  | "unknown"

/**
 * The stable codes, as values: `RunwareErrorCode.rateLimit === "rateLimit"`.
 *
 * @since 0.1.0
 * @category constants
 */
export const RunwareErrorCode: { readonly [Code in RunwareErrorCode]: Code } = Core.RunwareErrorCode

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
 * An error as the service sent it. Unknown fields are kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface ServiceError {
  readonly code: string
  readonly message: string
  readonly [field: string]: unknown
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
  readonly results?: ReadonlyArray<Partial<Item>> | undefined
  /** The other fields of the service's error: constraints such as `min`, `max`, `allowedValues`, and unknown ones. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** All errors of the reply, when there were several. */
  readonly errors?: ReadonlyArray<ServiceError> | undefined
  /** What caused it below this SDK. */
  readonly cause?: unknown
}

/**
 * Every failure of this SDK.
 *
 * @since 0.1.0
 * @category errors
 */
export interface RunwareError extends Error, ErrorDetails {
  readonly _tag: "RunwareError"
  /** One of twelve stable words to branch on. */
  readonly code: RunwareErrorCode
  /** Whether the same request may succeed later; `submission` says whether sending it again could buy twice. */
  readonly retryable: boolean
  readonly message: string
  readonly cause?: unknown
  /** Every defined field; the cause only by name and message. */
  toJSON(): Record<string, unknown>
}

/**
 * The class of every failure, for `instanceof`. Errors are made by {@link createRunwareError}.
 *
 * @since 0.1.0
 * @category errors
 */
export const RunwareError: abstract new (...args: never) => RunwareError = Core.RunwareError

/**
 * Whether a value is a `RunwareError`, of this or any other copy of the package.
 *
 * @since 0.1.0
 * @category guards
 */
export const isRunwareError: (value: unknown) => value is RunwareError = Core.isRunwareError

/**
 * An error made by hand, for callers that wrap or imitate the client: the message stays as given. `code` may be one of
 * the twelve or a raw code of the service; without one it is `unknown`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const createRunwareError: (details: ErrorDetails & { readonly code?: string | undefined }) => RunwareError =
  Core.createRunwareError
