/**
 * The WebSocket transport: all tasks of a client on one authenticated socket that reconnects by itself. Text streams
 * alone go over HTTP, as the service offers them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import * as Http from "./internal/http.ts"
import * as Session from "./internal/session.ts"
import * as TextStreaming from "./internal/textStream/loading.ts"
import { userAgent } from "./internal/userAgent.ts"
import { RunwareConfig } from "./RunwareConfig.ts"
import { Transport } from "./Transport.ts"

/**
 * Builds the transport from the client's settings, a WebSocket constructor and an HTTP client. Dials with the first exchange.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<
  Transport["Service"],
  never,
  RunwareConfig | Socket.WebSocketConstructor | HttpClient.HttpClient | Scope.Scope
> = Effect.gen(function* () {
  const settings = yield* RunwareConfig
  const agent = yield* userAgent(settings)
  const http = yield* Http.client(settings)
  const session = yield* Session.make(settings, agent === undefined ? undefined : { "user-agent": agent })
  return Transport.of({
    kind: "websocket",
    exchange: session.exchange,
    exchangeMany: session.exchangeMany,
    pushed: session.pushed,
    stream: TextStreaming.stream(settings, http),
    ready: session.ready,
    connect: session.connect,
    disconnect: session.disconnect,
    status: session.status,
    statusChanges: session.statusChanges
  })
})

/**
 * The transport as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Transport, never, RunwareConfig | Socket.WebSocketConstructor | HttpClient.HttpClient> =
  Layer.effect(Transport, make)
