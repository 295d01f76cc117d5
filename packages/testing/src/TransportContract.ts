/**
 * What every transport promises, as checks that any test runner can run: each is an Effect over the transport under test
 * that fails with {@link ContractBroken}. Ours pass them, and one of your own should.
 *
 * @since 0.1.0
 */
import { RunwareError, Transport } from "@effect-runware/core"
import type { Task } from "@effect-runware/core/Task"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"

/**
 * A promise that a transport did not keep.
 *
 * @since 0.1.0
 * @category errors
 */
export class ContractBroken extends Data.TaggedError("ContractBroken")<{ readonly message: string }> {}

/**
 * What the service behind the transport under test does, so that the checks can bring it about.
 *
 * @since 0.1.0
 * @category models
 */
export interface Subject<R = never> {
  /** An async task that the service accepts; another for each number. */
  readonly accepted: (n: number) => Task
  /** A task that the service refuses. */
  readonly refused: (n: number) => Task
  /** A task whose reply doesn't come while a check runs. */
  readonly endless: (n: number) => Task
  /** Makes the next exchange end without a reply. */
  readonly breakNext: Effect.Effect<void, never, R>
  /** Whether there is a connection that `disconnect` closes. */
  readonly hasConnection: boolean
}

/**
 * One promise.
 *
 * @since 0.1.0
 * @category models
 */
export interface Promised<R = never> {
  readonly name: string
  readonly check: Effect.Effect<void, ContractBroken, Transport.Transport | R>
}

/**
 * All promises that hold for a subject.
 *
 * @since 0.1.0
 * @category constructors
 */
export const promises = <R = never>(subject: Subject<R>): ReadonlyArray<Promised<R>> => [
  {
    name: "gives each exchange the reply to its own task",
    check: Effect.gen(function* () {
      const { exchange } = yield* Transport.Transport
      const tasks = [1, 2, 3].map(subject.accepted)
      const replies = yield* answered(Effect.forEach(tasks, exchange, { concurrency: "unbounded" }))
      for (const [index, { errors, items }] of replies.entries()) {
        const uuids = new Set([...items, ...errors].map(({ taskUUID }) => taskUUID))
        yield* expect(items.length > 0 && errors.length === 0, `task ${index + 1} was not acknowledged`)
        yield* expect(
          uuids.size === 1 && uuids.has(tasks[index]?.taskUUID),
          `task ${index + 1} got the reply of ${[...uuids].join(", ")}`
        )
      }
    })
  },
  {
    name: "hands over the errors of a task as data",
    check: Effect.gen(function* () {
      const { exchange } = yield* Transport.Transport
      const { errors, items } = yield* answered(exchange(subject.refused(4)))
      yield* expect(errors.length > 0 && items.length === 0, "a refusal came without an error, or with results")
    })
  },
  {
    name: "gives each task of one request its own outcome",
    check: Effect.gen(function* () {
      const { exchangeMany } = yield* Transport.Transport
      const [good, bad, other] = [subject.accepted(5), subject.refused(6), subject.accepted(7)]
      const outcomes = yield* answered(exchangeMany([good, bad, other]))
      const verdicts = [good, bad, other].map(({ taskUUID }) => {
        const outcome = outcomes.get(taskUUID)
        if (outcome === undefined || Result.isFailure(outcome)) return "none"
        return outcome.success.errors.length > 0 ? "refused" : "accepted"
      })
      yield* expect(
        outcomes.size === 3 && verdicts.join() === "accepted,refused,accepted",
        `the outcomes were ${verdicts.join()}`
      )
    })
  },
  {
    name: "says in a failure whether anything can have been sent, and works afterwards",
    check: Effect.gen(function* () {
      const { exchange, ready } = yield* Transport.Transport
      yield* answered(ready)
      yield* subject.breakNext
      const outcome = yield* Effect.result(exchange(subject.accepted(8)))
      yield* expect(Result.isFailure(outcome), "an exchange without a reply succeeded")
      if (Result.isFailure(outcome)) {
        const { submission } = outcome.failure
        yield* expect(RunwareError.isRunwareError(outcome.failure), "the failure was no RunwareError")
        yield* expect(submission === "none" || submission === "unknown", `submission was ${submission}`)
      }
      const { errors } = yield* answered(exchange(subject.accepted(9)))
      yield* expect(errors.length === 0, "the next exchange was refused")
    })
  },
  {
    name: "lets go of an exchange that is interrupted",
    check: Effect.gen(function* () {
      const { exchange, ready } = yield* Transport.Transport
      yield* answered(ready)
      const fiber = yield* Effect.forkChild(exchange(subject.endless(10)), { startImmediately: true })
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      const { items } = yield* answered(exchange(subject.accepted(11)))
      yield* expect(items.length > 0, "the next exchange was not acknowledged")
    })
  },
  {
    name: "is ready once `ready` says so, and begins its status changes with the status",
    check: Effect.gen(function* () {
      const { ready, status, statusChanges } = yield* Transport.Transport
      yield* answered(ready)
      const now = yield* status
      const first = Option.getOrUndefined(yield* Stream.runHead(statusChanges))
      yield* expect(now === "ready", `the status was ${now}`)
      yield* expect(first === now, `the changes began with ${first}`)
    })
  },
  {
    name: subject.hasConnection
      ? "is closed by `disconnect`, and opened again by `connect` only"
      : "is not touched by `disconnect`, having no connection",
    check: Effect.gen(function* () {
      const { connect, disconnect, exchange, ready, status } = yield* Transport.Transport
      yield* answered(ready)
      yield* disconnect
      if (subject.hasConnection) {
        const refused = yield* Effect.result(exchange(subject.accepted(12)))
        yield* expect((yield* status) === "closed", "the status is not closed")
        yield* expect(
          Result.isFailure(refused) && refused.failure.submission === "none",
          "an exchange was begun on a closed transport"
        )
        yield* expect(Result.isFailure(yield* Effect.result(ready)), "`ready` opened a closed transport")
      }
      yield* answered(connect)
      const { items } = yield* answered(exchange(subject.accepted(13)))
      yield* expect((yield* status) === "ready" && items.length > 0, "the transport did not come back")
    })
  },
  {
    name: "ends all that waits when it is disconnected",
    check: Effect.gen(function* () {
      const { disconnect, exchange, ready } = yield* Transport.Transport
      if (!subject.hasConnection) return
      yield* answered(ready)
      const fiber = yield* Effect.forkChild(Effect.result(exchange(subject.endless(14))), { startImmediately: true })
      yield* Effect.yieldNow
      yield* disconnect
      yield* expect(Result.isFailure(yield* Fiber.join(fiber)), "an exchange outlived its connection")
    })
  }
]

const expect = (holds: boolean, message: string): Effect.Effect<void, ContractBroken> =>
  holds ? Effect.void : Effect.fail(new ContractBroken({ message }))

/** A reply that must come. */
const answered = <A>(effect: Effect.Effect<A, RunwareError.RunwareError>): Effect.Effect<A, ContractBroken> =>
  Effect.mapError(effect, ({ message }) => new ContractBroken({ message: `there was no reply: ${message}` }))
