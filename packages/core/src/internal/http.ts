/**
 * The request policy of every HTTP call, in one place, and how a failed exchange is told: what went wrong, and whether
 * anything can have reached the service.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { Settings } from "../RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { untold } from "./tracing.ts"
import { userAgent } from "./userAgent.ts"

/** The client that all requests go through: the user's own decoration last, no trace headers. */
export const client = Effect.fnUntraced(function* (settings: Pick<Settings, "userAgent" | "transformClient">) {
  const agent = yield* userAgent(settings)
  const usual = { accept: "application/json", ...(agent === undefined ? {} : { "user-agent": agent }) }
  return (yield* HttpClient.HttpClient).pipe(
    HttpClient.mapRequest((request) => HttpClientRequest.setHeaders({ ...usual, ...request.headers })(request)),
    HttpClient.transformResponse(untold),
    settings.transformClient
  )
})

/** A response as far as the client cares. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** A request that got no whole answer. */
export const connectionError = (error: HttpClientError.HttpClientError, url: string): RunwareError => {
  const cause = rootCause(error.reason.cause)
  const why = cause === undefined ? (error.reason.description ?? error.reason._tag) : cause.message
  return makeError("connection", {
    rawCode: "connectionFailed",
    message: `${host(url)} could not be reached or did not answer in full: ${why}`,
    submission: neverSent(cause) ? "none" : "unknown",
    ...(cause === undefined ? {} : { cause })
  })
}

/** The innermost error: fetch wraps the one that says something, a socket's error event carries it. */
export const rootCause = (cause: unknown, wrappers: ReadonlyArray<unknown> = []): Error | undefined => {
  // A chain of causes may bite its own tail.
  if (typeof cause !== "object" || cause === null || wrappers.includes(cause)) return undefined
  const around = [...wrappers, cause]
  if (!(cause instanceof Error)) return "error" in cause ? rootCause(cause.error, around) : undefined
  const inner: unknown = cause.cause ?? (cause instanceof AggregateError ? cause.errors[0] : undefined)
  return rootCause(inner, around) ?? (cause.message === "" && "code" in cause ? new Error(String(cause.code)) : cause)
}

const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_INVALID_URL"
])

/**
 * Whether the connection failed before a byte of the request can have left. A host may also become unreachable later, in
 * the middle of a read or a write: there the name of the system call tells.
 */
export const neverSent = (cause: Error | undefined): boolean => {
  if (cause === undefined || /^(?:read|write)/.test("syscall" in cause ? String(cause.syscall) : cause.message)) {
    return false
  }
  return "code" in cause && typeof cause.code === "string"
    ? beforeSending.has(cause.code)
    : [...beforeSending].some((code) => cause.message.includes(code))
}

const host = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)

/**
 * Milliseconds asked for by a `Retry-After` header: seconds, or a date in one of HTTP's three forms or ISO 8601. Other
 * text is no date, although `Date.parse` finds one in most.
 */
export const retryAfter = (header: string | undefined, now: number): number | undefined => {
  const value = header?.trim() ?? ""
  if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value) * 1000
  if (!/^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? |\d{4}-\d\d-\d\dT)/.test(value)) return undefined
  // The oldest of the forms, asctime, names no zone and means UTC.
  const date = Date.parse(/ \d{4}$/.test(value) ? `${value} GMT` : value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
