/**
 * The request schemas of the pinned release, one by one: what a validator loads when it first meets a model. They are
 * kept as texts that share their common pieces, so that all of them together are a fraction of the schema map, and only
 * those that are asked for become objects. Nothing else in this package imports this module: load it with `import()`.
 *
 * @since 0.1.0
 */
import { pieces, requests } from "./generated/requests.ts"
import type { JsonSchema } from "./SchemaMap.ts"

export type { JsonSchema } from "./SchemaMap.ts"

/** A schema whose parameters and rules are numbers of pieces. */
interface SharedSchema extends Omit<JsonSchema, "allOf" | "properties"> {
  readonly properties?: ReadonlyArray<number>
  readonly allOf?: ReadonlyArray<number>
}

// What the generator wrote is JSON of the type that the caller names.
const parse = <A>(text: string | undefined): A => JSON.parse(text ?? "null") as A

const decode = (text: string): JsonSchema => {
  const { allOf, properties, ...schema } = parse<SharedSchema>(text)
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        properties.map((number) => parse<readonly [string, JsonSchema | boolean]>(pieces[number]))
      )
    }),
    ...(allOf && { allOf: allOf.map((number) => parse<JsonSchema>(pieces[number])) })
  }
}

/**
 * Every target that has a schema: `model:<air>`, `architecture:<name>`, `modality:<name>`, `operation:<name>` and
 * `utility:<taskType>`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const requestTargets = (): ReadonlyArray<string> => Object.keys(requests)

/**
 * The request schema of a target, a new object on every call.
 *
 * @example
 * import { requestSchema } from "@effect-runware/schemas/requests"
 *
 * requestSchema("model:runware:101@1")?.required // => ["height", "model", ...]
 *
 * @since 0.1.0
 * @category constructors
 */
export const requestSchema = (target: string): JsonSchema | undefined => {
  const text = Object.hasOwn(requests, target) ? requests[target] : undefined
  return text === undefined ? undefined : decode(text)
}
