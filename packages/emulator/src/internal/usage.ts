/**
 * What an account used, counted as it happens: by model and quarter of an hour, since the days of every time zone begin at
 * one. Durations are kept one by one, so that percentiles are exact.
 */
import * as HashMap from "effect/HashMap"
import type { Generation, TaskRecord } from "../TaskRecord.ts"
import type { Usage, UsageCell } from "../Account.ts"
import { isAir } from "./models.ts"
import type { Rejection } from "./rejection.ts"
import { lookup, put, type Turn } from "./turn.ts"

/** Milliseconds of a cell. */
export const quarterHour = 15 * 60_000

/** The usage of a key that was never used. */
export const unused: Usage = { lastUsedAt: undefined, cells: HashMap.empty() }

type Change = Partial<Omit<UsageCell, "startsAt" | "model" | "seconds">> & { readonly seconds?: number }

/** A key was used, for whatever. */
export const countUse = (turn: Turn, apiKey: string): void =>
  put(turn, "usage", apiKey, { ...(lookup(turn.state.usage, apiKey) ?? unused), lastUsedAt: turn.now })

/** A task was accepted. */
export const countRequest = (turn: Turn, { apiKey, request }: TaskRecord): void =>
  count(turn, apiKey, request["model"], { requests: 1 })

/** A generation ended. */
export const countGeneration = (turn: Turn, record: TaskRecord, { completesAt, outcome, price }: Generation): void => {
  const { acceptedAt, apiKey, request } = record
  count(
    turn,
    apiKey,
    request["model"],
    outcome._tag === "Success"
      ? { results: 1, spend: price, seconds: (completesAt - acceptedAt) / 1000 }
      : isCallersFault(outcome.error.code)
        ? { clientErrors: 1 }
        : { serverErrors: 1 }
  )
}

/** A task was refused. */
export const countRefusal = (turn: Turn, apiKey: string, model: unknown, { status }: Rejection): void =>
  count(turn, apiKey, model, status < 500 ? { clientErrors: 1 } : { serverErrors: 1 })

/** Whether a code tells of a mistake, or of content that may not be made. */
const isCallersFault = (code: string): boolean =>
  /^(?:invalid|missing|unsupported|unknown|conflict|incompatible|duplicate|value|array|max)|safety|moderation|nsfw|content/i.test(
    code
  )

const count = (turn: Turn, apiKey: string, named: unknown, change: Change): void => {
  const name = typeof named === "string" ? named : ""
  const model = turn.catalog.find(name)?.air ?? (isAir(name) ? name : "")
  const startsAt = Math.floor(turn.now / quarterHour) * quarterHour
  const usage = lookup(turn.state.usage, apiKey) ?? unused
  const key = `${startsAt} ${model}`
  const cell = lookup(usage.cells, key) ?? emptyCell(startsAt, model)
  put(turn, "usage", apiKey, { ...usage, cells: HashMap.set(usage.cells, key, added(cell, change)) })
}

const emptyCell = (startsAt: number, model: string): UsageCell => ({
  startsAt,
  model,
  requests: 0,
  results: 0,
  spend: 0,
  clientErrors: 0,
  serverErrors: 0,
  seconds: undefined
})

const added = (cell: UsageCell, change: Change): UsageCell => ({
  ...cell,
  requests: cell.requests + (change.requests ?? 0),
  results: cell.results + (change.results ?? 0),
  spend: cell.spend + (change.spend ?? 0),
  clientErrors: cell.clientErrors + (change.clientErrors ?? 0),
  serverErrors: cell.serverErrors + (change.serverErrors ?? 0),
  seconds: change.seconds === undefined ? cell.seconds : { first: change.seconds, rest: cell.seconds }
})
