/**
 * A task on its way, in one wait of its call's fiber: from its submission to its last result, or to what somebody must be told
 * or must do. Thousands may be out at once: what one holds is what counts.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { RunwareError } from "../RunwareError.ts"
import { generationsOf, type TaskEvent, type TaskUUID } from "../Task.ts"
import type { Alarm } from "./alarm.ts"
import { type Environment, silent } from "./call.ts"
import { type Bound, overdue } from "./deadline.ts"
import type { Departure, Outcome, Question, Travel, Way } from "./direct.ts"
import { Followed, ofAccepted } from "./following.ts"
import { judgeSubmission, type Submitted } from "./judgement.ts"
import { isUtility } from "./preparation.ts"
import { countPollIn } from "./telemetry.ts"

/** Where a task has come to when its call is woken. */
export type Landing =
  /** Its submission was answered, and it is not followed: it was not accepted, or has its answer. */
  | Submitted
  /** There is something to tell of it, or it is complete. */
  | { readonly _tag: "News"; readonly events: ReadonlyArray<TaskEvent>; readonly followed: Followed }
  | { readonly _tag: "Failed"; readonly error: RunwareError }

export class Flight implements Question {
  readonly #way: Way
  readonly #travel: Travel
  #resume: ((landing: Effect.Effect<Landing>) => void) | undefined
  #leave: (() => void) | undefined
  #alarm: Alarm | undefined
  #departure: Departure | undefined
  #followed: Followed | undefined
  due = 0

  constructor(way: Way, travel: Travel, resume: (landing: Effect.Effect<Landing>) => void) {
    this.#way = way
    this.#travel = travel
    this.#resume = resume
  }

  get taskUUID(): TaskUUID {
    return this.#travel.task.taskUUID
  }

  /** Sends the task, which is followed once the service has it. */
  submit(departure: Departure): void {
    this.#departure = departure
    departure.account.submission = "unknown"
    const leave = this.#way.post(departure.task, (outcome) => this.#submitted(outcome, departure))
    // A client that is closed answers at once.
    if (this.#resume !== undefined && this.#followed === undefined) this.#wait(leave, departure.bound)
  }

  /** Asks for a task that the service has, until there is something to tell of it, or its end. */
  follow(followed: Followed, isFirst: boolean): void {
    this.#followed = followed
    try {
      const { alarms, environment } = this.#travel
      const now = alarms.now()
      this.due = isFirst ? now : now + followed.pause(now)
      const leave = this.#way.ask(this)
      if (this.#resume !== undefined) this.#wait(leave, ofResults(environment))
    } catch (defect) {
      this.#fail(defect)
    }
  }

  /** Stops waiting. */
  leave(): void {
    this.#resume = undefined
    this.#alarm?.cancel()
    this.#leave?.()
  }

  asked(): void {
    countPollIn(this.#travel.account, this.#travel.context)
  }

  answered(outcome: Outcome, askedAt: number, now: number): number | undefined {
    const followed = this.#followed
    if (followed === undefined || this.#resume === undefined) return undefined
    try {
      const heard = followed.hear(outcome, askedAt, now)
      if (heard._tag === "Final") this.#land({ _tag: "Failed", error: ofAccepted(heard.error) })
      else if (heard._tag === "News" && (heard.events.length > 0 || followed.isComplete)) {
        this.#land({ _tag: "News", events: heard.events, followed })
      } else return now + followed.pause(now)
    } catch (defect) {
      this.#fail(defect)
    }
    return undefined
  }

  #submitted(outcome: Outcome, { account, alarms, environment, mayAttach, task }: Departure): void {
    // Who has left is told no more.
    if (this.#resume === undefined) return
    try {
      const submitted = judgeSubmission(outcome, task, mayAttach, account.minted)
      if (submitted._tag !== "Accepted") return this.#land(submitted)
      account.submission = "accepted"
      environment.pacer.succeeded()
      if (isUtility(task)) return this.#land(submitted)
      this.#alarm?.cancel()
      const { reply } = submitted
      const first = { reply, expected: generationsOf(task) }
      const wall = alarms.clock.currentTimeMillisUnsafe()
      const followed = new Followed(environment, task, first, account, silent, alarms.now(), wall)
      followed.read(reply)
      if (followed.isComplete) this.#land({ _tag: "News", events: [], followed })
      else this.follow(followed, false)
    } catch (defect) {
      this.#fail(defect)
    }
  }

  #wait(leave: () => void, bound: Bound): void {
    const { alarms, until } = this.#travel
    const now = alarms.now()
    const own = now + Duration.toMillis(bound[0])
    const isStep = own <= until.at
    const ring = () => {
      leave()
      this.#late(overdue(...(isStep ? bound : until.bound)), isStep)
    }
    this.#leave = leave
    this.#alarm = alarms.after((isStep ? own : until.at) - now, ring, now)
  }

  /** The end of the whole call is final, that of a step is not: an acknowledgement that is late may have been lost. */
  #late(error: RunwareError, isStep: boolean): void {
    if (this.#followed !== undefined) this.#land({ _tag: "Failed", error: ofAccepted(error) })
    else if (isStep && this.#departure !== undefined) this.#submitted(Result.fail(error), this.#departure)
    else this.#land({ _tag: "Failed", error })
  }

  #land(landing: Landing): void {
    this.#end(Effect.succeed(landing))
  }

  /** A cadence of the app's own, say: its fault is this call's, and nobody else's. */
  #fail(defect: unknown): void {
    this.#end(Effect.die(defect))
  }

  #end(landing: Effect.Effect<Landing>): void {
    const resume = this.#resume
    this.#resume = undefined
    this.#alarm?.cancel()
    resume?.(landing)
  }
}

export const ofResults = ({ settings }: Environment): Bound => [settings.pollTimeout, "the results", "pollTimeout"]
