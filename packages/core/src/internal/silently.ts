/**
 * Runs of tasks of which nobody is told on the way. Thousands may wait at once, and what such a call holds is what they cost: a
 * second fiber would weigh as much as all else, so the steps bound themselves; and an effect that goes on after another holds it,
 * so nothing is around the one that waits but what comes after it.
 */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import type { RunwareError } from "../RunwareError.ts"
import type { Item, Task } from "../Task.ts"
import type { Reply } from "../Transport.ts"
import { alarmsOf } from "./alarm.ts"
import * as Call from "./call.ts"
import { before, deadlineIn } from "./deadline.ts"
import type { Direct } from "./direct.ts"
import { completed, endOf } from "./following.ts"
import { type Given, isUpload } from "./preparation.ts"
import { boundOf, goOn } from "./submission.ts"
import { observed } from "./telemetry.ts"

type Outcomes = ReadonlyArray<Call.Outcome>
type Results = Outcomes | ReadonlyArray<Item>

/** What the operations of a client do with each call. */
export interface Means {
  readonly parts: Call.Environment
  readonly choicesOf: (options: Call.Options) => Result.Result<Call.Choices, RunwareError>
  readonly ready: (asked: Given, account: Call.Account, choices: Call.Choices) => Effect.Effect<Task, RunwareError>
  /** Completes the error of a call, and tells of its interruption. */
  readonly told: (
    account: Call.Account
  ) => <A>(effect: Effect.Effect<A, RunwareError>) => Effect.Effect<A, RunwareError>
  readonly abandoned: (account: Call.Account) => Effect.Effect<void>
  readonly complete: (
    task: Task,
    account: Call.Account,
    choices: Call.Choices,
    emit: Call.Emit
  ) => Effect.Effect<Outcomes, RunwareError>
  readonly finish: (
    task: Task,
    account: Call.Account,
    choices: Call.Choices,
    emit: Call.Emit,
    submission: Effect.Effect<Reply, RunwareError>
  ) => Effect.Effect<Outcomes, RunwareError>
  readonly settled: (outcomes: Outcomes, account: Call.Account, choices: Call.Choices) => Results
}

export const deliver = (
  means: Means,
  direct: Direct,
  fiber: Fiber.Fiber<unknown, unknown>,
  asked: Given,
  options: Call.Options
): Effect.Effect<Results, RunwareError> => {
  const { parts, told } = means
  const alarms = alarmsOf(fiber)
  const account = Call.begin(alarms.clock.currentTimeMillisUnsafe())
  const known = means.choicesOf(options)
  if (Result.isFailure(known)) return observed(account)(told(account)(Effect.fail(known.failure)))
  const choices = known.success
  const until = deadlineIn(alarms, Call.ofWhole(choices.timeout))
  const whole = <A>(step: Effect.Effect<A, RunwareError>) => told(account)(before(until)(step))
  const settle = (outcomes: Effect.Effect<Outcomes, RunwareError>) =>
    Effect.map(outcomes, (outcomes) => means.settled(outcomes, account, choices))
  const run = Effect.flatMap(whole(means.ready(asked, account, choices)), (task) => {
    const bound = boundOf(parts.settings, task)
    if (bound === undefined || isUpload(task)) {
      return settle(whole(means.complete(task, account, choices, Call.silent)))
    }
    const mayAttach = choices.attachOnConflict
    const end = (submission: Effect.Effect<Reply, RunwareError>) =>
      settle(whole(means.finish(task, account, choices, Call.silent, submission)))
    const { abandoned } = means
    const departure = { environment: parts, task, account, mayAttach, bound, until, abandoned }
    return Effect.flatMap(direct.fly(departure), (landing) => {
      switch (landing._tag) {
        case "News": {
          const { collection, reply } = landing.followed
          return settle(
            told(account)(completed(endOf(collection.results, reply, task), task, Call.silent, choices.partial))
          )
        }
        case "Failed":
          return told(account)(Effect.fail(landing.error))
        case "Accepted":
          return end(Effect.succeed(landing.reply))
        default:
          return end(goOn(parts, task, account, mayAttach, landing))
      }
    })
  })
  return observed(account)(parts.pacer.inFlight(run))
}
