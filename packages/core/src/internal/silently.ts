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
import type { Departure, Direct } from "./direct.ts"
import type { Landing } from "./flight.ts"
import { completed, endOf, settled } from "./following.ts"
import { type Given, isUpload, type Patience } from "./preparation.ts"
import { boundOf, goOn } from "./submission.ts"
import { observed } from "./telemetry.ts"

type Outcomes = ReadonlyArray<Call.Outcome>
type Results = Outcomes | ReadonlyArray<Item>

/** What the operations of a client do with each call. */
export interface Means {
  readonly parts: Call.Environment
  readonly choicesOf: (options: Call.Options) => Result.Result<Call.Choices, RunwareError>
  readonly ready: (
    asked: Given,
    account: Call.Account,
    choices: Call.Choices,
    deliveryMethod: undefined,
    patiently: Patience
  ) => Effect.Effect<Task, RunwareError>
  /** Completes the error of a call, and tells of its interruption. */
  readonly told: (
    account: Call.Account
  ) => <A>(effect: Effect.Effect<A, RunwareError>) => Effect.Effect<A, RunwareError>
  readonly abandoned: Departure["abandoned"]
  readonly deliverTask: (
    task: Task,
    account: Call.Account,
    choices: Call.Choices,
    emit: Call.Emit
  ) => Effect.Effect<Results, RunwareError>
  readonly finish: (
    task: Task,
    account: Call.Account,
    choices: Call.Choices,
    emit: Call.Emit,
    submission: Effect.Effect<Reply, RunwareError>
  ) => Effect.Effect<Outcomes, RunwareError>
}

/** Such a call on its way: how it was asked for, and where it goes. */
interface Trip extends Departure {
  readonly means: Means
  readonly choices: Call.Choices
}

export const deliver = (
  means: Means,
  { fly }: Pick<Direct, "fly">,
  fiber: Fiber.Fiber<unknown, unknown>,
  asked: Given,
  options: Call.Options
): Effect.Effect<Results, RunwareError> => {
  const { parts: environment, told } = means
  const alarms = alarmsOf(fiber)
  const account = Call.begin(alarms.clock.currentTimeMillisUnsafe())
  const known = means.choicesOf(options)
  if (Result.isFailure(known)) return observed(account)(Effect.fail(known.failure))
  const choices = known.success
  const until = deadlineIn(alarms, Call.ofWhole(choices.timeout))
  const prepared = told(account)(means.ready(asked, account, choices, undefined, before(until)))
  const run = Effect.flatMap(prepared, (task) => {
    const bound = boundOf(environment.settings, task)
    if (bound === undefined || isUpload(task)) {
      return told(account)(before(until)(means.deliverTask(task, account, choices, Call.silent)))
    }
    const { attachOnConflict: mayAttach } = choices
    const { abandoned } = means
    const { context } = fiber
    const trip: Trip = {
      means,
      choices,
      environment,
      alarms,
      context,
      task,
      account,
      mayAttach,
      bound,
      until,
      abandoned
    }
    return Effect.flatMap(fly(trip), (landing) => landed(trip, landing))
  })
  return observed(account)(environment.pacer.inFlight(run))
}

/** What is left to do for a task that has come to this: nothing, for most. */
const landed = (trip: Trip, landing: Landing): Effect.Effect<Results, RunwareError> => {
  if (landing._tag === "News") {
    const { collection, reply } = landing.followed
    if (reply.errors.length === 0 && !trip.choices.partial) return Effect.succeed(collection.results)
  }
  const { account, choices, means } = trip
  return Effect.map(means.told(account)(outcomesOf(trip, landing)), (outcomes) => settled(outcomes, account, choices))
}

const outcomesOf = (trip: Trip, landing: Landing): Effect.Effect<Outcomes, RunwareError> => {
  const { account, choices, environment, means, task, until } = trip
  const finish = (submission: Effect.Effect<Reply, RunwareError>) =>
    before(until)(means.finish(task, account, choices, Call.silent, submission))
  switch (landing._tag) {
    case "News": {
      const { collection, reply } = landing.followed
      return completed(endOf(collection.results, reply, task), task, Call.silent, choices.partial)
    }
    case "Failed":
      return Effect.fail(landing.error)
    case "Accepted":
      return finish(Effect.succeed(landing.reply))
    default:
      return finish(goOn(environment, task, account, trip.mayAttach, landing))
  }
}
