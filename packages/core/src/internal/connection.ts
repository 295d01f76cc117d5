/**
 * The options that say who is calling and where to: each checked before anything is sent, none of the secrets among them
 * (a key, a password in an address) repeated in an error.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { endpoints } from "../Protocol.ts"
import type { Connection, Settings } from "../RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { describe } from "./describe.ts"

const invalid = (parameter: string, message: string, cause?: unknown): RunwareError =>
  makeError("validation", { rawCode: "invalidConfig", message, parameter, submission: "none", cause })

/** A variable of the environment, as the ConfigProvider sees it; empty is as good as absent. */
export const fromEnvironment = (name: string): Effect.Effect<string | undefined, RunwareError> =>
  Effect.flatMap(ConfigProvider.ConfigProvider, (provider) => provider.load([name])).pipe(
    Effect.map((node) => node?.value || undefined),
    // Going on without it could mean the wrong service, or another account.
    Effect.mapError((error) => invalid(name, `The ConfigProvider failed to read ${name}: ${error.message}`, error))
  )

/** A key that can travel in a header: one that can't would be quoted in the header's own error. */
export const checkKey = (given: unknown): Result.Result<Redacted.Redacted, RunwareError> => {
  const value = Redacted.isRedacted(given) ? Redacted.value(given) : given
  const about = { parameter: "apiKey", submission: "none" } as const
  if (value === undefined || value === null || (typeof value === "string" && value.trim() === "")) {
    const message = "No API key: neither the option `apiKey` nor the environment variable RUNWARE_API_KEY is set."
    return Result.fail(makeError("auth", { rawCode: "missingApiKey", message, ...about }))
  }
  if (typeof value !== "string") {
    return Result.fail(invalid("apiKey", `apiKey must be a string or a Redacted string, got a ${typeof value}.`))
  }
  if (!/^[\x21-\x7e]+$/.test(value.trim())) {
    const message = "The API key holds a space, a line break, or a character beyond ASCII, which no key has."
    return Result.fail(makeError("auth", { rawCode: "invalidApiKey", message, ...about }))
  }
  return Result.succeed(Redacted.make(value.trim(), { label: "apiKey" }))
}

/** Addresses that paths are added to have no query, and lose the slash at their end. */
const isBase = (name: string): boolean => name !== "restUrl" && name !== "webSocketUrl"

/** An absolute URL of the right scheme. */
const checkUrl = (name: string, given: unknown): Result.Result<string, RunwareError> => {
  const schemes = name === "webSocketUrl" ? ["ws:", "wss:"] : ["http:", "https:"]
  const text = typeof given === "string" ? given.trim() : ""
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && `${url.username}${url.password}` !== "") {
    return Result.fail(
      invalid(name, `${name} holds a user name or a password (for ${url.host}), which fetch and WebSocket refuse.`)
    )
  }
  const hasExtra = url !== undefined && (url.hash !== "" || (isBase(name) && url.search !== ""))
  if (url === undefined || hasExtra || !schemes.includes(url.protocol)) {
    const without = isBase(name) ? "query or fragment" : "fragment"
    return Result.fail(
      invalid(
        name,
        `${name} must be an absolute URL with ${schemes.join("// or ")}//, without ${without}, got ${describe(given)}.`
      )
    )
  }
  return Result.succeed(isBase(name) ? text.replace(/[/?#]+$/, "") : text)
}

/** The caller's part of the `User-Agent`: what a header can hold. */
const checkProduct = (given: unknown): Result.Result<string | undefined, RunwareError> => {
  if (given === undefined) return Result.succeed(given)
  return typeof given === "string" && /^[\x20-\x7e]+$/.test(given) && given.trim() !== ""
    ? Result.succeed(given.trim())
    : Result.fail(
        invalid(
          "userAgent",
          `userAgent must be a text of printable ASCII, such as "my-app/1.0", got ${describe(given)}.`
        )
      )
}

type UrlOption = "restUrl" | "webSocketUrl" | "schemasUrl" | "contentUrl"

/** Where everything is, and who asks for it: what needs no key. */
export const readConnection = Effect.fnUntraced(function* (
  options: Omit<Connection, "apiKey">
): Effect.fn.Return<Pick<Settings, UrlOption | "userAgent" | "transformClient">, RunwareError> {
  const baseUrl = options.baseUrl ?? (yield* fromEnvironment("RUNWARE_BASE_URL"))
  const base = baseUrl === undefined ? undefined : yield* Effect.fromResult(checkUrl("baseUrl", baseUrl))
  const url = (name: UrlOption, ofBase: (base: string) => string, own: string) =>
    Effect.fromResult(checkUrl(name, options[name] ?? (base === undefined ? own : ofBase(base))))
  return {
    restUrl: yield* url("restUrl", (base) => `${base}/v1`, endpoints.rest),
    webSocketUrl: yield* url("webSocketUrl", (base) => `${base.replace(/^http/i, "ws")}/v1`, endpoints.webSocket),
    schemasUrl: yield* url("schemasUrl", (base) => base, endpoints.schemas),
    contentUrl: yield* url("contentUrl", (base) => base, endpoints.content),
    userAgent: yield* Effect.fromResult(checkProduct(options.userAgent)),
    transformClient: yield* Effect.fromResult(checkTransform(options.transformClient))
  }
})

type Transform = (client: HttpClient.HttpClient) => HttpClient.HttpClient

const isTransform = (given: unknown): given is Transform => typeof given === "function"

/** The decoration of the HTTP client, or none. */
const checkTransform = (given: unknown): Result.Result<Transform, RunwareError> => {
  if (given === undefined) return Result.succeed((client) => client)
  return isTransform(given)
    ? Result.succeed(given)
    : Result.fail(
        invalid(
          "transformClient",
          `transformClient must be a function from HttpClient to HttpClient, got ${describe(given)}.`
        )
      )
}
