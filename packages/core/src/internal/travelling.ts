/**
 * How single tasks share the frames of a socket: polls with those that fall due at about the same time, submissions with
 * those of the same tick. Each has its own reply, awaits nobody else's, and is taken out when its caller leaves before the
 * frame does. Where the service refuses frames of several tasks, each goes alone from then on.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Envelope } from "../Envelope.ts"
import type { Settings } from "../RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { log } from "../RunwareLogger.ts"
import { isPoll, type Task, toJson } from "../Task.ts"
import type { Reply } from "../Transport.ts"
import { Company, isRefusal } from "./company.ts"
import { elapsedMillis } from "./elapsed.ts"
import type { Exchange, Exchanges } from "./exchanges.ts"
import * as Gathering from "./gathering.ts"
import type { Link } from "./link.ts"

export interface Travelling {
  /** Sends a task on the link that is ready, and waits for its reply. */
  readonly exchange: (task: Task) => Effect.Effect<Reply, RunwareError>
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

/** Submissions that a frame holds at most; polls have an option. */
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

    const shared = {
      // Two tasks of one UUID are one purchase only for a service that sees one after the other.
      key: ({ exchange }: Traveller) => exchange.task.taskUUID,
      handle: send,
      // The session's end has told the exchanges already.
      abandon: () => {}
    }

    const gatherPoll = yield* Gathering.make<Traveller>({
      ...shared,
      company: Effect.sleep(settings.pollWindow),
      most: Math.max(1, settings.maxPollBatch),
      rate: Math.max(1, settings.maxPollRate)
    })

    const gatherSubmission = yield* Gathering.make<Traveller>({
      ...shared,
      company: endOfTick,
      most: mostSubmissions,
      fits: (batch, { json }) => batch.reduce((sum, one) => sum + one.json.length, json.length) <= longestShared
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
      exchange: (task) =>
        Effect.suspend(() => {
          const traveller: Traveller = { exchange: exchanges.open(task), json: toJson(task), frame: undefined }
          return Effect.acquireUseRelease(
            (isPoll(task) ? gatherPoll : gatherSubmission)(traveller),
            () => traveller.exchange.reply,
            ({ leave }) =>
              Effect.map(elapsedMillis, (now) => {
                leave()
                exchanges.close(traveller.exchange)
                ended(traveller, now)
              })
          ).pipe(
            Effect.map((reply) =>
              isPoll(task) && traveller.frame !== undefined ? { ...reply, askedAt: traveller.frame.sentAt } : reply
            )
          )
        }),

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
