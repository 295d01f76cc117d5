/**
 * The sentence after "what happened": what the caller can do about it. Keyed by raw code where that says more than the
 * stable code does, else by stable code; then the state of the purchase, where sending again could buy twice.
 */
import type { ErrorDetails, RunwareErrorCode } from "../RunwareErrorReason.ts"

type Advice = string | ((details: ErrorDetails) => string)

const keyAdvice =
  "Pass `apiKey` or set the environment variable RUNWARE_API_KEY; keys are made at https://my.runware.ai."

const modelAdvice = ({ model }: ErrorDetails): string =>
  `Check the model identifier${model === undefined ? "" : ` "${model}"`} (an AIR such as runware:101@1, or a slug); ` +
  "for a model that the registry does not know pass `taskType`, for one that is brand new call `refreshRegistry` first."

const permissionAdvice = "The key is known but may not do this: check its permissions at https://my.runware.ai."

const providerKeyAdvice = "The model's provider refused the service's own key, not yours: try again later."

const byRawCode: ReadonlyMap<string, Advice> = new Map<string, Advice>(
  Object.entries({
    unknownModel: modelAdvice,
    modelNotFound: modelAdvice,
    invalidModel: modelAdvice,
    forbidden: permissionAdvice,
    permissionDenied: permissionAdvice,
    insufficientPermissions: permissionAdvice,
    providerAuthenticationFailed: providerKeyAdvice,
    providerInvalidApiKey: providerKeyAdvice,
    inferenceRateLimitRequestTooLarge: "The request alone exceeds the limit: send less in one request.",
    conflictTaskUUID:
      "The service already has a task with this taskUUID: attach to it for its results (or pass `attachOnConflict`), or use a new taskUUID to buy another.",
    maxRequestSize: "The request is too large: send media by URL or UUID instead of inline, or fewer tasks at once.",
    taskNotFound: "The service keeps no task of this taskUUID: it never arrived, or its results have expired.",
    taskExpired: "The service keeps results for a limited time only: fetch them sooner, or run the task again.",
    noFetchImpl: "This runtime has no global `fetch`: pass one.",
    noWebSocketImpl: "This runtime has no global `WebSocket`: pass one, or use the REST transport.",
    unrecognizedResponse: "Something between here and the service may have answered instead: check base URL and proxy."
  })
)

const wait = (retryAfter: number | undefined): string =>
  retryAfter === undefined ? "Wait a moment" : `Wait ${Math.ceil(retryAfter / 1000)} s`

const parameterAdvice = ({ parameter, parameters, details }: ErrorDetails): string => {
  const names = parameters ?? (parameter === undefined ? [] : [parameter])
  if (names.length === 0) return "Check the parameters of the task."
  const allowed = details?.["allowedValues"]
  const among = Array.isArray(allowed) && allowed.length > 0 ? ` (allowed: ${allowed.slice(0, 20).join(", ")})` : ""
  return `Check ${names.map((name) => `\`${name}\``).join(", ")}${among}.`
}

const byCode: Readonly<Record<RunwareErrorCode, Advice>> = {
  validation: parameterAdvice,
  auth: keyAdvice,
  quota: "Add credit to the account at https://my.runware.ai.",
  rateLimit: ({ retryAfter }) => `${wait(retryAfter)} and try again; fewer tasks in flight avoid it.`,
  safety: "Change the prompt or the inputs: the same task will be refused again.",
  provider: "Try again, or use another model.",
  timeout: "Try again, or allow more time.",
  notFound: "Check the identifier.",
  serverError: ({ retryAfter }) => `The fault is on the service's side. ${wait(retryAfter)} and try again.`,
  connection: "Check the network, the proxy and the base URL.",
  aborted: "",
  unknown: "If it persists, report it to Runware with the raw code and the taskUUID."
}

/** Codes that can leave a task alive at the service. */
const open: ReadonlySet<RunwareErrorCode> = new Set(["timeout", "connection", "aborted", "serverError"])

const purchaseAdvice = (code: RunwareErrorCode, { submission, taskUUID }: ErrorDetails): string | undefined => {
  if (!open.has(code) || taskUUID === undefined) return undefined
  if (submission === "accepted") {
    return "The service has the task and goes on with it: attach to its taskUUID for the results; running it again buys it again."
  }
  return submission === "unknown"
    ? "The task may have arrived: attach to its taskUUID before running it again, or it may be bought twice."
    : undefined
}

/** What to do about a failure; empty when there is nothing to say. */
export const adviceFor = (code: RunwareErrorCode, details: ErrorDetails): string => {
  const advice = purchaseAdvice(code, details) ?? byRawCode.get(details.rawCode ?? "") ?? byCode[code]
  return typeof advice === "function" ? advice(details) : advice
}
