/**
 * A transport that answers from scripts, and clients over it on the test's clock.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import type { WireError, WireItem } from "../src/Protocol.ts"
import * as Registry from "../src/Registry.ts"
import * as Runware from "../src/Runware.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"
import { make as makeError, type RunwareError } from "../src/RunwareError.ts"
import { isPoll, type Task, TaskUUIDs } from "../src/Task.ts"
import { type ConnectionStatus, type Reply, Transport, withoutStreams } from "../src/Transport.ts"
import * as Validator from "../src/Validator.ts"
import { uuid } from "./builders.ts"

export type Answer = Effect.Effect<Reply, RunwareError>

export const reply = (
  items: ReadonlyArray<WireItem>,
  errors: ReadonlyArray<WireError> = [],
  rest: Pick<Reply, "statusCode" | "retryAfter" | "askedAt"> = {}
): Answer => Effect.succeed({ items, errors, ...rest })

export const lost = (submission: "none" | "unknown", rawCode = "connectionFailed"): Answer =>
  Effect.fail(makeError("connection", { message: "The socket broke.", rawCode, submission }))

/** Answers from two scripts: what it says to submissions, and to polls. The last answer repeats. */
export const scripted = (submissions: ReadonlyArray<Answer>, polls: ReadonlyArray<Answer> = []) => {
  const sent: Array<{ readonly at: number; readonly task: Task }> = []
  let submitted = 0
  let polled = 0
  const exchange = (task: Task): Answer =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      sent.push({ at, task })
      const script = isPoll(task) ? polls : submissions
      const answer = script[Math.min(isPoll(task) ? polled++ : submitted++, script.length - 1)]
      return answer ?? Effect.die(`No answer to ${task.taskType}`)
    })
  const layer = Layer.succeed(Transport, {
    kind: "scripted",
    exchange,
    exchangeMany: (tasks: NonEmptyReadonlyArray<Task>) =>
      Effect.map(
        Effect.forEach(tasks, (task) =>
          Effect.map(Effect.result(exchange(task)), (result) => [task.taskUUID, result] as const)
        ),
        (results) => new Map(results)
      ),
    stream: withoutStreams,
    ready: Effect.void,
    connect: Effect.void,
    disconnect: Effect.void,
    status: Effect.succeed<ConnectionStatus>("ready"),
    statusChanges: Stream.make<[ConnectionStatus]>("ready")
  })
  const taskTypes = () => sent.map(({ task }) => task.taskType)
  return { sent, layer, taskTypes }
}

export const client = (
  transport: { readonly layer: Layer.Layer<Transport> },
  options: RunwareConfig.Options = {},
  validator: Layer.Layer<Validator.Validator> = Validator.layerNone
) =>
  Runware.layerWith.pipe(
    Layer.provide([
      transport.layer,
      RunwareConfig.layer({ apiKey: "test-key", ...options }),
      Registry.layerBundled,
      validator
    ])
  )

/** Runs an effect to its end, however long that takes on the test's clock. */
export const settled = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(
      effect.pipe(Effect.provideService(TaskUUIDs, Effect.succeed(uuid(1))), Effect.result, Effect.timed)
    )
    // All that needs no time has happened before time passes.
    yield* Effect.repeat(Effect.yieldNow, { times: 20 })
    yield* TestClock.adjust("2 hours")
    const [took, result] = yield* Fiber.join(fiber)
    return { took, result }
  })

export const succeeded = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.flatMap(settled(effect), ({ result }) => Effect.fromResult(result))

export const failed = <A>(effect: Effect.Effect<A, RunwareError>) => Effect.flip(succeeded(effect))
