/**
 * What each model, family and utility takes, as types; nothing of this module exists at run time.
 *
 * @since 0.1.0
 */
export type * from "./generated/families.ts"
export type * from "./generated/models.ts"
export type * from "./generated/utilities.ts"
