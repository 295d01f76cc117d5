/**
 * The client over REST alone, for programs that are started often or live briefly: everything but WebSockets, and none of
 * their code.
 *
 * @since 0.1.0
 */
import * as RestTransport from "@effect-runware/core/RestTransport"
import type { ClientConfig } from "./ClientConfig.ts"
import * as Client from "./internal/client.ts"
import type { RunwareClient } from "./RunwareClient.ts"

export * from "./index.ts"

/**
 * The options of a client over REST.
 *
 * @since 0.1.0
 * @category models
 */
export interface RestConfig extends Omit<ClientConfig, "transport"> {
  /** There is only this one. */
  readonly transport?: "rest" | undefined
}

/**
 * Makes a client that has no other transport than REST. Nothing is sent yet. The client is there at once;
 * `await createClient(...)` gives it too.
 *
 * Throws a `RunwareError` with code `validation` when an option is wrong or unknown, or `auth` when there is no key.
 *
 * @example
 * import { createClient } from "@effect-runware/promise/rest"
 *
 * const client = createClient({ apiKey: process.env.RUNWARE_API_KEY })
 * const [image] = await client.run({ model: "runware:101@1", positivePrompt: "a lighthouse", width: 768, height: 512 })
 * console.log(image.imageURL)
 *
 * @since 0.1.0
 * @category constructors
 */
export const createClient = (config?: RestConfig): RunwareClient =>
  Client.make(config, () => RestTransport.layer, "rest")
