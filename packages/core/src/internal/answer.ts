/**
 * From an HTTP answer to a reply: what its status, its headers and its body say together.
 */
import * as Result from "effect/Result"
import * as Envelope from "../Envelope.ts"
import { fromStatus, make as makeError, type RunwareError } from "../RunwareError.ts"
import type { Reply } from "../Transport.ts"
import * as Http from "./http.ts"

/** What an HTTP answer says. A body that isn't ours becomes an error by its status. */
export const readAnswer = (answer: Http.Answer, now: number): Result.Result<Reply, RunwareError> => {
  const retryAfter = Http.retryAfter(answer.headers["retry-after"], now)
  const context = {
    statusCode: answer.status,
    submission:
      answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 425
        ? "rejected"
        : "unknown",
    ...(retryAfter === undefined ? {} : { retryAfter })
  } as const
  const body = Result.try({ try: (): unknown => JSON.parse(answer.body), catch: () => undefined })
  if (Result.isFailure(body)) {
    return Result.fail(
      answer.status >= 400
        ? fromStatus(answer.status, context, answer.body)
        : makeError("connection", {
            rawCode: "parseError",
            message: `The service answered HTTP ${answer.status} with a body that is not whole JSON.`,
            ...context
          })
    )
  }
  const envelope = Envelope.fromJson(body.success)
  return answer.status >= 400 && envelope.errors.length === 0
    ? Result.fail(fromStatus(answer.status, context, answer.body))
    : Result.succeed(
        Object.assign({ statusCode: answer.status }, envelope, retryAfter === undefined ? undefined : { retryAfter })
      )
}
