/**
 * A transport by script, for tests of code that uses the client: it answers by task type, or as a function says, and keeps
 * what it was asked.
 *
 * @since 0.1.0
 */
import { Registry, Runware, RunwareConfig, TextStream, Transport as Transports, Validator } from "@effect-runware/core"
import type { WireError, WireItem } from "@effect-runware/core/Protocol"
import type { Options } from "@effect-runware/core/RunwareConfig"
import { isRunwareError, make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import type { Task } from "@effect-runware/core/Task"
import type { ConnectionStatus, Reply } from "@effect-runware/core/Transport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { loaded } from "./internal/loaded.ts"

/**
 * What the mock says to a task. Items and errors get the task's type and UUID unless they have their own.
 *
 * @since 0.1.0
 * @category models
 */
export type Answer = Partial<Reply> | RunwareError | Effect.Effect<Partial<Reply>, RunwareError>

/**
 * The answers of a mock: by task type (of several, one for each task, the last for all that follow), or as a function
 * decides. What has no answer fails with code `unknown`, and says so.
 *
 * A reply that holds the results is final also for an async task, so that a script needs no `getResponse` unless polling
 * is what a test is about.
 *
 * @since 0.1.0
 * @category models
 */
export type Script = Readonly<Record<string, Answer | ReadonlyArray<Answer>>> | ((task: Task) => Answer | undefined)

/**
 * What a mock remembers.
 *
 * @since 0.1.0
 * @category services
 */
export class MockTransport extends Context.Service<
  MockTransport,
  {
    /** Every task that was sent, polls too, in order. */
    readonly requests: Effect.Effect<ReadonlyArray<Task>>
  }
>()("@effect-runware/testing/MockTransport") {}

/**
 * The results of a task, one item each.
 *
 * @since 0.1.0
 * @category answers
 */
export const results = (...items: ReadonlyArray<WireItem>): Answer => ({
  items: items.map((item) => defaulting({ status: "success" }, item))
})

/**
 * The service has the task, and no results yet.
 *
 * @since 0.1.0
 * @category answers
 */
export const acknowledged: Answer = { items: [{}] }

/**
 * A generation that still runs.
 *
 * @since 0.1.0
 * @category answers
 */
export const running = (progress?: number): Answer => ({
  items: [{ status: "processing", ...(progress === undefined ? {} : { progress }) }]
})

/**
 * The service refuses the task.
 *
 * @since 0.1.0
 * @category answers
 */
export const refused = (code: string, fields: Partial<WireError> = {}): Answer => ({
  errors: [{ code, message: `The mock refuses the task with ${code}.`, ...fields }]
})

/**
 * No answer comes, ever.
 *
 * @since 0.1.0
 * @category answers
 */
export const silence: Answer = Effect.never

/**
 * Builds a mock.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  script: Script
): { readonly transport: Transports.Transport["Service"]; readonly mock: MockTransport["Service"] } => {
  const requests: Array<Task> = []
  const answer = typeof script === "function" ? script : inTurn(script)

  const exchange = (task: Task): Effect.Effect<Reply, RunwareError> =>
    Effect.suspend(() => {
      requests.push(task)
      const given = answer(task)
      if (given === undefined) return Effect.fail(unscripted(task))
      if (isRunwareError(given)) return Effect.fail(given)
      const reply = Effect.isEffect(given) ? given : Effect.succeed(given)
      return Effect.map(reply, (partial) => addressed(partial, task))
    })

  /** The items of the answer, one chunk each. */
  const stream = (task: Task) => Stream.unwrap(Effect.map(exchange(task), (reply) => TextStream.ofReply(reply, task)))

  return {
    mock: { requests: Effect.sync(() => [...requests]) },
    transport: {
      kind: "mock",
      exchange,
      exchangeMany: (tasks) =>
        Effect.map(
          Effect.forEach(
            tasks,
            (task) => Effect.map(Effect.result(exchange(task)), (result) => [task.taskUUID, result] as const),
            { concurrency: "unbounded" }
          ),
          (outcomes) => new Map(outcomes)
        ),
      stream,
      ready: Effect.void,
      connect: Effect.void,
      disconnect: Effect.void,
      status: Effect.succeed<ConnectionStatus>("ready"),
      statusChanges: Stream.make<[ConnectionStatus]>("ready")
    }
  }
}

/**
 * The mock as the transport of a client.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (script: Script): Layer.Layer<MockTransport | Transports.Transport> =>
  Layer.unwrap(
    Effect.map(loaded, () => {
      const { mock, transport } = make(script)
      return Layer.merge(Layer.succeed(MockTransport, mock), Layer.succeed(Transports.Transport, transport))
    })
  )

/**
 * A client over the mock, with the bundled registry and no network at all.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { MockTransport } from "@effect-runware/testing"
 * import { Effect } from "effect"
 *
 * const Test = MockTransport.layerRunware({
 *   imageInference: MockTransport.results({ imageURL: "https://im.example/lighthouse.png" })
 * })
 *
 * Runware.run({ model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 }).pipe(
 *   Effect.provide(Test),
 *   Effect.runPromise
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRunware = (
  script: Script,
  options?: Options
): Layer.Layer<MockTransport | Runware.Runware, RunwareError> =>
  Runware.layerWith.pipe(
    Layer.provide([RunwareConfig.layer({ apiKey: "mock", ...options }), Registry.layerBundled, Validator.layerNone]),
    Layer.provideMerge(layer(script))
  )

/** Each answer of a list once, the last one for ever. */
const inTurn = (script: Readonly<Record<string, Answer | ReadonlyArray<Answer>>>) => {
  const given = new Map<string, number>()
  return ({ taskType }: Task): Answer | undefined => {
    const answers = Object.hasOwn(script, taskType) ? script[taskType] : undefined
    if (!isList(answers)) return answers
    const turn = given.get(taskType) ?? 0
    given.set(taskType, turn + 1)
    return answers[Math.min(turn, answers.length - 1)]
  }
}

const isList = (answers: Answer | ReadonlyArray<Answer> | undefined): answers is ReadonlyArray<Answer> =>
  Array.isArray(answers)

const addressed = ({ errors = [], items = [], ...head }: Partial<Reply>, { taskType, taskUUID }: Task): Reply => ({
  ...head,
  items: items.map((item) => defaulting({ taskType, taskUUID }, item)),
  errors: errors.map((error) => defaulting({ taskType, taskUUID }, error))
})

const defaulting = <D extends object, A extends object>(defaults: D, fields: A) => ({ ...defaults, ...fields })

const unscripted = ({ taskType, taskUUID }: Task): RunwareError =>
  makeError("unknown", {
    rawCode: "unscripted",
    message: `The script of this mock has no answer to ${taskType}.`,
    taskType,
    taskUUID,
    submission: "none"
  })
