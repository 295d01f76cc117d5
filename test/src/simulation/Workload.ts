/** The calls of a plan, made through the client's own operations, and what became of each. */
import { Runware } from "@effect-runware/core"
import { isRunwareError, type RunwareError } from "@effect-runware/core/RunwareError"
import type { RunOptions } from "@effect-runware/core/Operation"
import type { Item, TaskEvent } from "@effect-runware/core/Task"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { PlannedCall } from "./Plan.ts"

/** How a call ended. */
export type Ending =
  /** With `partial`, some generations may have failed. */
  | { readonly _tag: "Results"; readonly items: ReadonlyArray<Item>; readonly failures: ReadonlyArray<RunwareError> }
  | { readonly _tag: "Error"; readonly error: RunwareError }
  | { readonly _tag: "Interrupted" }
  /** Something else than a `RunwareError`: a defect of the client. */
  | { readonly _tag: "Defect"; readonly cause: string }

/** What is known of a call afterwards. */
export interface CallReport {
  readonly call: PlannedCall
  readonly startedAt: number
  readonly endedAt: number
  readonly ending: Ending
  /** When its caller lost interest in it, if that was before its end. */
  readonly interruptedAt: number | undefined
  readonly events: ReadonlyArray<TaskEvent>
  /** When its handle came, where it was submitted first. */
  readonly submittedAt: number | undefined
}

/** The words by which the service's records are matched to calls. */
export const promptOf = ({ failing, id }: Pick<PlannedCall, "failing" | "id">): string =>
  failing === undefined ? `call ${id}.` : `call ${id}. [[fail:inferenceError@${failing}]]`

const paramsOf = (call: PlannedCall) => ({
  taskType: "imageInference",
  model: call.model,
  positivePrompt: promptOf(call),
  width: 512,
  height: 512,
  numberResults: call.numberResults,
  deliveryMethod: call.delivery,
  ...(call.taskUUID === undefined ? {} : { taskUUID: call.taskUUID })
})

/** Makes one call, at its time, and reports. The clock it reports by is the one around it; the client has its own. */
export const perform = Effect.fnUntraced(function* (
  call: PlannedCall,
  asClient: <A>(effect: Effect.Effect<A, RunwareError, Runware.Runware>) => Effect.Effect<A, RunwareError>
): Effect.fn.Return<CallReport> {
  yield* Effect.sleep(call.at)
  const startedAt = yield* Clock.currentTimeMillis
  const events: Array<TaskEvent> = []
  let submittedAt: number | undefined
  const options = { attachOnConflict: call.attachOnConflict }
  const params = paramsOf(call)

  const onEvent = (event: TaskEvent) => Effect.sync(() => void events.push(event))
  const running = (options: RunOptions) =>
    asClient(
      call.partial
        ? (Runware.run(params, { ...options, partial: true }) as Call<ReadonlyArray<Outcome>>)
        : Effect.map(Runware.run(params, options) as Call<ReadonlyArray<Item>>, succeeded)
    )

  const operation: Effect.Effect<ReadonlyArray<Outcome>, RunwareError> = {
    run: running(options),
    callback: running({ ...options, onEvent }),
    events: asClient(
      Runware.events(params, options).pipe(
        Stream.runForEach((event) => Effect.sync(() => void events.push(event as TaskEvent))),
        Effect.andThen(
          Effect.sync(() => succeeded(events.flatMap((event) => (event._tag === "Done" ? event.results : []))))
        )
      )
    ),
    submitAndAttach: asClient(Runware.submit(params, options)).pipe(
      Effect.tap(() => Effect.map(Clock.currentTimeMillis, (now) => void (submittedAt = now))),
      Effect.flatMap((handle) => asClient(Effect.map(Runware.attach(handle), succeeded)))
    )
  }[call.kind]

  const { exit, interruptedAt } = yield* interruptible(operation, call.interruptedAfter)
  const endedAt = yield* Clock.currentTimeMillis
  return {
    call,
    startedAt,
    endedAt,
    ending: endingOf(Exit.map(exit, Arr.getSuccesses), failuresOf(exit)),
    interruptedAt,
    events,
    submittedAt
  }
})

