/**
 * A request and its whole answer. The Promise client has its own in this one's place: `callingBack`.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { RunwareError } from "../RunwareError.ts"
import { type Answer, connectionError } from "./http.ts"

/** Sends a request and reads its body. Fails with code `connection` when there is no whole answer. */
export const send = (
  http: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Answer, RunwareError> =>
  http.execute(request).pipe(
    Effect.flatMap((response) =>
      Effect.map(response.text, (body): Answer => ({ status: response.status, headers: response.headers, body }))
    ),
    Effect.mapError((error) => connectionError(error, request.url))
  )
