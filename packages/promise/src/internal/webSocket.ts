/**
 * The transports of a client that may use WebSockets, and the WebSocket that it was given.
 */
import * as RestTransport from "@effect-runware/core/RestTransport"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { WebSocketConstructor } from "@effect-runware/core/WebSocketConstructor"
import * as WebSocketTransport from "@effect-runware/core/WebSocketTransport"
import * as Layer from "effect/Layer"
import type * as Socket from "effect/socket/Socket"
import type { Carry } from "./client.ts"

/** A constructor that takes handshake headers as `ws` does. Those of browsers ignore a third argument. */
type WebSocketClass = new (
  url: string,
  protocols: string | Array<string> | undefined,
  options?: { readonly headers?: Readonly<Record<string, string>>; readonly closeTimeout?: number }
) => Socket.WebSocketLike

/** Both transports; the runtime's own WebSocket is used where none was given. */
export const overBoth =
  (own: Layer.Layer<Socket.WebSocketConstructor, RunwareError>): Carry =>
  ({ transport }, { WebSocket }) =>
    transport === "rest"
      ? RestTransport.layer
      : Layer.provide(WebSocketTransport.layer, WebSocket === undefined ? own : layerOf(WebSocket))

/** `options` go to every socket; `closeTimeout` bounds how long one that nobody answers keeps a process alive. */
export const layerOf = (
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

/** The global one, as browsers, workers, Bun and Deno have it. */
export const layerGlobal: Layer.Layer<Socket.WebSocketConstructor> = Layer.suspend(() =>
  "WebSocket" in globalThis
    ? layerOf(globalThis.WebSocket)
    : Layer.succeed(WebSocketConstructor, () => {
        throw new TypeError("This runtime has no WebSocket")
      })
)
