/**
 * The WebSocket of a server: of `ws` on Node, and the runtime's own elsewhere.
 */
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Socket from "effect/socket/Socket"
import { runtime } from "./platform.ts"
import { layerGlobal, layerOf } from "./webSocket.ts"

const layerOfWs: Layer.Layer<Socket.WebSocketConstructor, RunwareError> = Layer.unwrap(
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

export const layerOwn: Layer.Layer<Socket.WebSocketConstructor, RunwareError> = Layer.suspend(() =>
  runtime()?.name === "node" ? layerOfWs : layerGlobal
)
