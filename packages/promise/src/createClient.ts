/**
 * Makes clients.
 *
 * @since 0.1.0
 */
import type { ClientConfig } from "./ClientConfig.ts"
import * as Client from "./internal/client.ts"
import { layerOwn } from "./internal/nodeWebSocket.ts"
import { overBoth } from "./internal/webSocket.ts"
import type { RunwareClient } from "./RunwareClient.ts"

/**
 * Makes a client. Nothing is sent yet: the first call connects. The client is there at once; `await createClient(...)`
 * gives it too.
 *
 * Throws a `RunwareError` with code `validation` when an option is wrong or unknown, or `auth` when there is no key.
 *
 * @example
 * import { createClient } from "@effect-runware/promise"
 *
 * const client = createClient({ apiKey: process.env.RUNWARE_API_KEY })
 * const [image] = await client.run({ model: "runware:101@1", positivePrompt: "a lighthouse", width: 768, height: 512 })
 * console.log(image.imageURL)
 * await client.disconnect()
 *
 * @since 0.1.0
 * @category constructors
 */
export const createClient = (config?: ClientConfig): RunwareClient => Client.make(config, overBoth(layerOwn))
