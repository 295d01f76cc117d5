/**
 * The catalog that people browse, made of nothing but the snapshot: names come from slugs, capabilities from schemas,
 * prices from the emulator's own rules, and what nobody knows (dates, weights) is drawn from the AIR. So it is the same in
 * every run.
 */
import { endpoints } from "@effect-runware/core/Protocol"
import type { RegistryData } from "@effect-runware/schemas/registry"
import type { Catalog } from "../../Catalog.ts"
import type { MediaDescription } from "../../Media.ts"
import { draw } from "../draw.ts"
import { modelPage } from "../rejection.ts"
import { categoriesOf, labelOf, modelCapabilities } from "./capabilities.ts"
import { creatorName, modelName } from "./names.ts"
import { priceList, type PriceRow } from "./prices.ts"

/** A model as the catalog shows it, but for the address of its cover. */
export interface ListedModel {
  readonly model: string
  readonly air: string
  readonly name: string
  readonly creator: string
  readonly capabilities: ReadonlyArray<string>
  readonly architecture?: string
  readonly hosted: boolean
  readonly status: string
  readonly releasedAt: string
  readonly weight: number
  readonly headline: string
  readonly description: string
  readonly pricingOverview: string
  readonly pricingExamples: ReadonlyArray<PriceRow>
}

/** Models under a heading. */
export interface Shelf {
  readonly id: string
  readonly name: string
  readonly order: number
  readonly headline: string
  readonly description: string
  readonly category: ReadonlyArray<string>
  readonly models: ReadonlyArray<ListedModel>
}

/** Who made models. */
export interface Maker {
  readonly id: string
  readonly name: string
  readonly headline: string
  readonly models: ReadonlyArray<ListedModel>
}

/** Something to read about a model. */
export interface Guide {
  readonly slug: string
  readonly title: string
  readonly description: string
  readonly date: string
  readonly url: string
}

/** Everything there is to browse. Models are in the order of their weight. */
export interface Library {
  readonly models: ReadonlyArray<ListedModel>
  readonly find: (airOrSlug: string) => ListedModel | undefined
  readonly collections: ReadonlyArray<Shelf>
  readonly creators: ReadonlyArray<Maker>
  readonly capabilities: ReadonlyArray<{ readonly id: string; readonly label: string }>
}

/** The categories of models. */
export const categories = ["image", "video", "audio", "text", "3d"] as const

/** Models that only the OpenAI-compatible endpoint runs: no release lists any, so these are invented. */
const chatOnly = ["small", "medium", "large"].map((size) => ({
  air: `runware:chat-only@${size}`,
  id: `runware-chat-only-${size}`
}))

/** The library of a registry. */
export const makeLibrary = (registry: RegistryData, catalog: Pick<Catalog, "resolve">): Library => {
  const providers = new Set(Object.keys(registry.models).map(providerOf))
  const listed = Object.entries(registry.models).map(([air, { id, taskType }]) =>
    describeModel(air, id, taskType, {
      registry,
      providers,
      status: "live",
      capabilities: modelCapabilities(taskType, catalog.resolve(air)?.requestSchema ?? null)
    })
  )
  const invented = chatOnly.map(({ air, id }) =>
    describeModel(air, id, "textInference", {
      registry,
      providers,
      status: "openai-compatible",
      capabilities: ["io:text-to-text", "form:tools", "form:streaming"]
    })
  )
  const models = [...listed, ...invented].toSorted(
    (one, other) => other.weight - one.weight || compareText(one.model, other.model)
  )
  const byName = new Map(models.flatMap((model) => [[model.air, model] as const, [model.model, model] as const]))
  const ids = [...new Set(models.flatMap((model) => model.capabilities))].toSorted(compareText)
  return {
    models,
    find: (airOrSlug) => byName.get(airOrSlug),
    collections: shelvesOf(
      models.filter(({ status }) => status === "live"),
      ids
    ),
    creators: makersOf(models),
    capabilities: ids.map((id) => ({ id, label: labelOf(id) }))
  }
}

/** Texts in an order that no machine's language changes. */
export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** What may be read about a model: how to call it, and what it can do besides. */
export const guidesOf = ({ capabilities, model, name, releasedAt }: ListedModel): ReadonlyArray<Guide> => [
  {
    slug: `${model}-first-request`,
    title: `A first request to ${name}`,
    description: `Which parameters ${name} takes, and how to read the answer.`,
    date: releasedAt,
    url: modelPage(model)
  },
  ...capabilities
    .filter((each) => !each.startsWith("io:"))
    .map((each) => ({
      slug: `${model}-${each.replace(":", "-")}`,
      title: `${labelOf(each)} with ${name}`,
      description: `What to send to ${name}, and what comes back.`,
      date: releasedAt,
      url: `${endpoints.documentation}/models/${model}#${each.replace(":", "-")}`
    }))
]

