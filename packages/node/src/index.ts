/**
 * Runware on Node.
 *
 * @since 0.1.0
 */
export * as NodeMedia from "./NodeMedia.ts"
export * as NodeRunware from "./NodeRunware.ts"
