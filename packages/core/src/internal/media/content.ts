/**
 * What is in a file of a result: decoded where the service put it into the reply, fetched where it gave an address. Loaded
 * with the first file that is asked for.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { exponential, withRetryAfter } from "../../Retry.ts"
import { fromStatus, make as makeError, type RunwareError, withDetails } from "../../RunwareError.ts"
import { connectionError, retryAfter } from "../http.ts"
import { untold } from "../tracing.ts"
import type { Output } from "./outputs.ts"
import { sizeText } from "./reading.ts"
import { sniff } from "./sniffing.ts"

/** The bytes of a file, or the rest of them. */
export interface Content {
  /** Where in the file `bytes` begin: where it was asked to, or 0 where only the whole can be had. */
  readonly from: number
  /** How many bytes the whole file has, where that is known. */
  readonly size: number | undefined
  /** Its MIME type, where that is known. */
  readonly type: string | undefined
  readonly bytes: Stream.Stream<Uint8Array, RunwareError>
}

/** How a file is fetched. */
export interface Fetching {
  readonly from?: number | undefined
  readonly idleTimeout?: Duration.Input | undefined
}

type Opened = Effect.Effect<Content, RunwareError, HttpClient.HttpClient | Scope.Scope>

export const open = (output: Output, { from = 0, idleTimeout = "30 seconds" }: Fetching = {}): Opened => {
  if (output.delivery === "base64Data") return inline(output.value, undefined, from)
  const dataURI = /^data:(?<type>[^;,]*)(?:;[^;,]*)*?(?<base64>;base64)?,/i.exec(output.value)
  if (dataURI !== null) {
    const { base64, type } = dataURI.groups ?? {}
    const payload = output.value.slice(dataURI[0].length)
    return base64 === undefined ? plain(payload, type, from) : inline(payload, type, from)
  }
  if (output.delivery === "dataURI") return Effect.fail(unreadable("The service's data URI is none."))
  return fetched(output.value, from, Duration.fromInputUnsafe(idleTimeout))
}

const unreadable = (message: string): RunwareError =>
  makeError("serverError", { rawCode: "unreadableMedia", message, submission: "none" })

const inline = (text: string, type: string | undefined, from: number) =>
  Effect.flatMap(Effect.fromResult(decoded(text)), (bytes) => contentOf(bytes, type, from))

const decoded = (text: string): Result.Result<Uint8Array, RunwareError> =>
  Result.mapError(Base64.decode(text), () => unreadable("The file in the result is not valid base64."))

const plain = (text: string, type: string | undefined, from: number) =>
  Effect.flatMap(
    Effect.try({
      try: () => new TextEncoder().encode(decodeURIComponent(text)),
      catch: () => unreadable("The data URI in the result is not valid.")
    }),
    (bytes) => contentOf(bytes, type, from)
  )

const contentOf = (bytes: Uint8Array, type: string | undefined, from: number) =>
  Effect.map(
    Effect.promise(() => sniff(bytes)),
    (sniffed): Content => ({
      from: Math.min(from, bytes.length),
      size: bytes.length,
      type: sniffed?.mime ?? (type === "" ? undefined : type),
      bytes: Stream.make(bytes.subarray(from))
    })
  )

/** The key goes to the service only: media are public, and may lie anywhere. */
const fetched = Effect.fnUntraced(function* (
  url: string,
  from: number,
  idleTimeout: Duration.Duration
): Effect.fn.Return<Content, RunwareError, HttpClient.HttpClient | Scope.Scope> {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    return yield* unreadable("The address of the file in the result is none that can be fetched.")
  }
  const { host } = new URL(url)
  const idle = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.timeoutOrElse(effect, { duration: idleTimeout, orElse: () => Effect.fail(stalled(host, idleTimeout)) })
  const request = HttpClientRequest.get(url).pipe(
    HttpClientRequest.setHeaders({
      accept: "*/*",
      // The size of a compressed body is none of the file's.
      "accept-encoding": "identity",
      ...(from > 0 ? { range: `bytes=${from}-` } : {})
    })
  )
  const http = (yield* HttpClient.HttpClient).pipe(HttpClient.transformResponse(untold), HttpClient.withScope)
  const { headers, status, stream } = yield* http.execute(request).pipe(
    Effect.mapError((error) => broken(connectionError(error, url))),
    idle
  )
  const type = headers["content-type"]?.split(";")[0]?.trim()
  const range = rangeOf(headers["content-range"])
  if (status === 416 && range.size !== undefined) {
    return { from, size: range.size, type: undefined, bytes: Stream.empty }
  }
  if (status !== 200 && !(status === 206 && range.from === from)) {
    return yield* refused(status, host, retryAfter(headers["retry-after"], yield* Clock.currentTimeMillis))
  }
  const isEncoded = (headers["content-encoding"] ?? "identity") !== "identity"
  const pull = yield* Stream.toPull(Stream.mapError(stream, (error) => broken(connectionError(error, url))))
  return {
    from: status === 206 ? from : 0,
    size: status === 206 ? range.size : isEncoded ? undefined : numberOf(headers["content-length"]),
    type,
    bytes: Stream.fromPull(Effect.succeed(idle(pull)))
  }
})

