import { describe, expect, it } from "@effect/vitest"
import { codeOf } from "../src/internal/errorMapping.ts"
import { retryableCodes, RunwareErrorCode } from "../src/RunwareError.ts"

const table = (groups: Record<string, string>): ReadonlyArray<readonly [string, string]> =>
  Object.entries(groups).flatMap(([code, rawCodes]) =>
    rawCodes
      .trim()
      .split(/\s+/)
      .map((rawCode) => [rawCode, code] as const)
  )

describe("raw codes of the service", () => {
  it.each(
    table({
      aborted: "aborted",
      connection: "connectionFailed notConnected notOpen reconnectionFailed disconnected",
      quota: `insufficientCredits providerInsufficientCredits thirdPartyInsufficientCredits
        textInferenceVideoInputInsufficientCredits quotaExceeded paymentRequired accountBalanceTooLow monthlyQuotaReached`,
      rateLimit: `rateLimitExceeded inferenceRateLimitExceeded inferenceRateLimitRequestTooLarge
        providerRateLimitExceeded`,
      safety: `contentPolicyViolation providerContentPolicyViolation sensitiveContentDetected unsafeContentDetected
        nsfwContentDetected promptBlocked imageBlocked moderationFailed`,
      auth: `unauthorized forbidden permissionDenied insufficientPermissions authenticationFailed authFailed authTimeout
        invalidAuthentication invalidCredentials missingAuthentication tokenExpired tokenInvalid tokenMissing
        tokenRevoked accountSuspended accountDisabled organizationSuspended organizationDisabled workspaceSuspended
        workspaceDisabled invalidApiKey missingApiKey`,
      timeout: "timeout providerTimeout providerGatewayTimeout webhookTimeout",
      notFound: `modelNotFound taskNotFound mediaNotFound providerNotFound resourceNotFound taskExpired mediaExpired
        taskCancelled taskFailedOrNotFound unknownModel`,
      serverError: `internalServerError serviceUnavailable serverUnavailable standardError unknownError undefinedError
        defaultError unrecognizedResponse errorRetrievingAccountManagement`,
      provider: `inferenceError processingFailed taskFailed downloadFailed uploadFailed noAvailableServer
        modelUnavailable modelDisabled modelNotReady mediaStorageFileCouldNotBeMoved providerError providerUnavailable
        providerBadGateway providerInternalError providerUnknownError providerAuthenticationFailed`,
      validation: `invalidPositivePrompt invalidPositivePromptLength missingPositivePrompt invalidCustomHeight
        invalidModel conflictTaskUUID duplicatePreloadModelAIR unsupportedParameter unsupportedTaskType
        unsupportedDuration valueTooLarge valueOutOfRange arrayTooSmall unknownParameter incompatibleParameters
        mismatchProviderSettingsProvider unknownProviderSettingsProvider transparentModelMismatch
        modelOwnershipValidationError modelAlreadyExists maxLycorisModelsExceeded maxRequestSize validationFailed
        missingDependency invalidConfig`,
      unknown: "noFetchImpl noWebSocketImpl streamUnsupported notImplemented parseError httpError"
    })
  )("%s is %s", (rawCode, code) => expect(codeOf(rawCode)).toBe(code))
})

describe("where two rules fit, the earlier one decides", () => {
  it.each([
    ["missingApiKey", "auth", false],
    ["authTimeout", "auth", false],
    ["tokenExpired", "auth", false],
    ["providerAuthenticationFailed", "provider", true],
    ["providerInvalidApiKey", "auth", false],
    ["providerTimeout", "timeout", true],
    ["providerNotFound", "notFound", false],
    ["providerInsufficientCredits", "quota", false],
    ["providerRateLimitExceeded", "rateLimit", true],
    ["inferenceRateLimitRequestTooLarge", "rateLimit", true],
    ["webhookTimeout", "timeout", true],
    ["uploadTimeout", "timeout", true],
    ["queueTimeout", "timeout", true],
    ["connectionTimeout", "timeout", true],
    ["invalidInputImageExpired", "notFound", false],
    ["conflictTaskUUID", "validation", false],
    ["conflictingState", "validation", false],
    ["maxRequestSize", "validation", false]
  ] as const)("%s is %s, retryable: %s", (rawCode, code, retryable) => {
    expect([codeOf(rawCode), retryableCodes.has(codeOf(rawCode))]).toEqual([code, retryable])
  })

  it("compares case-sensitively", () => {
    expect(codeOf("INVALIDAPIKEY")).toBe("unknown")
    expect(codeOf("Forbidden")).toBe("unknown")
  })
})

describe("what the shared rules leave unknown", () => {
  it.each([
    ["timeoutProvider", "timeout"],
    ["TIMEOUT", "timeout"],
    ["rateLimit", "rateLimit"],
    ["rateLimited", "rateLimit"],
    ["safety", "safety"],
    ["moderationRejected", "safety"],
    ["nsfwInput", "safety"],
    ["notFound", "notFound"],
    ["internalError", "serverError"],
    ["serverError", "serverError"],
    ["sendFailed", "connection"]
  ])("%s is %s", (rawCode, code) => expect(codeOf(rawCode)).toBe(code))

  it.each(Object.values(RunwareErrorCode))("the stable code %s means itself", (code) => expect(codeOf(code)).toBe(code))

  it.each([
    [400, "validation"],
    [401, "auth"],
    [402, "quota"],
    [403, "auth"],
    [404, "notFound"],
    [405, "unknown"],
    [408, "timeout"],
    [409, "validation"],
    [410, "notFound"],
    [413, "validation"],
    [415, "validation"],
    [422, "validation"],
    [425, "connection"],
    [429, "rateLimit"],
    [500, "serverError"],
    [502, "serverError"],
    [503, "serverError"],
    [504, "timeout"],
    [520, "serverError"],
    [200, "unknown"],
    [600, "unknown"]
  ])("falls back to the HTTP status: %i is %s", (status, code) => {
    expect(codeOf("somethingNew", status)).toBe(code)
    expect(codeOf("unknown", status)).toBe(code)
  })

  it("trusts a known raw code over the status", () => {
    expect(codeOf("insufficientCredits", 400)).toBe("quota")
    expect(codeOf("timeoutProvider", 500)).toBe("timeout")
  })
})
