/**
 * The pinned release, apart from what it holds, so that a program may name it without bundling its models.
 *
 * @since 0.1.0
 */
import { version } from "./generated/version.ts"

/**
 * A timestamp such as `20260722152433`.
 *
 * @since 0.1.0
 * @category constants
 */
export const bundledVersion: string = version
