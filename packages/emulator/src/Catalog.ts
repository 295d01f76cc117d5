/**
 * What the service knows about models: which exist, what their requests must look like. The machine takes it as a
 * parameter, so that a test can bring a catalog of two models and no schema.
 *
 * @since 0.1.0
 */
import type { WireError, WireTask } from "@effect-runware/core/Protocol"
import type { RegistryData } from "@effect-runware/schemas/registry"
import type { InferenceEntry, JsonSchema, SchemaMap, SchemaPair } from "@effect-runware/schemas"
import { modelCapabilities } from "./internal/content/capabilities.ts"
import { makeLibrary, type ListedModel } from "./internal/content/library.ts"
import { modelPage } from "./internal/rejection.ts"
import { compile, type Check } from "./internal/validation.ts"

/**
 * A model that the catalog lists.
 *
 * @since 0.1.0
 * @category models
 */
export interface CatalogModel {
  readonly air: string
  readonly slug: string
  readonly taskType: string
}

/**
 * What `/resolve` answers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Resolution extends SchemaPair {
  readonly documentation: string
}

/**
 * The catalog.
 *
 * @since 0.1.0
 * @category models
 */
export interface Catalog {
  /** The listed model of an AIR or a slug. */
  readonly find: (model: string) => CatalogModel | undefined
  /** Whether an AIR may be a community model: of a provider that is open to anyone, or that the catalog never heard of. */
  readonly isCommunity: (air: string) => boolean
  /**
   * Everything wrong with a task whose `model`, if it has one, is an AIR; `[]` when it may run. `architecture` is that of a
   * model which the catalog doesn't list.
   */
  readonly violations: (task: WireTask, architecture?: string) => ReadonlyArray<WireError>
  /** The values that a task's schema names for one of its parameters, the default first; `[]` where it names none. */
  readonly values: (task: WireTask, parameter: string) => ReadonlyArray<string | number>
  /** The fields that the results of a task must have. */
  readonly resultFields: (task: WireTask) => ReadonlyArray<string>
  readonly resolve: (model: string) => Resolution | undefined
  /** The models that can be found, but for those that clients upload. */
  readonly listed: () => ReadonlyArray<ListedModel>
  /** What the models of an architecture are run with, and what they can do. */
  readonly architecture: (
    name: string
  ) => { readonly taskType: string; readonly capabilities: ReadonlyArray<string> } | undefined
}

/** Providers under whose name users upload models of their own. */
const openProviders: ReadonlySet<string> = new Set(["civitai", "rundiffusion"])

/**
 * The catalog of a schema map. Schemas are compiled when a task first needs them, and kept. `families` says of which
 * architecture, modality or operation community models are.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromSchemaMap = (
  schemaMap: SchemaMap,
  registry: RegistryData,
  families: Readonly<Record<string, string>> = {}
): Catalog => {
  const models = new Map<string, CatalogModel>()
  for (const [air, { id, taskType }] of Object.entries(registry.models)) {
    const model = { air, slug: id, taskType }
    models.set(air, model)
    models.set(id, model)
  }
  const providers = new Set(Object.keys(registry.models).map((air) => air.split(":", 1)[0] ?? ""))
  const entries = new Map<string, InferenceEntry>(schemaMap.inference.map((entry) => [entry.air, entry]))
  const generic = genericSchemas(schemaMap, registry)
  const compiled = new Map<JsonSchema, Check>()

  const { architectures, modalities, operations } = schemaMap
  const familySchema = (air: string, architecture?: string): JsonSchema | null | undefined => {
    const family = architecture ?? (Object.hasOwn(families, air) ? families[air] : undefined)
    const pairs = [architectures, modalities, operations].find(
      (each) => family !== undefined && Object.hasOwn(each, family)
    )
    return family === undefined ? undefined : pairs?.[family]?.requestSchema
  }
  const schemaOf = (task: WireTask, architecture?: string): JsonSchema | undefined => {
    const air = String(task["model"])
    return entries.get(air)?.requestSchema ?? familySchema(air, architecture) ?? generic.get(task.taskType)
  }

  const resolve: Catalog["resolve"] = (id) => {
    const model = models.get(id)
    const entry = model && entries.get(model.air)
    return entry && model
      ? {
          requestSchema: entry.requestSchema,
          responseSchema: entry.responseSchema,
          documentation: modelPage(model.slug)
        }
      : undefined
  }
  let listed: ReadonlyArray<ListedModel> | undefined

  return {
    find: (model) => models.get(model),
    isCommunity: (air) => {
      const provider = air.split(":", 1)[0] ?? ""
      return openProviders.has(provider) || !providers.has(provider)
    },
    violations: (task, architecture) => {
      const schema = schemaOf(task, architecture)
      if (schema === undefined) return []
      const check = compiled.get(schema) ?? compile(schema)
      compiled.set(schema, check)
      const slug = models.get(String(task["model"]))?.slug
      return check(task).map((error) => documented(error, slug))
    },
    values: (task, parameter) => {
      const schema = schemaOf(task)?.properties?.[parameter]
      return typeof schema === "object" ? namedValues(schema) : []
    },
    resultFields: (task) => entries.get(String(task["model"]))?.responseSchema?.required ?? [],
    resolve,
    listed: () => (listed ??= makeLibrary(registry, { resolve }).models.filter(({ status }) => status === "live")),
    architecture: (name) => {
      const taskType = Object.hasOwn(registry.architectureTaskTypes, name)
        ? registry.architectureTaskTypes[name]
        : undefined
      return taskType === undefined
        ? undefined
        : { taskType, capabilities: modelCapabilities(taskType, architectures[name]?.requestSchema ?? null) }
    }
  }
}

const documented = (error: WireError, slug: string | undefined): WireError => ({
  ...error,
  documentation: modelPage(slug, Array.isArray(error.parameter) ? error.parameter[0] : error.parameter)
})

/**
 * The schema for each task type where a model has none of its own, or there is no model: that of the modality, the plainest
 * operation, or the utility.
 */
const genericSchemas = (schemaMap: SchemaMap, registry: RegistryData): ReadonlyMap<string, JsonSchema> => {
  const schemas = new Map<string, JsonSchema>()
  const keep = (taskTypes: Readonly<Record<string, string>>, pairs: Readonly<Record<string, SchemaPair>>): void => {
    for (const [name, taskType] of Object.entries(taskTypes)) {
      const schema = pairs[name]?.requestSchema
      if (schema && !schemas.has(taskType)) schemas.set(taskType, schema)
    }
  }
  keep(registry.modalityTaskTypes, schemaMap.modalities)
  keep(registry.operationTaskTypes, schemaMap.operations)
  for (const { requestSchema, taskType } of schemaMap.utilities) {
    if (requestSchema !== null) schemas.set(taskType, requestSchema)
  }
  return schemas
}

const namedValues = (schema: JsonSchema): ReadonlyArray<string | number> => {
  const allowed = schema.enum ?? schema.oneOf?.map((branch) => branch.const) ?? []
  const values = [schema.default, ...allowed].filter((value) => typeof value === "string" || typeof value === "number")
  return [...new Set(values)]
}
