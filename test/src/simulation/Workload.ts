/** The calls of a plan, made through the client's own operations, and what became of each. */
import { Runware } from "@effect-runware/core"
import { isRunwareError, type RunwareError } from "@effect-runware/core/RunwareError"
import type { Item, TaskEvent } from "@effect-runware/core/Task"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import type { PlannedCall } from "./Plan.ts"

/** How a call ended. */
export type Ending =
  | { readonly _tag: "Results"; readonly items: ReadonlyArray<Item> }
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

  const operation: Effect.Effect<ReadonlyArray<Item>, RunwareError> = {
    run: asClient(Runware.run(params, options) as Effect.Effect<ReadonlyArray<Item>, RunwareError, Runware.Runware>),
    events: asClient(
      Runware.events(params, options).pipe(
        Stream.runForEach((event) => Effect.sync(() => void events.push(event as TaskEvent))),
        Effect.andThen(Effect.sync(() => events.flatMap((event) => (event._tag === "Done" ? event.results : []))))
      )
    ),
    submitAndAttach: asClient(Runware.submit(params, options)).pipe(
      Effect.tap(() => Effect.map(Clock.currentTimeMillis, (now) => void (submittedAt = now))),
      Effect.flatMap((handle) => asClient(Runware.attach(handle)))
    )
  }[call.kind]

  const fiber = yield* Effect.forkChild(operation, { startImmediately: true })
  let interruptedAt: number | undefined
  const interruption = Effect.gen(function* () {
    if (call.interruptedAfter === undefined) return yield* Effect.never
    yield* Effect.sleep(call.interruptedAfter)
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
  const endedAt = yield* Clock.currentTimeMillis
  return { call, startedAt, endedAt, ending: endingOf(exit), interruptedAt, events, submittedAt }
})

const endingOf = (exit: Exit.Exit<ReadonlyArray<Item>, RunwareError>): Ending => {
  if (Exit.isSuccess(exit)) return { _tag: "Results", items: exit.value }
  if (Cause.hasInterruptsOnly(exit.cause)) return { _tag: "Interrupted" }
  const error: unknown = Cause.squash(exit.cause)
  return isRunwareError(error) && !Cause.hasDies(exit.cause)
    ? { _tag: "Error", error }
    : { _tag: "Defect", cause: Cause.pretty(exit.cause) }
}
