/**
 * Raw code to stable code. The service has hundreds of raw codes and changes them; the first rule that fits decides,
 * and the order of the rules is part of the contract (`missingApiKey` is about the key, not about a missing parameter).
 * Comparisons are case-sensitive unless a rule says otherwise.
 */
import { RunwareErrorCode } from "../RunwareErrorReason.ts"

interface Rule {
  readonly code: RunwareErrorCode
  readonly exact?: ReadonlyArray<string>
  readonly contains?: ReadonlyArray<string>
  readonly prefix?: ReadonlyArray<string>
  readonly suffix?: ReadonlyArray<string>
  readonly pattern?: RegExp
}

const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

/** The rules that every official client shares. */
const rules: ReadonlyArray<Rule> = [
  { code: "aborted", exact: ["aborted"] },
  { code: "connection", exact: words("connectionFailed notConnected notOpen reconnectionFailed disconnected") },
  { code: "quota", contains: words("Credits Quota Balance"), exact: words("quotaExceeded paymentRequired") },
  { code: "rateLimit", contains: ["RateLimit"], exact: ["rateLimitExceeded"] },
  {
    code: "safety",
    exact: words(`contentPolicyViolation providerContentPolicyViolation sensitiveContentDetected unsafeContentDetected
      nsfwContentDetected promptBlocked imageBlocked moderationFailed`)
  },
  {
    code: "auth",
    contains: ["ApiKey"],
    exact: words(`unauthorized forbidden permissionDenied insufficientPermissions authenticationFailed authFailed
      authTimeout invalidAuthentication invalidCredentials missingAuthentication tokenExpired tokenInvalid tokenMissing
      tokenRevoked accountSuspended accountDisabled organizationSuspended organizationDisabled workspaceSuspended
      workspaceDisabled`)
  },
  { code: "timeout", contains: ["Timeout"], exact: ["timeout"] },
  {
    code: "notFound",
    suffix: words("NotFound Expired"),
    exact: words("taskCancelled taskFailedOrNotFound unknownModel")
  },
  {
    code: "serverError",
    exact: words(`internalServerError serviceUnavailable serverUnavailable standardError unknownError undefinedError
      defaultError unrecognizedResponse errorRetrievingAccountManagement`)
  },
  {
    code: "provider",
    prefix: ["provider"],
    exact: words(`inferenceError processingFailed taskFailed downloadFailed uploadFailed noAvailableServer
      modelUnavailable modelDisabled modelNotReady mediaStorageFileCouldNotBeMoved`)
  },
  {
    code: "validation",
    prefix: words("invalid missing conflict duplicate unsupported value array max"),
    exact: words(`unknownParameter incompatibleParameters mismatchProviderSettingsProvider
      unknownProviderSettingsProvider transparentModelMismatch modelOwnershipValidationError modelAlreadyExists
      validationFailed`)
  }
]

/** What the shared rules leave unknown although its meaning is plain, the docs' own `timeoutProvider` among it. */
const furtherRules: ReadonlyArray<Rule> = [
  { code: "timeout", pattern: /^timeout/i },
  { code: "rateLimit", pattern: /^rateLimit/i },
  { code: "safety", exact: ["safety"], pattern: /^(moderation|nsfw)/i },
  { code: "notFound", exact: ["notFound"] },
  { code: "serverError", exact: ["internalError", "serverError"] },
  { code: "connection", exact: ["sendFailed"] }
]

const fits = (rule: Rule, rawCode: string): boolean =>
  rule.exact?.includes(rawCode) === true ||
  rule.contains?.some((part) => rawCode.includes(part)) === true ||
  rule.prefix?.some((part) => rawCode.startsWith(part)) === true ||
  rule.suffix?.some((part) => rawCode.endsWith(part)) === true ||
  rule.pattern?.test(rawCode) === true

const codeOfStatus: Readonly<Record<number, RunwareErrorCode>> = {
  400: "validation",
  401: "auth",
  402: "quota",
  403: "auth",
  404: "notFound",
  408: "timeout",
  409: "validation",
  410: "notFound",
  413: "validation",
  415: "validation",
  422: "validation",
  425: "connection",
  429: "rateLimit",
  504: "timeout"
}

/** Whether a word is one of the twelve stable codes. */
export const isStableCode = (word: string): word is RunwareErrorCode => Object.hasOwn(RunwareErrorCode, word)

/** The stable code for a raw code; the HTTP status speaks only where the raw code says nothing. */
export const codeOf = (rawCode: string, statusCode?: number): RunwareErrorCode => {
  const rule = rules.find((rule) => fits(rule, rawCode)) ?? furtherRules.find((rule) => fits(rule, rawCode))
  if (rule !== undefined) return rule.code
  if (isStableCode(rawCode) && rawCode !== "unknown") return rawCode
  if (statusCode === undefined) return "unknown"
  return codeOfStatus[statusCode] ?? (statusCode >= 500 && statusCode <= 599 ? "serverError" : "unknown")
}
