/**
 * The pinned release of the Runware API as data and types: the registry, the result types, and the shape of the schema
 * map. Nothing here loads the schema map itself; that is `@effect-runware/schemas/schema-map.json`.
 *
 * @since 0.1.0
 */
export type * from "./calls.ts"
export type * from "./parameters.ts"
export * from "./registry.ts"
export type * from "./results.ts"
export type * from "./SchemaMap.ts"
