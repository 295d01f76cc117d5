/**
 * How single tasks share the frames of a socket: submissions with those of the same tick, polls with those that the board
 * takes with them. Each has its own reply, awaits nobody else's, and is taken out when its caller leaves before the frame
 * does. Where the service refuses frames of several tasks, each goes alone from then on.
 */
import { isArrayNonEmpty, type NonEmptyReadonlyArray } from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { Envelope } from "../Envelope.ts"
import type { Settings } from "../RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { log } from "../RunwareLogger.ts"
import { type Task, toJson } from "../Task.ts"
import { Company, isRefusal } from "./company.ts"
import type { Direct } from "./direct.ts"
import { elapsedMillis, stopwatch } from "./elapsed.ts"
import type { Exchange, Exchanges } from "./exchanges.ts"
import type { Link } from "./link.ts"

export interface Travelling {
  /** Sends a task on the link that is ready, with others of its tick, and tells of its reply; gives the way to leave. */
  readonly post: Direct["post"]
  /** Sends those that are gathered already: in one frame, where the service takes company. */
  readonly send: (travellers: NonEmptyReadonlyArray<Traveller>) => Effect.Effect<void>
  /** Must follow for each that was sent, once nobody waits for its reply any more. */
  readonly ended: (traveller: Traveller, now: number) => void
  /** Whether a frame refuses one that was sent: then its tasks have been told. */
  readonly isRefused: (frame: Envelope) => Effect.Effect<boolean>
}

/** A task that is sent, and the frame that it left in. */
export interface Traveller {
  readonly exchange: Exchange
  readonly json: string
  frame: Frame | undefined
}

/** A frame of several tasks that is on its way, or partly answered. */
interface Frame {
  readonly exchanges: ReadonlySet<Exchange>
  readonly sentAt: number
  /** Tasks whose callers still wait. */
  left: number
  answered: number
}

/** Submissions that a frame holds at most. */
const mostSubmissions = 100

/** Characters of a frame that is shared: media in a task make it long, and hold up those behind it. */
const longestShared = 1_000_000

export const make = ({
  exchanges,
  link,
  settings
}: {
  readonly settings: Settings
  readonly exchanges: Exchanges
  /** The link that is ready, if one is. */
  readonly link: () => Link | undefined
}): Effect.Effect<Travelling, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const fork = Effect.runForkWith(yield* Effect.context<never>())
    const read = yield* stopwatch
    const company = new Company()
    const frames = new Set<Frame>()
    let heardAt = 0

    /** A write that fails is the end of its link, which ends the exchanges; those that it has ended stay at home. */
    const write = (travellers: ReadonlyArray<Traveller>) =>
      Effect.gen(function* () {
        const current = link()
        const going = travellers.filter(({ exchange }) => !exchange.isSettled)
        if (current === undefined || going.length === 0) return
        const sentAt = yield* elapsedMillis
        const all = new Set(going.map(({ exchange }) => exchange))
        const frame: Frame = { exchanges: all, sentAt, left: going.length, answered: 0 }
        if (going.length > 1) frames.add(frame)
        for (const traveller of going) traveller.frame = frame
        yield* log("send", "frame", () => ({ tasks: going.map(({ exchange }) => exchange.task) }))
        yield* Effect.ignore(current.write(`[${going.map(({ json }) => json).join(",")}]`))
      })

    const send = (travellers: NonEmptyReadonlyArray<Traveller>) =>
      company.isRefused
        ? Effect.forEach(travellers, (traveller) => write([traveller]), { discard: true })
        : write(travellers)

    /** Submissions of this tick, which no frame has taken yet. */
    const waiting = new Set<Traveller>()

    /** The next frame: no task twice, for two of one UUID are one purchase only where one comes after the other. */
    const take = (): Array<Traveller> => {
      const batch: Array<Traveller> = []
      const taskUUIDs = new Set<string>()
      let length = 0
      for (const traveller of waiting) {
        const { exchange, json } = traveller
        if (batch.length >= mostSubmissions) break
        if (batch.length > 0 && length + json.length > longestShared) continue
        if (taskUUIDs.has(exchange.task.taskUUID)) continue
        waiting.delete(traveller)
        taskUUIDs.add(exchange.task.taskUUID)
        length += json.length
        batch.push(traveller)
      }
      return batch
    }

    const departures = Effect.gen(function* () {
      yield* endOfTick
      while (waiting.size > 0) {
        const batch = take()
        if (isArrayNonEmpty(batch)) yield* send(batch)
      }
    })

    /** What became of a frame shows when nobody waits for it any more. */
    const ended = ({ exchange, frame }: Traveller, now: number): void => {
      if (frame === undefined) return
      frame.left--
      if (exchange.isSettled) frame.answered++
      if (frame.left > 0 || !frames.delete(frame)) return
      const isLate = now - frame.sentAt >= Duration.toMillis(settings.pollReplyTimeout)
      if (frame.answered > 1) company.came("welcome")
      else if (isLate && heardAt >= frame.sentAt) company.came("doubtful")
    }

    return {
      send,
      ended,
      post: (task, tell) => {
        const exchange = exchanges.open(task, (outcome) => {
          ended(traveller, read())
          tell(outcome)
        })
        const traveller: Traveller = { exchange, json: toJson(task), frame: undefined }
        if (waiting.size === 0) Fiber.runIn(fork(departures), scope)
        waiting.add(traveller)
        return () => {
          waiting.delete(traveller)
          if (exchange.isSettled) return
          exchanges.close(exchange)
          ended(traveller, read())
        }
      },

      isRefused: (frame) =>
        Effect.gen(function* () {
          heardAt = yield* elapsedMillis
          if (!isRefusal(frame)) return false
          const refused = refusedBy(frame, frames, exchanges)
          if (refused === undefined) return false
          company.refuse()
          yield* log("connection", "The service takes one task a frame", () => ({ refused: refused.exchanges.size }))
          for (const exchange of refused.exchanges) exchanges.fail(exchange, refusedCompany(exchange.task))
          return true
        })
    }
  })

/** Late in the tick, when all that begin in it have come. */
const endOfTick = Effect.yieldNow

/**
 * The frame that an error is about which names no task: the oldest of which nothing was answered, if all that waits is in
 * frames of several tasks, or if the error says that it is about polls.
 */
const refusedBy = ({ errors }: Envelope, frames: ReadonlySet<Frame>, exchanges: Exchanges): Frame | undefined => {
  for (const frame of frames) {
    const members = [...frame.exchanges]
    const types = new Set<string | undefined>([undefined, ...members.map(({ task }) => task.taskType)])
    if (members.some(({ isSettled }) => isSettled) || !errors.every(({ taskType }) => types.has(taskType))) continue
    const isAboutPolls = errors.every(({ taskType }) => taskType === "getResponse")
    if (isAboutPolls || exchanges.areAll((one) => inSome(frames, one))) return frame
  }
  return undefined
}

const inSome = (frames: ReadonlySet<Frame>, exchange: Exchange): boolean => {
  for (const frame of frames) {
    if (frame.exchanges.has(exchange)) return true
  }
  return false
}

/** A submission is asked for before it is sent again, alone. */
const refusedCompany = ({ taskType, taskUUID }: Task): RunwareError =>
  makeError("connection", {
    rawCode: "batchRefused",
    message: "The service refused a frame of several tasks; each goes alone from here on.",
    taskType,
    taskUUID,
    submission: "unknown"
  })
