/**
 * When to ask for a task's results. By default a client learns how long each kind of task takes and aims its polls there;
 * the cadence of the official SDKs, and any of your own, can take that place.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { aim, type Plan, planOf } from "./internal/aiming.ts"
import { readLearned } from "./internal/learned.ts"
import { kindOf } from "./internal/taskKind.ts"
import { blank, merge, observe, type Sighting, type TimeSketch, weightOf } from "./internal/timeSketch.ts"
import type { Settings } from "./RunwareConfig.ts"
import type { RunwareError } from "./RunwareError.ts"
import type { Task } from "./Task.ts"

/**
 * A task that still runs, when its next poll is to be timed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Waiting {
  readonly task: Task
  /** Polls that have been sent for it. */
  readonly polls: number
  /** Milliseconds since its acknowledgement came. */
  readonly elapsed: number
  /** Milliseconds that its last poll took to be answered; none before the first, or when it was lost. */
  readonly trip?: number | undefined
}

/**
 * When the results of a task became ready, as well as that can be known: not yet at `after`, the last poll that said so (0
 * if none did), and at `by`, the first poll that had them. Milliseconds since the acknowledgement.
 *
 * @since 0.1.0
 * @category models
 */
export interface Readiness {
  readonly task: Task
  readonly after: number
  readonly by: number
  /** When the acknowledgement came, in milliseconds of a clock that all tasks share. */
  readonly startedAt: number
}

/**
 * Says how long to wait before the next poll of a task, and may learn from when its results were there. `learn` is told of
 * tasks only whose end is known: all results came, the time of the start is certain, and no poll in between was lost.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cadence {
  readonly next: (waiting: Waiting) => Duration.Duration
  readonly learn?: (readiness: Readiness) => void
}

/**
 * A cadence of your own, in place of the one that the options choose.
 *
 * @since 0.1.0
 * @category references
 */
export const Polling: Context.Reference<Cadence | undefined> = Context.Reference<Cadence | undefined>(
  "@effect-runware/core/Polling",
  { defaultValue: () => undefined }
)

/**
 * `pollDelay`, then `pollInterval` growing by `pollFactor` up to `maxPollInterval`. With the defaults a task is asked for
 * 1.0, 1.5, 2.25, 3.4, 5.1, 7.6, 11.4, 17.1, 25.6 s after its acknowledgement, then every 10 s, as the official SDKs do.
 *
 * @since 0.1.0
 * @category constructors
 */
export const standard = (
  settings: Pick<Settings, "pollDelay" | "pollInterval" | "pollFactor" | "maxPollInterval">
): Cadence => ({
  next: ({ polls }) =>
    polls === 0
      ? settings.pollDelay
      : Duration.min(
          settings.maxPollInterval,
          Duration.millis(Duration.toMillis(settings.pollInterval) * settings.pollFactor ** (polls - 1))
        )
})

/**
 * Polls aimed by the times that tasks of the same kind took: first where the earliest results come, then densely where they
 * cluster and sparsely where they don't. A kind that is not known yet is polled with gaps of a fifth of the time that has
 * passed, 200 ms at least and 20 s at most. Answers that come later than usual space polls out: more of them would only wait
 * longer. Each poll is due `pollWindow` early: that long it may wait for company.
 *
 * @since 0.1.0
 * @category constructors
 */
export const adaptive = (times: TaskTimes["Service"], settings: Pick<Settings, "pollWindow">): Cadence => {
  const early = Duration.toMillis(settings.pollWindow)
  /** The shortest trip of a poll of late: what goes beyond it is spent in a queue. */
  let quickest = Infinity
  return {
    next: ({ elapsed, polls, task, trip }) => {
      if (trip !== undefined) quickest = Math.min(quickest * 1.001, trip)
      const due = times.due(task, elapsed, jitterOf(task.taskUUID, polls)) - early
      return Duration.millis(Math.max(1, due - elapsed, trip === undefined ? 0 : trip - quickest))
    },
    learn: times.learn
  }
}

/** Spread by the UUID, so that the same calls are polled at the same times again. */
const jitterOf = (taskUUID: string, polls: number): number => {
  const fraction = ((Number.parseInt(taskUUID.slice(-8), 16) + polls) * 0.618_033_988_749_895) % 1
  return Number.isNaN(fraction) ? 0 : fraction * 2 - 1
}

/**
 * What a client has learned of how long tasks take, as plain JSON: good in a file or a cache for whoever comes next. Up to
 * about 3 kB for each kind of task.
 *
 * @since 0.1.0
 * @category models
 */
export interface LearnedTimes {
  readonly version: 1
  /** From the least recently to the most recently used. */
  readonly kinds: ReadonlyArray<LearnedKind>
}

/**
 * The times of one kind of task: how often they fell into each bin. Bin `n` holds times from 1.01^n milliseconds on.
 *
 * @since 0.1.0
 * @category models
 */
export interface LearnedKind {
  readonly kind: string
  readonly first: number
  readonly weights: ReadonlyArray<number>
}

/**
 * The memory behind {@link adaptive}: how long tasks took, for each model and about the same size, duration, steps and number
 * of results. It follows a model that changes its pace, and its size is bounded by `capacity`. Clients that are built over
 * the same one share it; without one, each client has its own.
 *
 * @since 0.1.0
 * @category services
 */
