/**
 * How the client names itself. Core knows no runtime, so the packages for runtimes provide the name; browsers set their
 * own and get none from us.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"

/**
 * The runtime part of the `User-Agent`, such as `node/22.4.0; linux x64`. `undefined` where no header can be set.
 *
 * @since 0.1.0
 * @category references
 */
export const Runtime: Context.Reference<string | undefined> = Context.Reference<string | undefined>(
  "@effect-runware/core/UserAgent/Runtime",
  { defaultValue: () => undefined }
)

/**
 * `[<product> ]effect-runware/<version> (<runtime>) schemas/<schemas version>`, the format of the official SDKs.
 *
 * @since 0.1.0
 * @category constructors
 */
export const format = (parts: {
  readonly product: string | undefined
  readonly version: string
  readonly runtime: string
  readonly schemas: string
}): string =>
  `${parts.product === undefined ? "" : `${parts.product} `}effect-runware/${parts.version} (${parts.runtime}) schemas/${parts.schemas}`
