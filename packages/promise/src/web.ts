/**
 * The entry for browsers and workers, which have a WebSocket of their own: the same, without a word of `ws`.
 *
 * @since 0.1.0
 */
import type { ClientConfig } from "./ClientConfig.ts"
import * as Client from "./internal/client.ts"
import { layerGlobal, overBoth } from "./internal/webSocket.ts"
import type { RunwareClient } from "./RunwareClient.ts"

export * from "./index.ts"

/**
 * {@inheritDoc createClient}
 *
 * @since 0.1.0
 * @category constructors
 */
export const createClient = (config?: ClientConfig): RunwareClient => Client.make(config, overBoth(layerGlobal))
