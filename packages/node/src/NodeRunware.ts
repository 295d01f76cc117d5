/**
 * Runware on Node: the client over Node's `fetch` and the `ws` package, with a `User-Agent` on both transports. Works from
 * Node 20, which has no global `WebSocket`.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { NodeRunware } from "@effect-runware/node"
 * import { Effect } from "effect"
 *
 * const program = Runware.run({ model: "runware:101@1", positivePrompt: "a lighthouse in fog", width: 768, height: 512 })
 *
 * program.pipe(Effect.provide(NodeRunware.layer()), Effect.runPromise).then(console.log)
 * ```
 *
 * @since 0.1.0
 */
import { arch, platform } from "node:process"
import { layerWebSocketConstructor } from "@effect/platform-node/NodeWS"
import * as Runware from "@effect-runware/core/Runware"
import type { Content } from "@effect-runware/core/Content"
import type { ConfigOptions, Options } from "@effect-runware/core/RunwareConfig"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { Runtime } from "@effect-runware/core/UserAgent"
import type * as Config from "effect/Config"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Socket from "effect/socket/Socket"

/**
 * What the client needs of the platform, as Node has it: an HTTP client, a WebSocket constructor that takes handshake
 * headers, and the runtime's name.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerPlatform: Layer.Layer<HttpClient.HttpClient | Socket.WebSocketConstructor> = Layer.mergeAll(
  FetchHttpClient.layer,
  layerWebSocketConstructor,
  Layer.succeed(Runtime, `node/${process.versions.node}; ${platform} ${arch}`)
)

/**
 * The client and the catalog on Node.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Runware.Runware | Content, RunwareError> =>
  Layer.provide(Runware.layer(options), layerPlatform)

/**
 * The client and the catalog on Node, with options read through Effect's Config.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: ConfigOptions
): Layer.Layer<Runware.Runware | Content, RunwareError | Config.ConfigError> =>
  Layer.provide(Runware.layerConfig(options), layerPlatform)
