/**
 * A call as tracers and metrics see it. What is said of it is derived from its account; spans are made by `tracing`, if
 * at all, and metrics are updated in place, since nobody can tell whether they are read.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type { RunwareError } from "../RunwareError.ts"
import * as Metrics from "../RunwareMetrics.ts"
import { generationsOf, isPoll, type Item, type Task } from "../Task.ts"
import type { Reply, Transport } from "../Transport.ts"
import type { Account } from "./call.ts"
import { isJsonObject } from "./json.ts"
import { annotate, type Attributes, isTraced, spanned, traced } from "./tracing.ts"

/** What a call that succeeds has come to: its results, or a handle on them. */
export type Aim = "success" | "submitted"

type Watch = <A>(effect: Effect.Effect<A, RunwareError>) => Effect.Effect<A, RunwareError>

/** Counts a call and completes the span that it runs in, once and however it ends. */
export const observed =
  (account: Account, aim: Aim = "success"): Watch =>
  (effect) =>
    Effect.onExit(effect, (exit) =>
      Effect.withFiber((fiber) => {
        const outcome = codeOf(exit) ?? account.failure?.code ?? aim
        measure(account, outcome, fiber.getRef(Clock.Clock).currentTimeMillisUnsafe(), fiber.context)
        const { span } = fiber.cache
        if (isTraced(fiber) && span?._tag === "Span") annotate(span, { ...endOf(account), ...errorOf(exit, account) })
        return Effect.void
      })
    )

/** The same for what only prepares a call, which is the end of it when it fails: that is told in a span of its own. */
export const preparing =
  (name: string, account: Account): Watch =>
  (effect) =>
    Effect.onExit(effect, (exit) =>
      Exit.isSuccess(exit) ? Effect.void : Effect.asVoid(Effect.exit(exit.pipe(observed(account), traced(name))))
    )

/** Counts a task as in flight while an effect runs. */
export const inFlight = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    // Counted inside what is ensured: a fiber may be interrupted before any step.
    let change = 0
    const count = (by: number) =>
      Effect.withFiber(({ context }) => {
        change += by
        Metrics.tasksInFlight.modifyUnsafe(by, context)
        return Effect.void
      })
    return Effect.ensuring(
      Effect.andThen(count(1), effect),
      Effect.suspend(() => (change === 0 ? Effect.void : count(-1)))
    )
  })

/** Counts one poll of a call. */
export const countPoll = (account: Account): Effect.Effect<void> =>
  Effect.withFiber(({ context }) => {
    countPollIn(account, context)
    return Effect.void
  })

/** The same where no effect runs. */
export const countPollIn = (account: Account, context: Context.Context<never>): void => {
  account.polls++
  seriesOf(taskTypeOf(account)).polls.updateUnsafe(1, context)
}

/** The transport with a span around each exchange. */
export const exchanging = (transport: Transport["Service"]): Transport["Service"] => ({
  ...transport,
  exchange: (task) => exchanged(transport.kind, task, transport.exchange(task)),
  exchangeMany: (tasks) =>
    transport
      .exchangeMany(tasks)
      .pipe(traced("Runware.exchange", () => ({ "runware.transport": transport.kind, "runware.tasks": tasks.length })))
})

/** One exchange of a task in a span: its request or frame, until its reply. */
export const exchanged = (
  kind: string,
  task: Task,
  exchange: Effect.Effect<Reply, RunwareError>
): Effect.Effect<Reply, RunwareError> =>
  spanned(
    "Runware.exchange",
    () => ({ "runware.transport": kind, ...namesOf(task) }),
    (span) =>
      span === undefined
        ? exchange
        : Effect.onExit(exchange, (exit) =>
            Effect.sync(() => annotate(span, Exit.isSuccess(exit) ? replyOf(exit.value) : errorOf(exit)))
          )
  )

const measure = (account: Account, outcome: string, now: number, context: Context.Context<never>): void => {
  const { attempts, results, startedAt, task } = account
  const series = seriesOf(taskTypeOf(account))
  series.outcome(outcome).updateUnsafe(1, context)
  if (outcome === "success" && attempts > 0) series.timeToResult.updateUnsafe((now - startedAt) / 1000, context)
  if (results.length === 0) return
  const cost = sumOf(results, (item) => item["cost"])
  if (cost !== undefined) series.cost.updateUnsafe(cost, context)
  if (task === undefined || taskTypeOf(account) !== "textInference") return
  for (const [type, count] of Object.entries(usageOf(results))) {
    if (count !== undefined) tokensOf(task, type).updateUnsafe(count, context)
  }
}

/** The metrics of one task type: attributes are costly to add, and there are few task types. */
interface Series {
  readonly outcome: (outcome: string) => Metric.Metric<number, unknown>
  readonly polls: Metric.Metric<number, unknown>
  readonly cost: Metric.Metric<number, unknown>
  readonly timeToResult: Metric.Metric<number, unknown>
}

