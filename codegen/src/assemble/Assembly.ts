/**
 * The schema map from the facts: every model of the release's registry, and everything a model can fall back to.
 */
import type { InferenceEntry, JsonSchema, SchemaMap, SchemaPair, UtilityEntry } from "@effect-runware/schemas"
import type { Facts, FamilyFacts, LimitFacts, Limits, ModelFacts } from "./Facts.ts"
import { generalLimits, limitsOfAnyModel, mergeLimits } from "./Limits.ts"
import { requestSchema } from "./RequestSchema.ts"

/** Facts that contradict each other, or lack what a snapshot needs. Names the entry. */
export class AssemblyError extends Error {
  override readonly name = "AssemblyError"
}

const urn = (kind: string, key: string): string => `urn:runware:${kind}:${key}`

const mapValues = <A, B>(record: Readonly<Record<string, A>>, f: (value: A, key: string) => B): Record<string, B> =>
  Object.fromEntries(
    Object.entries(record)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => [key, f(value, key)])
  )

type Kind = "architecture" | "modality" | "operation"

/** What the platform and the task type say about any request of the task type. */
const inheritedLimits = (facts: Facts, taskType: string, general: (limits: Limits) => Limits): Limits =>
  mergeLimits(facts.limits.platform.params, general(generalLimits(facts.limits.taskTypes[taskType] ?? { params: {} })))

const family = (
  facts: Facts,
  kind: Kind,
  key: string,
  entry: FamilyFacts,
  own: LimitFacts | undefined
): SchemaPair => ({
  requestSchema: requestSchema({
    id: urn(kind, key),
    params: entry.params,
    additionalProperties: entry.additionalProperties,
    inherited: inheritedLimits(facts, entry.taskType, kind === "modality" ? limitsOfAnyModel : (limits) => limits),
    general: facts.limits.taskTypes[entry.taskType],
    own
  }),
  responseSchema: facts.results[entry.taskType] ?? null
})

/** A modality or operation, as the facts name the fallback of a model. */
const fallbackFamily = (facts: Facts, model: ModelFacts): FamilyFacts => {
  const [kind, key = ""] = (model.fallback ?? "").split(":")
  const found = kind === "modality" ? facts.modalities[key] : kind === "operation" ? facts.operations[key] : undefined
  if (found === undefined) throw new AssemblyError(`${model.air} has neither parameters nor a known fallback.`)
  return found
}

const anyDelivery: JsonSchema = { enum: ["sync", "async"], type: "string" }

const modelParams = (facts: Facts, model: ModelFacts): { params: JsonSchema; additionalProperties: boolean } => {
  if (model.params === null) {
    const { additionalProperties, params } = fallbackFamily(facts, model)
    return {
      params: { ...params, properties: { ...params.properties, model: { const: model.air, type: "string" } } },
      additionalProperties
    }
  }
  // Every inference takes a delivery method (docs/protocol.md 4.2), also where the release forgot to type it.
  const properties = { deliveryMethod: anyDelivery, ...model.params }
  const sorted = Object.fromEntries(Object.entries(properties).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return {
    params: { properties: sorted, required: model.required ?? [] },
    additionalProperties: model.additionalProperties ?? true
  }
}

const inferenceEntry = (facts: Facts, model: ModelFacts): InferenceEntry => ({
  slug: model.slug,
  air: model.air,
  ...(model.fallback === undefined ? {} : { fallback: model.fallback }),
  requestSchema: requestSchema({
    id: urn("model", model.slug),
    ...modelParams(facts, model),
    inherited: inheritedLimits(facts, model.taskType, limitsOfAnyModel),
    general: facts.limits.taskTypes[model.taskType],
    own: facts.limits.models[model.air]
  }),
  responseSchema: model.result ?? facts.results[model.taskType] ?? null
})

/** The model that the registry means by an AIR, which must agree with the registry. */
const registered = (facts: Facts, air: string): ModelFacts => {
  const model = facts.models.find((candidate) => candidate.air === air && candidate.current)
  const entry = facts.registry.models[air]
  if (model === undefined) throw new AssemblyError(`${air} is in the registry and not among the current models.`)
  if (entry?.id !== model.slug || entry.taskType !== model.taskType) {
    throw new AssemblyError(
      `${air} is ${entry?.id} (${entry?.taskType}) in the registry, not ${model.slug} (${model.taskType}).`
    )
  }
  return model
}

const utilityEntry = (facts: Facts, taskType: string): UtilityEntry => {
  const { params, result } = facts.utilities[taskType] ?? { params: {}, result: {} }
  return {
    taskType,
    requestSchema: requestSchema({
      id: urn("utility", taskType),
      params,
      additionalProperties: params.additionalProperties !== false,
      inherited: inheritedLimits(facts, taskType, (limits) => limits),
      general: facts.limits.taskTypes[taskType],
      own: undefined
    }),
    responseSchema: result
  }
}

const current = (families: Readonly<Record<string, FamilyFacts>>): Record<string, FamilyFacts> =>
  Object.fromEntries(Object.entries(families).filter(([, entry]) => entry.current))

/** The schema map. */
export const assemble = (facts: Facts): SchemaMap => ({
  version: facts.registry.version,
  architectures: mapValues(current(facts.architectures), (entry, key) =>
    family(facts, "architecture", key, entry, facts.limits.architectures[key])
  ),
  modalities: mapValues(current(facts.modalities), (entry, key) => family(facts, "modality", key, entry, undefined)),
  operations: mapValues(current(facts.operations), (entry, key) => family(facts, "operation", key, entry, undefined)),
  utilities: Object.keys(facts.utilities)
    .toSorted()
    .map((taskType) => utilityEntry(facts, taskType)),
  errors: facts.results["$errors"] ?? {},
  inference: Object.keys(facts.registry.models)
    .toSorted()
    .map((air) => inferenceEntry(facts, registered(facts, air)))
})
