/**
 * Text streams: what is sent when, settled as a whole when the task is accepted, and sent part by part as time comes. The
 * task itself is an ordinary one: it is billed at its end, and goes on when its client leaves.
 */
import type { WireItem, WireTask } from "@effect-runware/core/Protocol"
import type { Generation } from "../TaskRecord.ts"
import type { StreamPart, StreamSwitches } from "../Streaming.ts"
import { compose } from "./prose.ts"
import { drop, lookup, put, schedule, type Turn } from "./turn.ts"

/** Pieces after which a stream says that it is alive. */
const pingEvery = 16

/** Starts to stream an accepted task. */
export const start = (
  turn: Turn,
  requestId: string,
  task: WireTask,
  generation: Generation,
  switches: StreamSwitches
): void => {
  put(turn, "streams", requestId, {
    parts: partsOf(task, generation, switches),
    sent: 0,
    startedAt: turn.now,
    endsAt: generation.completesAt
  })
  schedule(turn, turn.now, { _tag: "StreamOn", requestId })
}

/** Sends what is due, and promises the rest. */
export const goOn = (turn: Turn, requestId: string): void => {
  const stream = lookup(turn.state.streams, requestId)
  const part = stream?.parts[stream.sent]
  if (stream === undefined || part === undefined) return drop(turn, "streams", requestId)
  turn.events.push({ _tag: "StreamPart", requestId, part })
  const sent = stream.sent + 1
  put(turn, "streams", requestId, { ...stream, sent })
  // The closing parts come when the task is complete, and billed.
  const share = Math.min(1, sent / Math.max(1, stream.parts.length - 3))
  const at = stream.startedAt + Math.round((stream.endsAt - stream.startedAt) * share)
  schedule(turn, Math.max(turn.now, at), { _tag: "StreamOn", requestId })
}

const partsOf = (task: WireTask, { outcome }: Generation, switches: StreamSwitches): ReadonlyArray<StreamPart> => {
  const { taskType, taskUUID } = task
  const chunk = (fields: WireItem): StreamPart => {
    const payload = { taskUUID, taskType, ...fields }
    return { _tag: "Data", payload: switches.streamChunks === "wrapped" ? { data: payload } : payload }
  }
  const fields = outcome._tag === "Success" ? outcome.fields : { text: compose(task, 0).text }
  const { cost, finishReason, usage } = fields
  const pieces = [
    ...piecesOf(fields["reasoningContent"]).map((reasoningContent) =>
      chunk({ delta: { reasoningContent }, finishReason: null })
    ),
    ...piecesOf(fields["text"]).map((text) => chunk({ delta: { text }, finishReason: null }))
  ]
  const content = pieces.flatMap((piece, index): ReadonlyArray<StreamPart> =>
    index % pingEvery === 0 ? [ping, piece] : [piece]
  )
  const middle = content.slice(0, Math.ceil(content.length / 2))
  const head: StreamPart = { _tag: "Head", switches }
  if (outcome._tag === "Failure") {
    const error = { ...outcome.error, taskType, taskUUID }
    const payload = switches.streamErrors === "errors" ? { errors: [error] } : { error, taskType, taskUUID }
    return [head, ...middle, { _tag: "Data", payload }, { _tag: "End" }]
  }
  if (switches.streamEnd === "cut") return [head, ...middle, { _tag: "Cut" }]
  if (switches.streamEnd === "stall") return [head, ...middle]
  const closing = chunk({
    delta: {},
    finishReason,
    ...(usage === undefined ? {} : { usage }),
    ...(cost === undefined ? {} : { cost })
  })
  const done: ReadonlyArray<StreamPart> = switches.streamEnd === "done" ? [{ _tag: "Data", payload: "[DONE]" }] : []
  return [head, ...content, closing, ...done, { _tag: "End" }]
}

const ping: StreamPart = { _tag: "Comment", text: "ping" }

/** A text in pieces of a few characters, as tokens are; no character is cut. */
const piecesOf = (text: unknown): ReadonlyArray<string> =>
  typeof text === "string" ? (text.match(/\s*\S{1,5}/gu) ?? []) : []
