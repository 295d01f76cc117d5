/**
 * What the client takes from the runtime it finds itself in, unless it was given something else: `fetch`, a WebSocket
 * constructor, and a name for the `User-Agent`.
 */
import type { Settings } from "@effect-runware/core/RunwareConfig"
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import { Runtime } from "@effect-runware/core/UserAgent"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { layerGlobal, WebSocketConstructor } from "@effect-runware/core/WebSocketConstructor"
import type * as Socket from "effect/socket/Socket"
import type { ClientDependencies } from "../ClientConfig.ts"

/** The platform as layers. `fetch` is read by each request, so the layer has to stay around the calls. */
export const layerPlatform = (
  { transport }: Pick<Settings, "transport">,
  dependencies: ClientDependencies
): Layer.Layer<HttpClient.HttpClient | Socket.WebSocketConstructor, RunwareError> =>
  Layer.mergeAll(
    FetchHttpClient.layer,
    Layer.succeed(FetchHttpClient.Fetch, fetchOf(dependencies)),
    transport === "rest" ? layerNoWebSocket : layerWebSocket(dependencies),
    Layer.succeed(Runtime, runtimeName())
  )

// The HTTP client calls it with a URL or a string, which is all that our own type asks of a replacement.
export const fetchOf = ({ fetch }: ClientDependencies) =>
  (fetch ?? ((input: URL | string, init?: RequestInit) => globalThis.fetch(input, init))) as typeof globalThis.fetch

/** REST asks for no socket, and must not load what makes one. */
const layerNoWebSocket = Layer.succeed(WebSocketConstructor, () => {
  throw new TypeError("The REST transport has no socket")
})

/** A constructor that takes handshake headers as `ws` does. Those of browsers ignore a third argument. */
type WebSocketClass = new (
  url: string,
  protocols: string | Array<string> | undefined,
  options?: { readonly headers?: Readonly<Record<string, string>>; readonly closeTimeout?: number }
) => Socket.WebSocketLike

const layerWebSocket = (dependencies: ClientDependencies): Layer.Layer<Socket.WebSocketConstructor, RunwareError> => {
  if (dependencies.WebSocket !== undefined) return layerOf(dependencies.WebSocket)
  if (runtime()?.name !== "node") return layerGlobal
  return Layer.unwrap(
    Effect.tryPromise({
      // Also where Node has a global WebSocket: that one can neither name us in the handshake nor say why it failed.
      try: () => import("ws"),
      catch: (cause) =>
        makeError("connection", {
          rawCode: "noWebSocketImpl",
          message: "The package `ws` could not be loaded.",
          advice: 'Install it, pass `dependencies: { WebSocket }`, or use the option `transport: "rest"`.',
          submission: "none",
          cause
        })
    }).pipe(Effect.map(({ WebSocket }) => layerOf(WebSocket, { closeTimeout: 2000 })))
  )
}

/** `options` go to every socket; `closeTimeout` bounds how long one that nobody answers keeps a process alive. */
const layerOf = (
  WebSocket: WebSocketClass,
  options: { readonly closeTimeout?: number } = {}
): Layer.Layer<Socket.WebSocketConstructor> =>
  Layer.succeed(WebSocketConstructor, (url, given) => {
    if (given === undefined || typeof given === "string" || Array.isArray(given)) {
      return new WebSocket(url, given, options)
    }
    const { headers, protocols } = given
    return new WebSocket(url, protocols, headers === undefined ? options : { ...options, headers })
  })

interface Process {
  readonly versions?: Readonly<Record<string, string | undefined>>
  readonly platform?: string
  readonly arch?: string
}

/** The server runtime we are in. Those that imitate Node name themselves beside it. */
export const runtime = () => {
  // Typed as it is outside of Node, too: absent, or in part.
  const { process } = globalThis as { readonly process?: Process }
  const versions = process?.versions
  const name = ["bun", "deno", "node"].find((one) => typeof versions?.[one] === "string")
  return name === undefined ? undefined : { name, version: versions?.[name], process }
}

/** `undefined` in browsers, which set a `User-Agent` of their own. */
const runtimeName = (): string | undefined => {
  const found = runtime()
  return found === undefined
    ? undefined
    : `${found.name}/${found.version}; ${found.process?.platform ?? "unknown"} ${found.process?.arch ?? "unknown"}`
}
