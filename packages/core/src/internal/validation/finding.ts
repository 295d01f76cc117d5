/**
 * What a JSON Schema engine found, in the one form that all engines are brought to: where in the task, and which keyword
 * at which place of the schema. Words, allowed values and suggestions follow from these and the schema alone, so that
 * every engine leads to the same messages.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import type { JsonObject } from "../json.ts"

/** One violation. */
export interface Finding {
  /** The place in the task; of a name that the schema doesn't know, that name's own place. */
  readonly path: ReadonlyArray<string>
  /** The violated keyword, or `false` where the schema refuses whatever stands there. */
  readonly keyword: string
  /** The place of the keyword in the schema. A `$ref` is followed: it is the place that the reference leads to. */
  readonly location: ReadonlyArray<string>
}

/** Everything that is wrong with a task, the findings of failed alternatives included. */
export type Check = (task: JsonObject) => ReadonlyArray<Finding>

/** Makes a check of a schema; throws when the schema is broken. */
export type Compile = (schema: JsonSchema) => Check
