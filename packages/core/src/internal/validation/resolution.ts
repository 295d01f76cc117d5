/**
 * What the service says of one model's schema, from its reply to `/resolve/<id>`.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import * as Result from "effect/Result"
import { fromStatus, make as makeError, type RunwareError } from "../../RunwareError.ts"
import type { Answer } from "../http.ts"
import { isJsonObject, textOf } from "../json.ts"

/** An answer that holds for a while; also that there is no such model, or no schema of it. */
export interface Resolution {
  readonly schema: JsonSchema | undefined
  /** The model's page in the documentation. */
  readonly page: string | undefined
  /** Milliseconds. */
  readonly ttl: number
}

const fiveMinutes = 300_000

/** Reads a reply. Anything but a schema, an explicit lack of one, or a 404 is a failure. */
export const read = ({ body, headers, status }: Answer): Result.Result<Resolution, RunwareError> => {
  const ttl = maxAge(headers["cache-control"]) ?? fiveMinutes
  if (status === 404) return Result.succeed({ schema: undefined, page: undefined, ttl })
  if (status < 200 || status > 299) return Result.fail(fromStatus(status, { submission: "none" }, body))
  const reply = Result.getOrUndefined(Result.try((): unknown => JSON.parse(body)))
  const schema = isJsonObject(reply) ? reply["requestSchema"] : undefined
  return isJsonObject(reply) && (schema === null || isJsonObject(schema))
    ? Result.succeed({ schema: schema ?? undefined, page: textOf(reply["documentation"]), ttl })
    : Result.fail(
        makeError("serverError", {
          rawCode: "unrecognizedResponse",
          message: "The service's answer holds no `requestSchema`.",
          submission: "none"
        })
      )
}

/** Milliseconds for which an answer may be kept, if its `Cache-Control` says. */
export const maxAge = (header: string | undefined): number | undefined => {
  if (header === undefined) return undefined
  if (/\bno-(cache|store)\b/i.test(header)) return 0
  const seconds = /\bmax-age\s*=\s*"?(\d+)/i.exec(header)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}
