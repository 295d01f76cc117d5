/**
 * What makes the client's sockets. It is the service `WebSocketConstructor` of `effect/socket/Socket`, and whatever provides
 * that one provides this one; but importing that module brings `effect/Schema` along, which is a third of a small bundle.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type * as Socket from "effect/socket/Socket"

/**
 * The service of Effect, by its key.
 *
 * @since 0.1.0
 * @category services
 */
export const WebSocketConstructor: Context.Service<
  Socket.WebSocketConstructor,
  Socket.WebSocketConstructor["Service"]
> = /* @__PURE__ */ Context.Service("@effect/platform/Socket/WebSocketConstructor")

/**
 * The global `WebSocket`, as browsers and workers have it. It takes no headers.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerGlobal: Layer.Layer<Socket.WebSocketConstructor> = /* @__PURE__ */ Layer.succeed(
  WebSocketConstructor,
  (url, options) => {
    const { headers, protocols } =
      typeof options === "object" && !Array.isArray(options) ? options : { protocols: options, headers: undefined }
    if (headers !== undefined) throw new TypeError("The global WebSocket takes no headers")
    return new globalThis.WebSocket(url, protocols)
  }
)
