/** What a query of `/models` asks for: which models, in which order, which part of them. */
import type { WireError } from "@effect-runware/core/Protocol"
import { reject } from "../rejection.ts"
import { categoriesOf } from "./capabilities.ts"
import { categories, compareText, type ListedModel } from "./library.ts"

/** A part of a listing, with how many there are. */
export interface Part {
  readonly total: number
  readonly limit: number
  readonly offset: number
  readonly items: ReadonlyArray<ListedModel>
}

/** The most models that can be asked for at once, and how many a page holds when nobody says. */
const maximum = 500
const pageLength = 50

/** The models of a query; what is wrong with it instead, where something is. */
export const listModels = (
  models: ReadonlyArray<ListedModel>,
  query: URLSearchParams
): { readonly paginated: boolean; readonly part: Part } | { readonly error: WireError } => {
  const error = queryError(query)
  if (error !== undefined) return { error }
  const paginated = query.get("paginate") === "true"
  const found = models.filter((model) => fits(model, query)).toSorted(orderOf(query))
  const limit = Number(query.get("limit") ?? (paginated ? pageLength : found.length))
  const offset = Number(query.get("offset") ?? 0)
  return { paginated, part: { total: found.length, limit, offset, items: found.slice(offset, offset + limit) } }
}

/** What is wrong with the category of a query, if anything. */
export const categoryError = (query: URLSearchParams): WireError | undefined => wordError(query, "category", categories)

const fits = (model: ListedModel, query: URLSearchParams): boolean => {
  const wanted = (name: string, values: ReadonlyArray<string>): boolean => {
    const value = query.get(name)
    return value === null || values.includes(value)
  }
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/)
  const text = [model.name, model.model, model.air, model.creator, model.headline].join(" ").toLowerCase()
  return (
    query.getAll("capability").every((capability) => model.capabilities.includes(capability)) &&
    wanted("status", [model.status]) &&
    wanted("category", categoriesOf(model.capabilities)) &&
    wanted("creator", [model.creator]) &&
    words.every((word) => text.includes(word))
  )
}

type Order = (one: ListedModel, other: ListedModel) => number

const byWeight: Order = (one, other) => one.weight - other.weight
const byDate: Order = (one, other) => compareText(one.releasedAt, other.releasedAt)
const byName: Order = (one, other) => compareText(one.name.toLowerCase(), other.name.toLowerCase())
const byCreator: Order = (one, other) => compareText(one.creator, other.creator)

/** Each order, rising; and whether it falls when nobody says. */
const orders: Readonly<Record<string, { readonly rising: Order; readonly falls: boolean }>> = {
  weight: { rising: byWeight, falls: true },
  popularity: { rising: byWeight, falls: true },
  releasedAt: { rising: byDate, falls: true },
  newest: { rising: byDate, falls: true },
  name: { rising: byName, falls: false },
  alpha: { rising: byName, falls: false },
  creator: { rising: byCreator, falls: false }
}

/** Equals stay in the order of their slugs, so that pages never overlap. */
const orderOf = (query: URLSearchParams): Order => {
  const { falls, rising } = orders[query.get("sort") ?? "weight"] ?? { rising: byWeight, falls: true }
  const order = query.get("order")
  const sign = (order === null ? falls : order === "desc") ? -1 : 1
  return (one, other) => sign * rising(one, other) || compareText(one.model, other.model)
}

const queryError = (query: URLSearchParams): WireError | undefined =>
  categoryError(query) ??
  wordError(query, "sort", Object.keys(orders)) ??
  wordError(query, "order", ["asc", "desc"]) ??
  wordError(query, "paginate", ["true", "false"]) ??
  numberError(query, "limit", 1, maximum) ??
  numberError(query, "offset", 0, Number.MAX_SAFE_INTEGER)

const wordError = (
  query: URLSearchParams,
  parameter: string,
  allowed: ReadonlyArray<string>
): WireError | undefined => {
  const value = query.get(parameter)
  if (value === null || allowed.includes(value)) return undefined
  const message = `'${parameter}' must be one of ${allowed.join(", ")}.`
  return reject(400, invalid(parameter), message, { parameter, type: "string", allowedValues: allowed }).error
}

const numberError = (query: URLSearchParams, parameter: string, min: number, max: number): WireError | undefined => {
  const value = query.get(parameter)
  if (value === null) return undefined
  const about = { parameter, type: "integer", min, max }
  if (!/^-?\d+$/.test(value)) return reject(400, invalid(parameter), `'${parameter}' must be an integer.`, about).error
  if (Number(value) < min) return reject(400, "valueTooSmall", `'${parameter}' must be at least ${min}.`, about).error
  return Number(value) > max
    ? reject(400, "valueTooLarge", `'${parameter}' must be at most ${max}.`, about).error
    : undefined
}

const invalid = (parameter: string): string => `invalid${parameter.charAt(0).toUpperCase()}${parameter.slice(1)}`
