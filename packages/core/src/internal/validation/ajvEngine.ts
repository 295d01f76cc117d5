/**
 * The engine for runtimes that may compile: ajv turns a schema into a function, once, and checking is then a matter of
 * microseconds.
 */
import { Ajv2019, type ErrorObject } from "ajv/dist/2019.js"
import type { Compile, Finding } from "./finding.ts"
import { namesOf, namesOfFragment, placesOf } from "./schemaPlace.ts"

/**
 * Compiles a schema. The settings are those with which the service's own clients compile its schemas, except that
 * decimals are multiples of decimals in spite of their rounding. Each schema gets an instance of its own: instances
 * refuse a second schema of the same `$id`, which a schema that was fetched anew has.
 */
export const compile: Compile = (schema) => {
  const validate = new Ajv2019({
    allErrors: true,
    strict: false,
    validateFormats: false,
    validateSchema: false,
    meta: false,
    logger: false,
    multipleOfPrecision: 9,
    verbose: true
  }).compile(schema)
  let places: ReturnType<typeof placesOf> | undefined
  return (task) => {
    if (validate(task)) return []
    places ??= placesOf(schema)
    const known = places
    return (validate.errors ?? []).filter((error) => error.keyword !== "if").map((error) => finding(error, known))
  }
}

const finding = (error: ErrorObject, places: ReturnType<typeof placesOf>): Finding => {
  const { instancePath, keyword, parentSchema, schemaPath } = error
  const params: Readonly<Record<string, unknown>> = error.params
  const path = namesOf(instancePath)
  // Below a recursive reference ajv's own places are relative to the reference; the identity of the schema is not.
  const parent = parentSchema && places.get(parentSchema)
  if (keyword === "false schema") return { path, keyword: "false", location: namesOfFragment(schemaPath).slice(0, -1) }
  const name = params["additionalProperty"] ?? params["unevaluatedProperty"] ?? params["propertyName"]
  return {
    path: typeof name === "string" ? [...path, name] : path,
    keyword,
    location: parent === undefined ? namesOfFragment(schemaPath) : [...parent, keyword]
  }
}
