/**
 * What each task type answers, as types. Every result is open: fields that the pinned release does not know are kept on
 * the value and typed `unknown`.
 *
 * @since 0.1.0
 */
export type * from "./generated/results.ts"