type Call<A> = Effect.Effect<A, RunwareError, Runware.Runware>

type Outcome = Result.Result<Item, RunwareError>

const succeeded = (items: ReadonlyArray<Item>): ReadonlyArray<Outcome> => items.map((item) => Result.succeed(item))

const failuresOf = (exit: Exit.Exit<ReadonlyArray<Outcome>, RunwareError>): ReadonlyArray<RunwareError> =>
  Exit.isSuccess(exit) ? Arr.getFailures(exit.value) : []

/** Makes calls that travel in one request, at the time of the first, and reports on each. */
export const performTogether = Effect.fnUntraced(function* (
  calls: Arr.NonEmptyReadonlyArray<PlannedCall>,
  asClient: <A>(effect: Call<A>) => Effect.Effect<A, RunwareError>
): Effect.fn.Return<ReadonlyArray<CallReport>> {
  const [{ at, interruptedAfter, partial }] = calls
  yield* Effect.sleep(at)
  const startedAt = yield* Clock.currentTimeMillis
  const tasks = calls.map(paramsOf)
  const operation: Call<ReadonlyArray<Result.Result<ReadonlyArray<Outcome>, RunwareError>>> = partial
    ? Runware.run(tasks, { partial: true })
    : Effect.map(Runware.run(tasks), Arr.map(Result.map(succeeded)))
  const { exit, interruptedAt } = yield* interruptible(asClient(operation), interruptedAfter)
  const endedAt = yield* Clock.currentTimeMillis
  return calls.map((call, index): CallReport => {
    const own = Exit.isFailure(exit) ? Exit.failCause(exit.cause) : exitOf(exit.value[index])
    return {
      call,
      startedAt,
      endedAt,
      ending: endingOf(Exit.map(own, Arr.getSuccesses), failuresOf(own)),
      interruptedAt,
      events: [],
      submittedAt: undefined
    }
  })
})

const exitOf = (
  outcome: Result.Result<ReadonlyArray<Outcome>, RunwareError> | undefined
): Exit.Exit<ReadonlyArray<Outcome>, RunwareError> => {
  if (outcome === undefined) return Exit.die("no outcome for it")
  return Result.isSuccess(outcome) ? Exit.succeed(outcome.success) : Exit.fail(outcome.failure)
}

/** Runs an operation in a fiber of its own, which its caller interrupts after a while. */
export const interruptible = Effect.fnUntraced(function* <A>(
  operation: Effect.Effect<A, RunwareError>,
  interruptedAfter: number | undefined
) {
  const fiber = yield* Effect.forkChild(operation, { startImmediately: true })
  let interruptedAt: number | undefined
  const interruption = Effect.gen(function* () {
    if (interruptedAfter === undefined) return yield* Effect.never
    yield* Effect.sleep(interruptedAfter)
    interruptedAt = yield* Clock.currentTimeMillis
    yield* Fiber.interrupt(fiber)
  })
  const exit = yield* Effect.raceFirst(
    Fiber.await(fiber),
    Effect.andThen(
      interruption,
      Effect.suspend(() => Fiber.await(fiber))
    )
  )
  return { exit, interruptedAt }
})

export const endingOf = (
  exit: Exit.Exit<ReadonlyArray<Item>, RunwareError>,
  failures: ReadonlyArray<RunwareError> = []
): Ending => {
  if (Exit.isSuccess(exit)) return { _tag: "Results", items: exit.value, failures }
  if (Cause.hasInterruptsOnly(exit.cause)) return { _tag: "Interrupted" }
  const error: unknown = Cause.squash(exit.cause)
  return isRunwareError(error) && !Cause.hasDies(exit.cause)
    ? { _tag: "Error", error }
    : { _tag: "Defect", cause: Cause.pretty(exit.cause) }
}
