/** Tasks that were accepted: their life, their bills, and what a poll says about them. */
import type { WireError, WireItem } from "@effect-runware/core/Protocol"
import type { Reply } from "../State.ts"
import type { Generation, TaskRecord } from "../TaskRecord.ts"
import { failedItem, type Contents } from "./envelope.ts"
import { announce, answer } from "./exchanges.ts"
import { announceOutside } from "./outbound.ts"
import { drop, lookup, put, schedule, update, type Turn } from "./turn.ts"
import { countGeneration, countRequest } from "./usage.ts"

/** Takes a task on: sets its price aside and promises its completion. */
export const accept = (turn: Turn, record: TaskRecord): void => {
  const { apiKey, generations, taskUUID } = record
  put(turn, "tasks", taskUUID, record)
  changeAccount(turn, apiKey, { reserved: total(generations) })
  countRequest(turn, record)
  const { totals } = turn.state
  update(turn, { totals: { ...totals, tasksAccepted: totals.tasksAccepted + 1 } })
  generations.forEach(({ completesAt }, index) => schedule(turn, completesAt, { _tag: "Complete", taskUUID, index }))
}

/** A generation is done: it is billed, its media can be fetched, and whoever waits for it is told. */
export const complete = (turn: Turn, taskUUID: string, index: number): void => {
  const record = lookup(turn.state.tasks, taskUUID)
  const generation = record?.generations[index]
  if (record === undefined || generation === undefined) return
  bill(turn, record, generation, index)
  countGeneration(turn, record, generation)
  storeMedia(turn, record, generation)

  const { awaitedBy } = record
  const contents = contentsOf(record, generation, "final")
  announceOutside(turn, record, index, contents)
  const told = awaitedBy !== undefined && announce(turn, awaitedBy.exchange, contents)
  if (!isLast(record, index)) return
  schedule(turn, turn.now + turn.state.settings.retention, { _tag: "ForgetTask", taskUUID })
  if (awaitedBy !== undefined) {
    const all = merge(record.generations.map((each) => contentsOf(record, each, "final")))
    answer(turn, awaitedBy.exchange, awaitedBy.slot, { ...all, status: 200 }, told)
  }
}

/** Forgets a task and what it made. */
export const forget = (turn: Turn, taskUUID: string): void => {
  const record = lookup(turn.state.tasks, taskUUID)
  for (const { outcome } of record?.generations ?? []) {
    if (outcome._tag === "Success") for (const { uuid } of outcome.media) drop(turn, "media", uuid)
  }
  drop(turn, "tasks", taskUUID)
}

/** What a poll says now: everything so far, in an order that never changes. */
export const pollReply = (turn: Turn, record: TaskRecord): Reply => {
  const { placeholders, progress } = turn.state.switches
  const firstRunning = record.generations.find(({ completesAt }) => completesAt > turn.now)
  const contents = record.generations.map((generation): Contents => {
    if (generation.completesAt <= turn.now) {
      return contentsOf(record, generation, turn.state.switches.failedGenerations === "items" ? "inPlace" : "polled")
    }
    if (placeholders === "perTask" && generation !== firstRunning) return { data: [], errors: [] }
    return { data: [placeholder(record, generation, turn.now, progress)], errors: [] }
  })
  return { ...merge(contents), status: 200 }
}

/** What is finished, as the archive keeps it. */
export const finishedContents = (record: TaskRecord, now: number): Contents =>
  merge(
    record.generations
      .filter(({ completesAt }) => completesAt <= now)
      .map((generation) => contentsOf(record, generation, "final"))
  )

/** Only the generation that completes last ends the task; of several at the same time, the last in order. */
const isLast = ({ generations }: TaskRecord, index: number): boolean => {
  const end = Math.max(...generations.map(({ completesAt }) => completesAt))
  return generations.findLastIndex(({ completesAt }) => completesAt === end) === index
}

const contentsOf = (
  { taskType, taskUUID }: TaskRecord,
  { outcome }: Generation,
  form: "final" | "polled" | "inPlace"
): Contents => {
  if (outcome._tag === "Success") {
    const item: WireItem = { taskType, taskUUID, ...(form === "final" ? {} : { status: "success" }), ...outcome.fields }
    return { data: [item], errors: [] }
  }
  const error: WireError = { ...outcome.error, status: "error", taskType, taskUUID }
  return form === "inPlace" ? { data: [failedItem(error)], errors: [] } : { data: [], errors: [error] }
}

const placeholder = (
  { acceptedAt, taskType, taskUUID }: TaskRecord,
  { completesAt }: Generation,
  now: number,
  progress: boolean
): WireItem => ({
  taskType,
  taskUUID,
  status: "processing",
  ...(progress ? { progress: Math.floor((99 * (now - acceptedAt)) / (completesAt - acceptedAt)) } : {})
})

const merge = (parts: ReadonlyArray<Contents>): Contents => ({
  data: parts.flatMap(({ data }) => data),
  errors: parts.flatMap(({ errors }) => errors)
})

const total = (generations: ReadonlyArray<Generation>): number => generations.reduce((sum, { price }) => sum + price, 0)

/** A task is billed as its generations complete, so that one that fails is never paid for. */
const bill = (turn: Turn, record: TaskRecord, { outcome, price }: Generation, index: number): void => {
  const cost = outcome._tag === "Success" ? price : 0
  changeAccount(turn, record.apiKey, { balance: -cost, reserved: -price, billed: cost })
  const firstSuccess = record.generations.findIndex((each, position) =>
    succeededBefore(each, position, turn.now, index)
  )
  const { totals } = turn.state
  update(turn, {
    totals: {
      ...totals,
      tasksBilled: totals.tasksBilled + (cost > 0 && firstSuccess === -1 ? 1 : 0),
      amountBilled: totals.amountBilled + cost
    }
  })
}

const succeededBefore = ({ completesAt, outcome }: Generation, position: number, now: number, index: number): boolean =>
  outcome._tag === "Success" && (completesAt < now || (completesAt === now && position < index))

const storeMedia = (turn: Turn, { apiKey: owner, request }: TaskRecord, { outcome }: Generation): void => {
  if (outcome._tag === "Failure") return
  const ttl = request["ttl"]
  const lifetime = typeof ttl === "number" ? ttl * 1000 : Number.POSITIVE_INFINITY
  for (const description of outcome.media) {
    put(turn, "media", description.uuid, { _tag: "Drawn", owner, description, expiresAt: turn.now + lifetime })
  }
}

const changeAccount = (
  turn: Turn,
  apiKey: string,
  change: { readonly balance?: number; readonly reserved?: number; readonly billed?: number }
): void => {
  const account = lookup(turn.state.accounts, apiKey)
  if (account === undefined) return
  put(turn, "accounts", apiKey, {
    balance: account.balance + (change.balance ?? 0),
    reserved: account.reserved + (change.reserved ?? 0),
    billed: account.billed + (change.billed ?? 0)
  })
}
