/** The text streams of a plan, read through the client's own operations, and what each of their readers got. */
import { Runware } from "@effect-runware/core"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import type { Item } from "@effect-runware/core/Task"
import type { TextChunk } from "@effect-runware/core/TextStream"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import type { PlannedStream } from "./StreamPlan.ts"
import { type Ending, endingOf, interruptible } from "./Workload.ts"

/** What one reader of a stream got. */
export interface Reading {
  readonly reader: "only" | "early" | "steady" | "late"
  readonly text: string
  readonly reasoning: string
  /** The fields of the chunks besides their deltas. */
  readonly closing: Readonly<Record<string, unknown>>
  readonly chunks: number
  /** `undefined` when it was interrupted. */
  readonly ending: "whole" | "left" | "error" | undefined
}

/** What is known of a stream afterwards. */
export interface StreamReport {
  readonly stream: PlannedStream
  readonly startedAt: number
  readonly endedAt: number
  /** When the first of its readers got something. */
  readonly firstChunkAt: number | undefined
  /** The whole as an item; none where the only reader left. */
  readonly ending: Ending
  readonly interruptedAt: number | undefined
  readonly readings: ReadonlyArray<Reading>
  /** Whether its request was open after its last reader had gone. */
  readonly isLeftOpen: boolean
}

/** The words by which the service's records are matched to streams. What needs several bytes is in the reasoning. */
const promptOf = ({ id, isFailing }: PlannedStream): string =>
  `call ${id}. Wörter, 文字, 👩🏽‍🚀 e\u0301${isFailing ? " [[fail:inferenceError]]" : ""}`

const paramsOf = (stream: PlannedStream) => ({
  model: stream.model,
  messages: [{ role: "user", content: promptOf(stream) }],
  includeUsage: stream.includeUsage,
  includeCost: stream.includeCost
})

/** Reads one stream, at its time, and reports. */
export const performStream = Effect.fnUntraced(function* (
  stream: PlannedStream,
  asClient: <A>(effect: Effect.Effect<A, RunwareError, Runware.Runware>) => Effect.Effect<A, RunwareError>,
  isOpen: Effect.Effect<boolean>
): Effect.fn.Return<StreamReport> {
  yield* Effect.sleep(stream.at)
  // The client's own clock may be wrong.
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const startedAt = now()
  const readings: Array<Reading> = []
  let firstChunkAt: number | undefined
  let steadyEndedAt: number | undefined

  /** Reads chunks to their end, or until it leaves. */
  const read = (
    reader: Reading["reader"],
    chunks: Stream.Stream<TextChunk, RunwareError, Runware.Runware>,
    most = Infinity
  ): Effect.Effect<void, RunwareError, Runware.Runware> => {
    let reading: Reading = { reader, text: "", reasoning: "", closing: {}, chunks: 0, ending: undefined }
    const end = (ending: Reading["ending"]) => Effect.sync(() => void readings.push({ ...reading, ending }))
    return Stream.take(chunks, most).pipe(
      Stream.runForEach((chunk) =>
        Effect.sync(() => {
          firstChunkAt ??= now()
          reading = extended(reading, chunk)
        })
      ),
      Effect.tap(() => end(reading.chunks >= most ? "left" : "whole")),
      Effect.tapError(() => end("error"))
    )
  }

  const alone = Effect.map(
    read("only", Runware.stream(paramsOf(stream)), stream.leavesAfter),
    (): ReadonlyArray<Item> => readings.flatMap(itemOf)
  )

  const together = Effect.gen(function* () {
    const { chunks, result } = yield* Runware.textStream(paramsOf(stream))
    const early = yield* Effect.forkChild(Effect.exit(read("early", chunks, stream.leavesAfter)))
    const late = yield* Effect.forkChild(
      Effect.exit(Effect.andThen(Effect.sleep(stream.joinsAfter), read("late", chunks)))
    )
    const whole = yield* Effect.exit(Effect.andThen(read("steady", chunks), result))
    steadyEndedAt = now()
    yield* Fiber.awaitAll([early, late])
    const items: ReadonlyArray<Item> = [yield* whole]
    return items
  }).pipe(Effect.scoped)

  const operation = stream.kind === "single" ? asClient(alone) : asClient(together)
  const { exit, interruptedAt } = yield* interruptible(operation, stream.interruptedAfter)
  const isLeftOpen = yield* isOpen
  // A late reader may come after the end.
  const endedAt = interruptedAt === undefined ? (steadyEndedAt ?? now()) : now()
  return {
    stream,
    startedAt,
    endedAt,
    firstChunkAt,
    ending: endingOf(exit),
    interruptedAt,
    readings,
    isLeftOpen
  }
})

const extended = (reading: Reading, { delta, ...fields }: TextChunk): Reading => ({
  ...reading,
  text: reading.text + (delta?.text ?? ""),
  reasoning: reading.reasoning + (delta?.reasoningContent ?? ""),
  closing: { ...reading.closing, ...fields },
  chunks: reading.chunks + 1
})

/** The whole that a reader of chunks puts together. */
const itemOf = ({ closing, ending, reasoning, text }: Reading): ReadonlyArray<Item> =>
  ending === "whole"
    ? [
        {
          ...closing,
          taskType: "textInference",
          taskUUID: String(closing["taskUUID"]),
          text,
          ...(reasoning === "" ? {} : { reasoningContent: reasoning })
        }
      ]
    : []
