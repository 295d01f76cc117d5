/**
 * Requests to the catalog: what it has at a path, or that it has nothing there.
 */
import type { ModelQuery } from "@effect-runware/schemas/catalog"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { fromSettings } from "../Retry.ts"
import type { CatalogSettings } from "../RunwareConfig.ts"
import { fromStatus, fromWire, make as makeError, type RunwareError, withDetails } from "../RunwareError.ts"
import { readAnswer } from "./answer.ts"
import type * as Http from "./http.ts"
import { send } from "./sending.ts"
import { isJsonObject } from "./json.ts"

/** Long enough for a slow line; without a bound a silent server would hold its caller for ever. */
const longestWait = "30 seconds"

/** Asks for the body at a path; nothing where the catalog has nothing. */
export const make =
  (settings: CatalogSettings, http: HttpClient.HttpClient) =>
  (
    path: ReadonlyArray<string>,
    query: Readonly<Record<string, string>> = {}
  ): Effect.Effect<Option.Option<unknown>, RunwareError> => {
    const url = `${settings.contentUrl}/${path.map(encodeURIComponent).join("/")}`
    const request = HttpClientRequest.get(url).pipe(HttpClientRequest.setUrlParams(query))
    return send(http, request).pipe(
      Effect.timeoutOrElse({ duration: longestWait, orElse: () => Effect.fail(noAnswer) }),
      Effect.flatMap((answer) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fromResult(read(answer, now)))
      ),
      // A question buys nothing, however it ends.
      Effect.mapError((error) => withDetails(error, { submission: "none" })),
      Effect.retry({ while: (error) => error.retryable, schedule: fromSettings(settings) })
    )
  }

const noAnswer = makeError("timeout", {
  message: `The catalog did not answer within ${longestWait}.`,
  submission: "none"
})

const read = (answer: Http.Answer, now: number): Result.Result<Option.Option<unknown>, RunwareError> => {
  if (answer.status === 404) return Result.succeed(Option.none())
  if (answer.status < 200 || answer.status > 299) return Result.fail(failureOf(answer, now))
  return Result.try({
    try: () => Option.some<unknown>(JSON.parse(answer.body)),
    catch: () =>
      makeError("serverError", {
        rawCode: "unrecognizedResponse",
        message: "The catalog answered with something that is not JSON.",
        statusCode: answer.status,
        submission: "none"
      })
  })
}

/** What the catalog says is wrong, or the status alone. Whatever it is, nothing was bought. */
const failureOf = (answer: Http.Answer, now: number): RunwareError => {
  const said = readAnswer(answer, now)
  if (Result.isFailure(said)) return withDetails(said.failure, { submission: "none" })
  const { errors, retryAfter, statusCode } = said.success
  const [first] = errors
  const context = { statusCode, retryAfter, submission: "none" } as const
  return first === undefined ? fromStatus(answer.status, context, answer.body) : fromWire(first, context, errors)
}

/** Models that only the OpenAI-compatible endpoint runs are of no use here, unless they are asked for. */
export const ownModels = (listing: unknown, query: ModelQuery | undefined): unknown => {
  const keep = (items: ReadonlyArray<unknown>) =>
    query?.status === undefined
      ? items.filter((item) => !isJsonObject(item) || item["status"] !== "openai-compatible")
      : items
  if (Array.isArray(listing)) return keep(listing)
  return isJsonObject(listing) && Array.isArray(listing["items"])
    ? { ...listing, items: keep(listing["items"]) }
    : listing
}