export class TaskTimes extends Context.Service<
  TaskTimes,
  {
    /** When to ask for a task next, in milliseconds since its acknowledgement; `jitter` is from -1 to 1. */
    readonly due: (task: Task, elapsed: number, jitter: number) => number
    readonly learn: (readiness: Readiness) => void
    /** All that has been learned. */
    readonly learned: Effect.Effect<LearnedTimes>
    /** Adds what was learned elsewhere. Fails with code `validation` when it is something else. */
    readonly add: (learned: unknown) => Effect.Effect<void, RunwareError>
  }
>()("@effect-runware/core/Polling/TaskTimes") {}

/**
 * What {@link layerAdaptive} takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface AdaptiveOptions {
  /** What was learned earlier, from `TaskTimes.learned`. Parsed JSON is fine: it is checked. */
  readonly learned?: LearnedTimes | undefined
  /** Kinds of task that are remembered; beyond it the one that was not used for longest is forgotten. Default 256. */
  readonly capacity?: number | undefined
}

interface Known {
  sketch: TimeSketch
  /** What the sketch and the plan don't hold yet. */
  unread: Array<Sighting>
  plan: Plan | undefined
  /** Sightings after which there is to be another plan: few change it little, the less the more were seen. */
  stale: number
  /** When the last task that was seen had ended. */
  endedAt: number
  /** The part of their time in which the last ones ran alone, about. */
  alone: number
}

const nothingOf = (sketch: TimeSketch): Known => ({
  sketch,
  unread: [],
  plan: undefined,
  stale: 0,
  endedAt: -Infinity,
  alone: 1
})

/** All that was seen, in the sketch. */
const sketchOf = (known: Known): TimeSketch => {
  if (known.unread.length === 0) return known.sketch
  known.sketch = observe(known.sketch, known.unread)
  known.unread = []
  return known.sketch
}

/**
 * An empty memory, for {@link adaptive}.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeTaskTimes = ({ capacity = 256 }: Pick<AdaptiveOptions, "capacity"> = {}): TaskTimes["Service"] => {
  // In the order of their last use: what is used moves to the end.
  const kinds = new Map<string, Known>()
  let last: Known | undefined

  const put = (kind: string, known: Known): void => {
    kinds.delete(kind)
    kinds.set(kind, known)
    last = known
    for (const oldest of kinds.keys()) {
      if (kinds.size <= Math.max(1, capacity)) break
      kinds.delete(oldest)
    }
  }

  return TaskTimes.of({
    due: (task, elapsed, jitter) => {
      const kind = kindOf(task)
      const known = kinds.get(kind)
      if (known !== undefined) {
        if (last !== known) put(kind, known)
        if (known.unread.length >= known.stale) {
          const sketch = sketchOf(known)
          known.plan = planOf(sketch, known.alone)
          known.stale = known.plan === undefined ? 1 : Math.max(4, weightOf(sketch) / 16)
        }
      }
      return aim(known?.plan, elapsed, jitter)
    },
    learn: ({ after, by, startedAt, task }) => {
      const kind = kindOf(task)
      const known = kinds.get(kind) ?? nothingOf(blank)
      const endedAt = startedAt + by
      const alone = Math.max(0, Math.min(1, (endedAt - known.endedAt) / Math.max(1, by)))
      known.unread.push({ after, by, alone })
      // A plan that nobody asks for must not let them heap up.
      if (known.unread.length >= 1000) {
        sketchOf(known)
        known.stale = 0
      }
      known.endedAt = Math.max(known.endedAt, endedAt)
      known.alone += (alone - known.alone) / 8
      put(kind, known)
    },
    learned: Effect.sync(() => ({
      version: 1,
      kinds: Array.from(kinds, ([kind, known]) => {
        const { first, weights } = sketchOf(known)
        return { kind, first, weights: weights.map((weight) => Math.round(weight * 1000) / 1000) }
      })
    })),
    add: (learned) =>
      Effect.map(Effect.fromResult(readLearned(learned)), (read) => {
        for (const { kind, ...sketch } of read.kinds) {
          const known = kinds.get(kind)
          const all = known === undefined ? sketch : merge(sketchOf(known), sketch)
          put(kind, { ...nothingOf(all), endedAt: known?.endedAt ?? -Infinity })
        }
      })
  })
}

/**
 * A memory of task times to be shared, filled from an earlier one, or saved: clients whose `polling` is `adaptive` use it. Fails
 * with code `validation` when `learned` is not what `TaskTimes.learned` gave.
 *
 * ```ts
 * import { Polling, Runware } from "@effect-runware/core"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   yield* Runware.run({ model: "runware:101@1", positivePrompt: "a heron", width: 512, height: 512 })
 *   const times = yield* Polling.TaskTimes
 *   return JSON.stringify(yield* times.learned)
 * })
 *
 * export const Live = Layer.provideMerge(Runware.layerFetch(), Polling.layerAdaptive())
 * export const main = Effect.provide(program, Live)
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerAdaptive = (options: AdaptiveOptions = {}): Layer.Layer<TaskTimes, RunwareError> =>
  Layer.effect(
    TaskTimes,
    Effect.suspend(() => {
      const times = makeTaskTimes(options)
      return options.learned === undefined ? Effect.succeed(times) : Effect.as(times.add(options.learned), times)
    })
  )
