/** `accountManagement`: the account as it is, and what was used of it, counted in three ways. */
import type { WireItem, WireTask } from "@effect-runware/core/Protocol"
import * as HashMap from "effect/HashMap"
import type { Reply } from "../../State.ts"
import type { UsageCell } from "../../Account.ts"
import { draw } from "../draw.ts"
import { refusal } from "../exchanges.ts"
import { wellFormed } from "../identity.ts"
import { addressed, reject, type Rejection } from "../rejection.ts"
import type { Sender } from "../sender.ts"
import { lookup, type Turn } from "../turn.ts"
import { unused } from "../usage.ts"
import { daysIn, periodOf, shifted } from "./period.ts"
import { measures, type Measure } from "./measures.ts"

/** Answers `accountManagement`. */
export const manageAccount = (turn: Turn, task: WireTask, { apiKey }: Sender): Reply => {
  const taskUUID = wellFormed(task)
  if (typeof taskUUID !== "string") return refusal(addressed(taskUUID, task))
  const { operation, taskType } = task
  const measure = typeof operation === "string" && Object.hasOwn(measures, operation) ? measures[operation] : undefined
  const found = measure === undefined ? details(turn, task, apiKey) : usage(turn, task, apiKey, measure)
  return "error" in found
    ? refusal(addressed(found as Rejection, task)) // an item has no field of that name
    : { data: [{ taskType, taskUUID, operation, ...found }], errors: [], status: 200 }
}

const organization = (turn: Turn, apiKey: string): string => draw(turn.state.settings.seed, "organization", apiKey).uuid

/** What `apiKeys` filters by. */
const keyUUID = (turn: Turn, apiKey: string): string => draw(turn.state.settings.seed, "apiKey", apiKey).uuid

/** A key as it may be shown: nothing of a short one. */
const masked = (apiKey: string): string =>
  apiKey.length < 16 ? "****" : `${apiKey.slice(0, 3)}****${apiKey.slice(-4)}`

const cellsOf = (turn: Turn, apiKey: string): ReadonlyArray<UsageCell> => [
  ...HashMap.values((lookup(turn.state.usage, apiKey) ?? unused).cells)
]

const details = (turn: Turn, task: WireTask, apiKey: string): WireItem | Rejection => {
  const dayOf = daysIn(task["timezone"])
  if (typeof dayOf !== "function") return dayOf
  const { accounts, settings } = turn.state
  const cells = cellsOf(turn, apiKey)
  const today = dayOf(turn.now)
  const since = (day: string) => spent(cells.filter(({ startsAt }) => dayOf(startsAt) >= day))
  const createdAt = new Date(settings.startedAt).toISOString()
  const { lastUsedAt } = lookup(turn.state.usage, apiKey) ?? unused
  return {
    organizationName: "Emulated Organization",
    organizationUUID: organization(turn, apiKey),
    balance: { amount: (lookup(accounts, apiKey)?.balance ?? 0) / 1_000_000, currency: "USD" },
    team: [{ name: "Emulated Owner", email: "owner@emulator.example", roles: ["Owner"], joinedAt: createdAt }],
    apiKeys: [
      {
        apiKey: masked(apiKey),
        apiKeyUUID: keyUUID(turn, apiKey),
        name: "Emulated key",
        enabled: true,
        createdAt,
        ...(lastUsedAt === undefined ? {} : { lastUsedAt: new Date(lastUsedAt).toISOString() }),
        requests: spent(cells).requests
      }
    ],
    usage: {
      today: since(today),
      last7Days: since(shifted(today, -6)),
      last30Days: since(shifted(today, -29)),
      total: spent(cells)
    }
  }
}

const spent = (cells: ReadonlyArray<UsageCell>): { readonly credits: number; readonly requests: number } => ({
  credits: cells.reduce((sum, { spend }) => sum + spend, 0) / 1_000_000,
  requests: cells.reduce((sum, { requests }) => sum + requests, 0)
})

const usage = (turn: Turn, task: WireTask, apiKey: string, measure: Measure): WireItem | Rejection => {
  const period = periodOf(task, turn.now)
  if ("error" in period) return period
  const { dayOf, days, endDate, startDate } = period
  const badKey = keyRejection(task["apiKeys"])
  if (badKey !== undefined) return badKey
  const uuid = keyUUID(turn, apiKey)
  const keys = wordsIn(task["apiKeys"])
  const models = wordsIn(task["models"]).map((model) => turn.catalog.find(model)?.air ?? model)
  const dated = cellsOf(turn, apiKey).map((cell) => [dayOf(cell.startsAt), cell] as const)
  const asked = dated.filter(
    ([day, { model }]) => day >= startDate && day <= endDate && (models.length === 0 || models.includes(model))
  )
  const chosen = keys.length === 0 || keys.includes(uuid) ? asked : []
  const cells = chosen.map(([, cell]) => cell)
  const meta = measure.meta(cells, days.length)
  const groupBy = wordsIn(task["groupBy"])
  const isAsked = (group: string): boolean => (groupBy.length === 0 ? group === "date" : groupBy.includes(group))
  const row = (named: WireItem, own: ReadonlyArray<UsageCell>): WireItem => ({ ...named, ...measure.row(own) })
  const byDate = () =>
    days.map((date) => {
      const own = chosen.filter(([day]) => day === date)
      return row(
        { date },
        own.map(([, cell]) => cell)
      )
    })
  const byModel = () =>
    [...new Set(cells.map(({ model }) => model))]
      .filter((model) => model !== "")
      .toSorted((one, other) => (one < other ? -1 : 1))
      .map((model) =>
        row(
          { model, ...modelName(turn, model) },
          cells.filter((cell) => cell.model === model)
        )
      )
  const byKey = () => (cells.length === 0 ? [] : [row({ apiKey: uuid }, cells)])
  return {
    startDate,
    endDate,
    usage: {
      ...(isAsked("date") ? { timeseries: { data: byDate(), meta } } : {}),
      ...(isAsked("model") ? { model: { data: byModel(), meta } } : {}),
      ...(isAsked("apiKey") ? { apiKey: { data: byKey(), meta } } : {})
    }
  }
}

const wordsIn = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.map(String) : [])

const keyRejection = (keys: unknown): Rejection | undefined => {
  const index = wordsIn(keys).findIndex((key) => !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(key))
  const message = "API keys are named by their UUID, never by themselves; getDetails lists them."
  return index === -1
    ? undefined
    : reject(400, "invalidApiKeys", message, { parameter: `apiKeys.${index}`, type: "string" })
}

const modelName = (turn: Turn, air: string): { readonly modelName?: string } => {
  const listed = turn.catalog.listed().find((model) => model.air === air)
  const name = listed?.name ?? lookup(turn.state.models, air)?.name
  return name === undefined ? {} : { modelName: name }
}