/** The picture on a model's cover. */
export const coverOf = ({ model, name }: ListedModel): MediaDescription => {
  const { uint32, uuid } = draw("cover", model)
  return {
    uuid,
    format: "JPG",
    motif: "picture",
    width: 640,
    height: 360,
    quality: 85,
    duration: 0,
    fps: 0,
    sound: undefined,
    prompt: name,
    seed: uint32,
    model
  }
}

const describeModel = (
  air: string,
  slug: string,
  taskType: string,
  about: {
    readonly registry: RegistryData
    readonly providers: ReadonlySet<string>
    readonly status: string
    readonly capabilities: ReadonlyArray<string>
  }
): ListedModel => {
  const { capabilities, providers, registry, status } = about
  const provider = providerOf(air)
  const named = slug.split("-", 1)[0] ?? provider
  // The service runs models of others under its own name; their slugs begin with whose they are.
  const creator = provider === "runware" && providers.has(named) ? named : provider
  const name = modelName(slug, creator)
  const architecture = architectureOf(slug, taskType, registry)
  const { uniforms } = draw("model", air)
  const does = capabilities.filter((each) => !each.startsWith("form:")).map(labelOf)
  return {
    model: slug,
    air,
    name,
    creator,
    capabilities,
    ...(architecture === undefined ? {} : { architecture }),
    hosted: provider === "runware",
    status,
    releasedAt: daysBefore(registry.version, Math.floor(uniforms[0] * 540)),
    weight: 1 + Math.floor(uniforms[1] * 100),
    headline: `${does[0] ?? "Model"} by ${creatorName(creator)}`,
    description: `${name} runs as ${taskType}. It does ${does.join(", ").toLowerCase()}.`,
    ...priceList(taskType, air, capabilities.includes("io:video-to-video"))
  }
}

const providerOf = (air: string): string => air.split(":", 1)[0] ?? air

/** The longest architecture whose name is part of the slug. */
const architectureOf = (slug: string, taskType: string, registry: RegistryData): string | undefined =>
  Object.keys(registry.architectureTaskTypes)
    .filter((each) => registry.architectureTaskTypes[each] === taskType && `-${slug}-`.includes(`-${each}-`))
    .toSorted((one, other) => other.length - one.length)[0]

/** A date so many days before a release such as `20260722152433`. */
const daysBefore = (release: string, days: number): string => {
  const [year, month, day] = [release.slice(0, 4), release.slice(4, 6), release.slice(6, 8)].map(Number)
  return new Date(Date.UTC(year ?? 1970, (month ?? 1) - 1, (day ?? 1) - days)).toISOString().slice(0, 10)
}

/** A collection for each category, then one for each operation. */
const shelvesOf = (models: ReadonlyArray<ListedModel>, capabilities: ReadonlyArray<string>): ReadonlyArray<Shelf> => {
  const shelves: Array<Shelf> = []
  const add = (id: string, label: string, category: ReadonlyArray<string>, own: ReadonlyArray<ListedModel>): void => {
    shelves.push({
      id,
      name: label,
      order: shelves.length,
      headline: `${own.length} models`,
      description: `All models for ${label.toLowerCase()}, the most used first.`,
      category,
      models: own
    })
  }
  const isOf = (category: string) => (model: ListedModel) => categoriesOf(model.capabilities).includes(category)
  for (const category of categories) add(category, labelOf(category), [category], models.filter(isOf(category)))
  for (const operation of capabilities.filter((each) => each.startsWith("op:"))) {
    const own = models.filter((model) => model.capabilities.includes(operation))
    const belongs = categories.filter((category) => own.some(isOf(category)))
    add(operation.replace("op:", ""), labelOf(operation), belongs, own)
  }
  return shelves
}

const makersOf = (models: ReadonlyArray<ListedModel>): ReadonlyArray<Maker> => {
  const byCreator = new Map<string, ReadonlyArray<ListedModel>>()
  for (const model of models) byCreator.set(model.creator, [...(byCreator.get(model.creator) ?? []), model])
  return [...byCreator]
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([id, own]) => ({ id, name: creatorName(id), headline: `${own.length} models`, models: own }))
}
