/**
 * How single tasks share the frames of a socket: submissions with those of the same tick, polls with those that the board
 * takes with them. Each has its own reply, awaits nobody else's, and is taken out when its caller leaves before the frame
 * does. Where the service refuses frames of several tasks, each goes alone from then on.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { Envelope } from "../Envelope.ts"
import type { Settings } from "../RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../RunwareError.ts"
import { type Task, toJson } from "../Task.ts"
import { Company, isRefusal } from "./company.ts"
import type { Way } from "./direct.ts"
import { stopwatch } from "./elapsed.ts"
import { Exchange, type Exchanges, type Frame } from "./exchanges.ts"
import type { Link } from "./link.ts"
import { saying } from "./saying.ts"

export interface Travelling {
  /** Sends a task on the link that is ready, with others of its tick, and tells of its reply; gives the way to leave. */
  readonly post: Way["post"]
  /** Sends those that are gathered already: in one frame, where the service takes company. */
  readonly send: (exchanges: ReadonlyArray<Exchange>) => void
  /** Must follow for each that was sent, once it was answered or nobody waits for it any more. */
  readonly ended: (exchange: Exchange, isAnswered: boolean, now: number) => void
  /** Takes note of a frame that came. Gives the number of tasks in the one that it refuses: they have been told. */
  readonly refused: (frame: Envelope, now: number) => number
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
    const say = yield* saying
    const company = new Company()
    const frames = new Set<Frame>()
    let heardAt = 0

    /** A link that ends does so for its exchanges; those that have ended stay at home. */
    const write = (exchanges: ReadonlyArray<Exchange>): void => {
      const current = link()
      const going = exchanges.filter(({ isOpen }) => isOpen)
      if (current === undefined || going.length === 0) return
      const frame: Frame = { exchanges: going, sentAt: read(), left: going.length, answered: 0 }
      if (going.length > 1) frames.add(frame)
      const json = `[${going.map(jsonOf).join(",")}]`
      for (const exchange of going) {
        exchange.frame = frame
        // Only polls go again.
        if (!exchange.isLasting) exchange.json = undefined
      }
      say?.("send", "frame", () => ({ tasks: going.map(({ task }) => task) }))
      current.send(json)
    }

    const send = (exchanges: ReadonlyArray<Exchange>): void => {
      if (!company.isRefused) return write(exchanges)
      for (const exchange of exchanges) write([exchange])
    }

    /** Submissions of this tick, which no frame has taken yet. */
    const waiting = new Set<Exchange>()

    /** The next frame: no task twice, for two of one UUID are one purchase only where one comes after the other. */
    const take = (): Array<Exchange> => {
      const batch: Array<Exchange> = []
      const taskUUIDs = new Set<string>()
      let length = 0
      for (const exchange of waiting) {
        const { taskUUID } = exchange.task
        const size = jsonOf(exchange).length
        if (batch.length >= mostSubmissions) break
        if (batch.length > 0 && length + size > longestShared) continue
        if (taskUUIDs.has(taskUUID)) continue
        waiting.delete(exchange)
        taskUUIDs.add(taskUUID)
        length += size
        batch.push(exchange)
      }
      return batch
    }

    const departures = Effect.map(endOfTick, () => {
      while (waiting.size > 0) send(take())
    })

    /** What became of a frame shows when nobody waits for it any more. */
    const ended = (exchange: Exchange, isAnswered: boolean, now: number): void => {
      const { frame } = exchange
      if (frame === undefined) return
      exchange.frame = undefined
      frame.left--
      if (isAnswered) frame.answered++
      if (frame.left > 0 || !frames.delete(frame)) return
      const isLate = now - frame.sentAt >= Duration.toMillis(settings.pollReplyTimeout)
      if (frame.answered > 1) company.came("welcome")
      else if (isLate && heardAt >= frame.sentAt) company.came("doubtful")
    }

    return {
      send,
      ended,
      post: (task, tell) => {
        const exchange = new Exchange(task, (outcome, now) => {
          ended(exchange, true, now)
          tell(outcome)
        })
        exchange.json = toJson(task)
        exchanges.open(exchange)
        if (waiting.size === 0) Fiber.runIn(fork(departures), scope)
        waiting.add(exchange)
        return () => {
          waiting.delete(exchange)
          exchanges.close(exchange)
          ended(exchange, false, read())
        }
      },

      refused: (came, now) => {
        heardAt = now
        const frame = isRefusal(came) ? refusedBy(came, frames, exchanges) : undefined
        if (frame === undefined) return 0
        company.refuse()
        for (const exchange of frame.exchanges) {
          if (exchange.frame === frame) exchanges.fail(exchange, refusedCompany(exchange.task), now)
        }
        return frame.exchanges.length
      }
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
    const types = new Set<string | undefined>([undefined, ...frame.exchanges.map(({ task }) => task.taskType)])
    if (frame.answered > 0 || !errors.every(({ taskType }) => types.has(taskType))) continue
    const isAboutPolls = errors.every(({ taskType }) => taskType === "getResponse")
    if (isAboutPolls || exchanges.all.every((one) => one.frame !== undefined && frames.has(one.frame))) return frame
  }
  return undefined
}

const jsonOf = (exchange: Exchange): string => (exchange.json ??= toJson(exchange.task))

/** A submission is asked for before it is sent again, alone. */
const refusedCompany = ({ taskType, taskUUID }: Task): RunwareError =>
  makeError("connection", {
    rawCode: "batchRefused",
    message: "The service refused a frame of several tasks; each goes alone from here on.",
    taskType,
    taskUUID,
    submission: "unknown"
  })
