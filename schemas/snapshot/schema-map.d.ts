import type { SchemaMap } from "@effect-runware/schemas"

declare const schemaMap: SchemaMap
export default schemaMap
