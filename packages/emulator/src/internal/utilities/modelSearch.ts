/** `modelSearch`: the models of the catalog and those that were uploaded, filtered, sorted and paged. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { Reply } from "../../State.ts"
import type { UploadedModel } from "../../UploadedModel.ts"
import { compareText, type ListedModel } from "../content/library.ts"
import { refusal } from "../exchanges.ts"
import { wellFormed } from "../identity.ts"
import { isVisible } from "../models.ts"
import { addressed } from "../rejection.ts"
import type { Sender } from "../sender.ts"
import type { Turn } from "../turn.ts"

/** A model, as it is searched and as it is shown. */
interface Entry {
  /** What its owner, if it has one, calls it or says about it; lower case. */
  readonly text: string
  readonly owner: string | undefined
  /** Larger for what is used more. */
  readonly popularity: number
  /** Seconds since 1970. */
  readonly added: number
  readonly row: Row
}

interface Row {
  readonly air: string
  readonly name: string
  readonly category: string
  readonly architecture: string | null
  readonly capabilities: ReadonlyArray<string>
  readonly source: "featured" | "community"
  readonly heroImage: string | null
  readonly private: boolean
  readonly isFavorite: boolean
  readonly provider?: string
  readonly shortDescription?: string
  readonly positiveTriggerWords?: string
  readonly negativeTriggerWords?: string
}

/** The words of older clients in those of the schema: `all` is what is searched anyway, and every word is optional. */
export const inSchemaWords = (task: WireTask): WireTask => {
  const { search = "", source, visibility, ...others } = task
  return {
    ...others,
    search,
    ...(source === undefined ? {} : { source: source === "official" ? "featured" : source }),
    ...(visibility === undefined || visibility === "all" ? {} : { visibility })
  }
}

/** Answers a search. */
export const searchModels = (turn: Turn, task: WireTask, { apiKey }: Sender): Reply => {
  const taskUUID = wellFormed(task)
  if (typeof taskUUID !== "string") return refusal(addressed(taskUUID, task))
  const found = entries(turn, apiKey)
    .filter((entry) => fits(entry, task, apiKey))
    .toSorted(orderOf(task["sort"]))
  const { limit = 20, offset = 0 } = task
  const results = found.slice(Number(offset), Number(offset) + Number(limit)).map(({ row }) => row)
  return {
    data: [{ taskType: task.taskType, taskUUID, totalResults: found.length, results }],
    errors: [],
    status: 200
  }
}

const entries = (turn: Turn, apiKey: string): ReadonlyArray<Entry> => {
  const { models, origin, settings } = turn.state
  const isFavorite = (...names: ReadonlyArray<string>) => names.some((name) => settings.favoriteModels.includes(name))
  return [
    ...turn.catalog.listed().map((model) => listedEntry(model, origin, isFavorite(model.air, model.model))),
    ...[...models].flatMap(([air, model]) =>
      isVisible(model, apiKey)
        ? [uploadedEntry(model, turn.catalog.architecture(model.architecture)?.capabilities ?? [], isFavorite(air))]
        : []
    )
  ]
}

const listedEntry = (model: ListedModel, origin: string | undefined, isFavorite: boolean): Entry => ({
  text: [model.name, model.model, model.air, model.creator, model.headline, model.architecture].join(" ").toLowerCase(),
  owner: undefined,
  popularity: model.weight,
  added: Date.parse(model.releasedAt) / 1000,
  row: {
    air: model.air,
    name: model.name,
    category: "checkpoint",
    architecture: model.architecture ?? null,
    capabilities: model.capabilities.map(withoutPrefix),
    source: "featured",
    heroImage: origin === undefined ? null : `${origin}/assets/models/${model.model}/cover.jpg`,
    private: false,
    isFavorite,
    provider: model.creator,
    shortDescription: model.headline
  }
})

const uploadedEntry = (model: UploadedModel, capabilities: ReadonlyArray<string>, isFavorite: boolean): Entry => {
  const { air, architecture, category, name, negativeTriggerWords, positiveTriggerWords, shortDescription } = model
  const said = { shortDescription, positiveTriggerWords, negativeTriggerWords }
  return {
    text: [name, air, architecture, model.version, ...model.tags, ...Object.values(said)].join(" ").toLowerCase(),
    owner: model.owner,
    popularity: 0,
    added: Math.floor(model.addedAt / 1000),
    row: {
      air,
      name,
      category,
      architecture,
      capabilities: category === "checkpoint" ? capabilities.map(withoutPrefix) : [],
      source: "community",
      heroImage: model.heroImage ?? null,
      private: model.isPrivate,
      isFavorite,
      ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
    }
  }
}

const withoutPrefix = (capability: string): string => capability.replace(/^(?:io|op|form):/, "")

const fits = ({ owner, row, text }: Entry, task: WireTask, apiKey: string): boolean => {
  const { architecture, capabilities, category, search, source, visibility } = task
  const words = String(search).toLowerCase().split(/\s+/)
  const wanted = Array.isArray(capabilities) ? capabilities.map((each) => withoutPrefix(String(each))) : []
  return (
    words.every((word) => text.includes(word)) &&
    wanted.every((capability) => row.capabilities.includes(capability)) &&
    (category === undefined || row.category === category) &&
    (source === undefined || row.source === source) &&
    (architecture === undefined || row.architecture?.toLowerCase() === String(architecture).toLowerCase()) &&
    isShown(row, owner === apiKey, visibility)
  )
}

const isShown = (row: Row, isOwn: boolean, visibility: unknown): boolean => {
  switch (visibility) {
    case "public":
      return !row.private
    case "private":
      return row.private
    case "owned":
      return isOwn
    case "favorite":
      return row.isFavorite
    default:
      return true
  }
}

type Order = (one: Entry, other: Entry) => number

const rising: Readonly<Record<string, Order>> = {
  // The bare word means the most popular first; `-popularity` turns it around.
  popularity: (one, other) => other.popularity - one.popularity,
  name: (one, other) => compareText(one.row.name.toLowerCase(), other.row.name.toLowerCase()),
  addedUnixTimestamp: (one, other) => one.added - other.added,
  // Nothing changes a model after it was added.
  updatedDateUnixTimestamp: (one, other) => one.added - other.added
}

/** The order that is asked for, the most popular first when none is; equals by AIR, so that pages don't overlap. */
const orderOf = (sort: unknown): Order => {
  const [, minus, word = "popularity"] = /^(?<minus>-?)(?<word>\w+)$/.exec(String(sort ?? "popularity")) ?? []
  const order = rising[word] ?? (() => 0)
  return (one, other) => (minus === "-" ? -1 : 1) * order(one, other) || compareText(one.row.air, other.row.air)
}