// "bytes 100-199/200", or "bytes */200" where nothing is left.
const rangeOf = (header: string | undefined) => {
  const { from, size } = /^bytes (?:(?<from>\d+)-\d+|\*)\/(?<size>\d+|\*)$/i.exec(header?.trim() ?? "")?.groups ?? {}
  return { from: numberOf(from), size: numberOf(size) }
}

const numberOf = (digits: string | undefined): number | undefined =>
  digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined

/** Fetching buys nothing, and may be done again. */
const broken = (error: RunwareError): RunwareError =>
  withDetails(error, { submission: "none", advice: "The file can be fetched again as long as its address is valid." })

const stalled = (host: string, idleTimeout: Duration.Duration): RunwareError =>
  makeError("timeout", {
    rawCode: "mediaStalled",
    message: `Nothing of the file came from ${host} for ${Duration.format(idleTimeout)} (option \`idleTimeout\`).`,
    submission: "none"
  })

const refused = (status: number, host: string, retryAfter: number | undefined): RunwareError =>
  status === 403 || status === 404 || status === 410
    ? makeError("notFound", {
        rawCode: "mediaNotFound",
        message: `${host} has no such file (HTTP ${status}): its address has expired, or was never valid.`,
        advice: "Addresses live as long as the task's `ttl` says: fetch files soon, or run the task again.",
        statusCode: status,
        submission: "none"
      })
    : withDetails(fromStatus(status, { submission: "none", retryAfter }), {
        message: `${host} answered HTTP ${status} instead of the file.`
      })

const tooLargeToTake = (limit: number): RunwareError =>
  makeError("validation", {
    rawCode: "mediaTooLarge",
    message: `The file has more than ${sizeText(limit)}.`,
    advice: "Allow more with the option `maxBytes`.",
    submission: "none"
  })

/** What is unreadable in a result stays so. */
const mayPass = ({ rawCode, retryable }: RunwareError): boolean => retryable && rawCode !== "unreadableMedia"

/** How a file that did not come in full is asked for again: a few times, and not before the host wants it. */
const again = (times: number): Schedule.Schedule<unknown, RunwareError> =>
  withRetryAfter(exponential({ base: "500 millis", cap: "10 seconds" }).pipe(Schedule.upTo({ times })), "60 seconds")

/** The whole file in memory. */
export const whole = (
  output: Output,
  { idleTimeout, maxBytes }: Fetching & { readonly maxBytes: number }
): Effect.Effect<
  { readonly bytes: Uint8Array; readonly type: string | undefined },
  RunwareError,
  HttpClient.HttpClient
> =>
  Effect.gen(function* () {
    const content = yield* open(output, { idleTimeout })
    if ((content.size ?? 0) > maxBytes) return yield* tooLargeToTake(maxBytes)
    const parts: Array<Uint8Array> = []
    let size = 0
    yield* Stream.runForEach(content.bytes, (part) => {
      size += part.byteLength
      if (size > maxBytes) return Effect.fail(tooLargeToTake(maxBytes))
      parts.push(part)
      return Effect.void
    })
    if (content.size !== undefined && size !== content.size) return yield* incomplete(size, content.size)
    const bytes = new Uint8Array(size)
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.byteLength
    }
    return { bytes, type: content.type ?? (yield* Effect.promise(() => sniff(bytes)))?.mime }
  }).pipe(Effect.scoped, Effect.retry({ while: mayPass, schedule: again(3) }))

const incomplete = (received: number, size: number): RunwareError =>
  broken(
    makeError("connection", {
      rawCode: "mediaIncomplete",
      message: `The file ended after ${received} of ${size} bytes.`,
      submission: "none"
    })
  )
