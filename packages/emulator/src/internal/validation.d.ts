/**
 * Validation of a task, and the translation of what the validator found into the service's error objects. The validator
 * speaks of schema keywords and reports a broken `oneOf` once for each branch; the service names the parameter and what
 * is wrong with it, once.
 */
import type { WireError, WireTask } from "@effect-runware/core/Protocol";
import type { JsonSchema } from "@effect-runware/schemas";
/** Everything wrong with a task, without address and documentation. */
export type Check = (task: WireTask) => ReadonlyArray<WireError>;
/** Compiles a request schema. Each gets a validator of its own, so that two schemas may share an `$id`. */
export declare const compile: (schema: JsonSchema) => Check;
