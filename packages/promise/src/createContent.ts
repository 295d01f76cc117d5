/**
 * The catalog without a client.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { ClientConfig, ClientDependencies } from "./ClientConfig.ts"
import type { Content } from "./Content.ts"
import * as Contents from "./internal/content.ts"
import { loadCatalog } from "./internal/loading.ts"
import { readCatalogConfig } from "./internal/options.ts"
import { perform } from "./internal/perform.ts"

/**
 * The options of what asks the catalog alone, all of them optional: where it is, who asks, and how failures are retried.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentConfig extends Pick<
  ClientConfig,
  | "baseUrl"
  | "contentUrl"
  | "userAgent"
  | "maxRetries"
  | "retryStrategy"
  | "retryDelay"
  | "maxRetryDelay"
  | "maxRetryAfter"
> {
  /** A replacement for the runtime's `fetch`: a proxy's, a mock. */
  readonly dependencies?: Pick<ClientDependencies, "fetch"> | undefined
}

/**
 * The catalog, which is public: no key, no client, and nothing to close. A client has the same as its `content`.
 *
 * Throws a `RunwareError` with code `validation` when an option is wrong or unknown; `apiKey` is none.
 *
 * @example
 * import { createContent } from "@effect-runware/promise"
 *
 * const content = createContent()
 * console.log((await content.model("runware:101@1"))?.name)
 *
 * @since 0.1.0
 * @category constructors
 */
export const createContent = (config?: ContentConfig): Content => {
  const { dependencies, settings } = readCatalogConfig(config)
  // The types say what follows from what was asked for; what comes is the service's.
  return Contents.make((signal, question) =>
    perform(
      Effect.flatMap(loadCatalog, (catalog) => Effect.flatMap(catalog.make(settings), question)),
      { ...dependencies, signal }
    )
  ) as Content
}
