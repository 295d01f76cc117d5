/**
 * `sending` for the bundle of the Promise client, whose build puts this in its place: a fiber waits for a request and its answer
 * at once, and nothing is made of either but what it is woken with.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import { type Answer, connectionError } from "./http.ts"
import type * as Sending from "./sending.ts"

/** What the HTTP client of the bundle has beside what Effect's has. */
interface CallingBack extends HttpClient.HttpClient {
  /** Sends a request and tells its whole answer; gives the way to give it up. */
  readonly begin: (
    request: HttpClientRequest.HttpClientRequest,
    tell: (answer: Answer) => void,
    fail: (error: HttpClientError.HttpClientError) => void
  ) => () => void
}

export const send: typeof Sending.send = (http, request) =>
  Effect.callback((resume) => {
    // There is no other in the bundle.
    const leave = (http as CallingBack).begin(
      request,
      (answer) => resume(Effect.succeed(answer)),
      (error) => resume(Effect.fail(connectionError(error, request.url)))
    )
    return Effect.sync(leave)
  })
