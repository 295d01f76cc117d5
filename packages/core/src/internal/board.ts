/**
 * The board of a socket: all tasks that are waited for, by when each is to be asked for next. What is due leaves in one
 * frame, by one alarm for all, and the wait for its replies is bounded; each reply is judged by its caller where the frame is read.
 * No fiber wakes for a poll without news, so that a task that waits costs little more than its place here.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import TinyQueue from "tinyqueue"
import type { Settings } from "../RunwareConfig.ts"
import type { RunwareError } from "../RunwareError.ts"
import type { Task } from "../Task.ts"
import { type Alarm, alarmsOf } from "./alarm.ts"
import { overdue } from "./deadline.ts"
import type { Question, Way } from "./direct.ts"
import { Exchange, type Exchanges, type Outcome } from "./exchanges.ts"
import { admit } from "./pace.ts"
import type { Travelling } from "./travelling.ts"

/** A question, with its place on the board. */
interface Entry {
  readonly question: Question
  /** Opened for each poll. */
  readonly exchange: Exchange
  due: number
  /** Its place among those that are due at the same time. */
  order: number
  /** The round of the poll that is on its way. */
  round: Round | undefined
  isOver: boolean
}

/** The polls of a frame, which share a deadline. */
interface Round {
  readonly deadline: number
  readonly entries: ReadonlyArray<Entry>
  /** Polls that are not answered. */
  left: number
}

export const make = ({
  closed,
  exchanges,
  isReady,
  ready,
  settings,
  travelling
}: {
  readonly settings: Settings
  readonly exchanges: Exchanges
  readonly travelling: Travelling
  readonly isReady: () => boolean
  /** Waits until frames can go out. */
  readonly ready: Effect.Effect<void, RunwareError>
  /** What those are told who wait for a client that is no more. */
  readonly closed: RunwareError
}): Effect.Effect<Way["ask"], never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const fork = Effect.runForkWith(yield* Effect.context<never>())
    const alarms = yield* Effect.withFiberSucceed(alarmsOf)
    const read = () => alarms.now()
    const window = Duration.toMillis(settings.pollWindow)
    const patience = Duration.toMillis(settings.pollReplyTimeout)
    const most = Math.max(1, settings.maxPollBatch)
    const rate = Math.max(1, settings.maxPollRate)

    const entries = new Set<Entry>()
    /** Those that wait to be asked, and some that are over. */
    const queue = new TinyQueue<Entry>([], (one, other) => one.due - other.due || one.order - other.order)
    const rounds: Array<Round> = []
    let placed = 0
    let free = 0
    let isOpening = false
    let isClosed = false
    /** The next time at which there is something to do. */
    let wake: { readonly at: number; readonly alarm: Alarm } | undefined

    const wakeBy = (at: number): void => {
      if (wake !== undefined && wake.at <= at) return
      wake?.alarm.cancel()
      wake = { at, alarm: alarms.after(at - read(), turn) }
    }

    const place = (entry: Entry, due: number): void => {
      entry.due = due
      entry.order = placed++
      queue.push(entry)
      if (!isOpening) wakeBy(due + window)
    }

    const end = (entry: Entry): void => {
      entry.isOver = true
      leave(entry, read())
      exchanges.forget(entry.exchange)
      entries.delete(entry)
      if (entries.size > 0) return
      wake?.alarm.cancel()
      wake = undefined
    }

    /** The poll of an entry is on its way no more. */
    const land = (entry: Entry): void => {
      if (entry.round !== undefined) entry.round.left--
      entry.round = undefined
    }

    const answer = (entry: Entry, outcome: Outcome, now: number, isAnswered = true): void => {
      const askedAt = entry.exchange.frame?.sentAt ?? now
      land(entry)
      travelling.ended(entry.exchange, isAnswered, now)
      if (entry.isOver) return
      const due = entry.question.answered(outcome, askedAt, now)
      if (entry.isOver) return
      if (due === undefined) end(entry)
      else place(entry, due)
    }

    /** Nobody waits for the answer to a poll any more. */
    const leave = (entry: Entry, now: number): void => {
      land(entry)
      exchanges.close(entry.exchange)
      travelling.ended(entry.exchange, false, now)
    }

    const next = (): Entry | undefined => {
      while (queue.peek()?.isOver === true) queue.pop()
      return queue.peek()
    }

    /** Those that are due, no task twice: it would have one reply for both. */
    const take = (now: number): ReadonlyArray<Entry> => {
      const taken: Array<Entry> = []
      const twice: Array<Entry> = []
      const taskUUIDs = new Set<string>()
      for (let entry = next(); entry !== undefined && entry.due <= now && taken.length < most; entry = next()) {
        queue.pop()
        const { taskUUID } = entry.question
        if (taskUUIDs.has(taskUUID)) twice.push(entry)
        else taken.push(entry)
        taskUUIDs.add(taskUUID)
      }
      for (const entry of twice) queue.push(entry)
      return taken
    }

    const send = (due: ReadonlyArray<Entry>): void => {
      const entries = due.filter(({ isOver }) => !isOver)
      if (entries.length === 0) return
      const round: Round = { deadline: read() + patience, entries, left: entries.length }
      rounds.push(round)
      for (const entry of entries) {
        entry.round = round
        exchanges.open(entry.exchange)
        entry.question.asked()
      }
      travelling.send(entries.map(({ exchange }) => exchange))
    }

    /** Ends the polls that have waited for long enough. */
    const giveUp = (now: number): void => {
      for (let round = rounds[0]; round !== undefined; round = rounds[0]) {
        if (round.deadline > now && round.left > 0) return
        rounds.shift()
        for (const entry of round.entries) {
          if (entry.round !== round) continue
          const late = Result.fail(overdue(settings.pollReplyTimeout, "the reply to a poll", "pollReplyTimeout"))
          exchanges.close(entry.exchange)
          answer(entry, late, now, false)
        }
      }
    }

    /** Sends what is due, as fast as it may go, and sees to it that what is due later has its turn. */
    const turn = (): void => {
      // It comes by its alarm, or before that once the link is ready.
      wake?.alarm.cancel()
      wake = undefined
      const now = read()
      giveUp(now)
      for (let first = isOpening ? undefined : next(); first !== undefined; first = isOpening ? undefined : next()) {
        const { free: then, wait } = admit(free, now, rate)
        const departure = Math.max(first.due + window, now + wait)
        if (departure > now) {
          wakeBy(departure)
          break
        }
        free = then
        depart(take(now))
      }
      const [oldest] = rounds
      if (oldest !== undefined) wakeBy(oldest.deadline)
    }

    const depart = (due: ReadonlyArray<Entry>): void => {
      if (isReady()) return send(due)
      isOpening = true
      const opened = Effect.map(Effect.result(ready), (opened) => {
        isOpening = false
        if (Result.isSuccess(opened)) return send(due)
        for (const entry of due) answer(entry, Result.fail(opened.failure), read())
      })
      Fiber.runIn(fork(opened), scope).addObserver(turn)
    }

    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        isClosed = true
        for (const entry of entries) answer(entry, Result.fail(closed), read())
        for (const entry of entries) end(entry)
      })
    )

    return (question) => {
      const task: Task = { taskType: "getResponse", taskUUID: question.taskUUID }
      const exchange = new Exchange(task, (outcome, now) => answer(entry, outcome, now), true)
      const entry: Entry = { question, exchange, due: question.due, order: 0, round: undefined, isOver: false }
      entries.add(entry)
      if (isClosed) answer(entry, Result.fail(closed), read())
      else place(entry, question.due)
      return () => {
        if (!entry.isOver) end(entry)
      }
    }
  })