const remembered = <A>(make: (name: string) => A): ((name: string) => A) => {
  const made = new Map<string, A>()
  return (name) => {
    const known = made.get(name)
    if (known !== undefined) return known
    const fresh = make(name)
    made.set(name, fresh)
    return fresh
  }
}

const seriesNamed = remembered((taskType): Series => {
  const attributes = taskType === "" ? {} : { "runware.task_type": taskType }
  return {
    outcome: remembered((outcome) =>
      Metric.withAttributes(Metrics.tasks, { ...attributes, "runware.outcome": outcome })
    ),
    polls: Metric.withAttributes(Metrics.polls, attributes),
    cost: Metric.withAttributes(Metrics.cost, attributes),
    timeToResult: Metric.withAttributes(Metrics.timeToResult, attributes)
  }
})

const seriesOf = (taskType = ""): Series => seriesNamed(taskType)

/** Who comes back for a task by its UUID alone learns its type from the results. */
const taskTypeOf = ({ results, task }: Account): string | undefined =>
  task === undefined || isPoll(task) ? results[0]?.taskType : task.taskType

const tokensOf = (task: Task, type: string) =>
  Metric.withAttributes(Metrics.tokenUsage, {
    "gen_ai.operation.name": generative["gen_ai.operation.name"],
    "gen_ai.provider.name": generative["gen_ai.provider.name"],
    ...(task.model === undefined ? {} : { "gen_ai.request.model": task.model }),
    "gen_ai.token.type": type
  })

const generative = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "runware"
} as const

const namesOf = ({ deliveryMethod, model, taskType, taskUUID }: Task): Attributes => ({
  "runware.task_type": taskType,
  "runware.task_uuid": taskUUID,
  "runware.model": model,
  "runware.delivery_method": deliveryMethod
})

/** What the span of a call says at its end. */
const endOf = (account: Account): Attributes => {
  const { attempts, polls, results, submission, task } = account
  const taskType = taskTypeOf(account)
  return {
    ...(task === undefined ? {} : namesOf(task)),
    ...(task !== undefined && taskType === "textInference" ? textOf(task, results) : {}),
    "runware.task_type": taskType,
    "runware.generations": task === undefined || isPoll(task) ? undefined : generationsOf(task),
    "runware.results": results.length,
    "runware.attempts": attempts,
    "runware.polls": polls,
    "runware.submission": submission,
    "runware.cost": sumOf(results, (item) => item["cost"])
  }
}

/** What OpenTelemetry has names for, of a text. */
const textOf = (task: Task, results: ReadonlyArray<Item>): Attributes => {
  const { settings } = task
  const asked = isJsonObject(settings) ? settings : {}
  const { input, output } = usageOf(results)
  const reasons = results.flatMap(({ finishReason }) => (typeof finishReason === "string" ? [finishReason] : []))
  return {
    ...generative,
    "gen_ai.output.type": "text",
    "gen_ai.request.model": task.model,
    "gen_ai.request.max_tokens": asked["maxTokens"],
    "gen_ai.request.temperature": asked["temperature"],
    "gen_ai.request.top_p": asked["topP"],
    "gen_ai.request.top_k": asked["topK"],
    "gen_ai.usage.input_tokens": input,
    "gen_ai.usage.output_tokens": output,
    "gen_ai.response.finish_reasons": reasons.length === 0 ? undefined : reasons
  }
}

const usageOf = (results: ReadonlyArray<Item>) => {
  const usages = results.flatMap(({ usage }) => (isJsonObject(usage) ? [usage] : []))
  return {
    input: sumOf(usages, ({ promptTokens }) => promptTokens),
    output: sumOf(usages, ({ completionTokens }) => completionTokens)
  }
}

/** The sum of what is a number; none when nothing is. */
const sumOf = <A>(all: ReadonlyArray<A>, valueOf: (one: A) => unknown): number | undefined => {
  let sum: number | undefined
  for (const one of all) {
    const value = valueOf(one)
    if (typeof value === "number" && value >= 0) sum = (sum ?? 0) + value
  }
  return sum
}

const replyOf = ({ errors, items, statusCode }: Reply): Attributes => ({
  "http.response.status_code": statusCode,
  "runware.reply.items": items.length,
  "runware.reply.errors": errors.length,
  "runware.reply.error_code": errors[0]?.code
})

/** The code that a call ended with, in the words of `RunwareErrorCode`; none when it succeeded. */
export const codeOf = (exit: Exit.Exit<unknown, RunwareError>): string | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  const error = Cause.findErrorOption(exit.cause)
  if (Option.isSome(error)) return error.value.code
  return Cause.hasInterrupts(exit.cause) ? "aborted" : "unknown"
}

/** OpenTelemetry's name for what went wrong, and the service's own word. */
export const errorOf = (exit: Exit.Exit<unknown, RunwareError>, account?: Account): Attributes => {
  const error = Exit.isSuccess(exit) ? account?.failure : Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  return { "error.type": codeOf(exit) ?? error?.code, "runware.error.raw_code": error?.rawCode }
}
