/**
 * What the service sends by itself: a POST to a task's `webhookURL` for each generation that ends, and a PUT of the bytes
 * of each output to its `uploadEndpoint`. What is not taken is sent again, later each time, and given up in the end.
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { OutboundBody } from "../State.ts"
import type { Generation, TaskRecord } from "../TaskRecord.ts"
import { draw } from "./draw.ts"
import type { Contents } from "./envelope.ts"
import { reject, type Rejection } from "./rejection.ts"
import { drop, lookup, put, schedule, update, type Turn } from "./turn.ts"

/** How often something is sent before it is given up. */
export const mostAttempts = 5

const firstDelay = 250
const longestDelay = 8000

/** Milliseconds before the next attempt, after so many that failed: doubling, between half of it and all of it. */
export const retryDelay = (failures: number, uniform: number): number =>
  Math.min(longestDelay, firstDelay * 2 ** (failures - 1)) * (0.5 + uniform / 2)

/** A generation ended: tells the task's webhook, and uploads what was made. */
export const announceOutside = (turn: Turn, record: TaskRecord, index: number, contents: Contents): void => {
  const { request, taskUUID } = record
  const webhook = request["webhookURL"]
  const upload = request["uploadEndpoint"]
  if (typeof webhook === "string") {
    send(turn, `${taskUUID}/${index}/webhook`, webhook, { _tag: "Json", payload: webhookPayload(turn, contents) })
  }
  if (typeof upload === "string") {
    mediaOf(record.generations[index]).forEach((media, output) =>
      send(turn, `${taskUUID}/${index}/upload/${output}`, upload, { _tag: "Media", media })
    )
  }
}

/** The answer to an attempt: done with, to be tried again, or given up. */
export const settle = (turn: Turn, id: string, succeeded: boolean): void => {
  const outbound = lookup(turn.state.outbound, id)
  if (outbound === undefined) return
  const { totals } = turn.state
  if (succeeded) {
    drop(turn, "outbound", id)
    return update(turn, { totals: { ...totals, delivered: totals.delivered + 1 } })
  }
  if (outbound.attempts >= mostAttempts) {
    drop(turn, "outbound", id)
    return update(turn, { totals: { ...totals, undelivered: totals.undelivered + 1 } })
  }
  const { seed, timeScale } = turn.state.settings
  const [uniform] = draw(seed, "outbound", id, outbound.attempts).uniforms
  const delay = Math.round(retryDelay(outbound.attempts, uniform) * timeScale)
  schedule(turn, turn.now + delay, { _tag: "SendAgain", id })
}

/** Sends what waits under a name. */
export const attempt = (turn: Turn, id: string): void => {
  const outbound = lookup(turn.state.outbound, id)
  if (outbound === undefined) return
  put(turn, "outbound", id, { ...outbound, attempts: outbound.attempts + 1 })
  turn.events.push({ _tag: "SendOutside", id, url: outbound.url, body: outbound.body })
}

/** Addresses that nothing can be sent to. */
export const addressRejection = (task: WireTask): Rejection | undefined => {
  for (const [parameter, code] of addresses) {
    const value = task[parameter]
    if (value !== undefined && !isHttp(value)) {
      return reject(400, code, `'${parameter}' must be an address with http:// or https://.`, {
        parameter,
        type: "string"
      })
    }
  }
  return undefined
}

const addresses = [
  ["webhookURL", "invalidWebhookURL"],
  ["uploadEndpoint", "invalidUploadEndpoint"]
] as const

const isHttp = (value: unknown): boolean =>
  typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)

const send = (turn: Turn, id: string, url: string, body: OutboundBody): void => {
  put(turn, "outbound", id, { url, body, attempts: 0 })
  attempt(turn, id)
}

const webhookPayload = (turn: Turn, { data, errors }: Contents): unknown => {
  if (errors.length > 0) return { errors }
  return turn.state.switches.webhookForm === "wrapped" ? { data } : (data[0] ?? { data })
}

const mediaOf = (generation: Generation | undefined) =>
  generation?.outcome._tag === "Success" ? generation.outcome.media : []
