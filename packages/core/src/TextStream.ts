/**
 * Text that arrives as it is written: what a text model is asked, the chunks that come back, and the handle on a stream
 * that several readers share. `Runware.stream` gives the chunks, `Runware.textStream` the handle.
 *
 * @since 0.1.0
 */
import type { ModelName } from "@effect-runware/schemas/calls"
import type { ModelParams } from "@effect-runware/schemas/parameters"
import type { ModelResults } from "@effect-runware/schemas/results"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { replyError } from "./internal/judgement.ts"
import { loadStreaming } from "./internal/textStream/loading.ts"
import { chunkOfItem } from "./internal/textStream/wholeText.ts"
import type { TaskType } from "./Protocol.ts"
import { type RunwareError, withDetails } from "./RunwareError.ts"
import type { Task, TaskUUID } from "./Task.ts"
import type { Reply } from "./Transport.ts"

/**
 * Why a text ended: a natural stop, the token limit, the content filter, a call of a tool, or a word that is new.
 *
 * @since 0.1.0
 * @category models
 */
export type FinishReason = "stop" | "length" | "content_filter" | "tool_calls" | "tool_use" | "unknown" | (string & {})

/**
 * What a text cost in tokens. Unknown fields, such as a breakdown of the cost, are kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextUsage {
  readonly promptTokens?: number
  readonly completionTokens?: number
  readonly totalTokens?: number
  /** Tokens spent on reasoning, which are billed apart. */
  readonly thinkingTokens?: number
  readonly completionTokensDetails?: { readonly reasoningTokens?: number; readonly [field: string]: unknown }
  readonly costBreakdown?: TextCostBreakdown
  readonly [field: string]: unknown
}

/**
 * How the cost of a text comes about, in US dollars.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextCostBreakdown {
  readonly tokens?: Readonly<Record<"prompt" | "cache" | "completion", Readonly<Record<string, unknown>>>>
  readonly total?: number
  readonly totalDisplay?: string
  readonly [field: string]: unknown
}

/**
 * What a chunk adds. Fields that nobody knows yet, such as calls of tools, are kept as they came.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextDelta {
  readonly text?: string
  readonly reasoningContent?: string
  readonly [field: string]: unknown
}

/**
 * One event of a text stream, as the service sent it.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextChunk {
  readonly taskType: TaskType
  readonly taskUUID: string
  readonly delta?: TextDelta
  /** `null` until the text has ended. */
  readonly finishReason?: FinishReason | null
  /** With the last chunks, when the task asked for `includeUsage`. */
  readonly usage?: TextUsage
  /** US dollars, with the last chunks, when the task asked for `includeCost`. */
  readonly cost?: number
  readonly [field: string]: unknown
}

/**
 * A text as a whole, once its stream has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextResult {
  readonly taskType: TaskType
  readonly taskUUID: string
  readonly text: string
  /** The model's reasoning, when it shares it. */
  readonly reasoningContent?: string
  readonly finishReason?: FinishReason
  readonly usage?: TextUsage
  readonly cost?: number
  /** Whatever else the closing chunks held. */
  readonly [field: string]: unknown
}

/**
 * A text stream that any number of readers share. There is one request, which the first reader starts; it is pulled as
 * fast as the fastest reader reads, and closed when the last one leaves or the scope ends.
 *
 * A reader that comes late gets everything from the start, unless the call said `replay: false`; then it gets what comes
 * from now on. A reader that is slower than another one may fall behind by `streamBuffer` chunks; one that falls further
 * behind, or comes after so many have passed, fails with raw code `streamBufferExceeded`, alone.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextStream {
  readonly taskUUID: TaskUUID
  /** Everything, as it came. */
  readonly chunks: Stream.Stream<TextChunk, RunwareError>
  /** The answer, in the pieces that came. */
  readonly text: Stream.Stream<string, RunwareError>
  /** The reasoning, in the pieces that came. */
  readonly reasoning: Stream.Stream<string, RunwareError>
  /** The whole, once it has ended. Waiting for it reads as fast as the network gives. */
  readonly result: Effect.Effect<TextResult, RunwareError>
}

/**
 * What one stream may say differently from the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamOptions {
  /** Bounds the whole stream, from its first reader on. Default: the client's `timeout`. */
  readonly timeout?: Duration.Input | undefined
  /** Check this task before it is sent. Default: the client's `validate`. */
  readonly validate?: boolean | undefined
}

/**
 * What a shared stream may say besides: with `replay: false` nothing is kept for readers that come late, so that memory
 * stays flat however long the text is.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextStreamOptions extends StreamOptions {
  readonly replay?: boolean | undefined
}

/**
 * One message of a conversation.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface TextMessage {
  readonly role: "user" | "assistant" | "tool" | "system" | (string & {})
  readonly content?: unknown
  /** The call that a message of role `tool` answers. */
  readonly id?: string | undefined
  /** The calls that a message of role `assistant` made. */
  readonly tools?: ReadonlyArray<TextToolCall> | undefined
  readonly [field: string]: unknown
}

/**
 * A call of a tool, as a conversation records it.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface TextToolCall {
  readonly id: string
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * A function that the model may ask to be called; `schema` is the JSON Schema of its input.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface TextTool {
  readonly type: "function" | (string & {})
  readonly name: string
  readonly description?: string | undefined
  readonly schema?: Readonly<Record<string, unknown>> | undefined
  readonly [field: string]: unknown
}

/**
 * Whether the model must, may or must not call a tool, and which.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface TextToolChoice {
  readonly type: string
  readonly name?: string | undefined
  readonly [field: string]: unknown
}

/**
 * How a text model goes about it. Which of these a model takes is its own affair; validation tells.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface TextSettings {
  readonly systemPrompt?: string | undefined
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  readonly topK?: number | undefined
  readonly minP?: number | undefined
  readonly stopSequences?: ReadonlyArray<string> | undefined
  readonly frequencyPenalty?: number | undefined
  readonly presencePenalty?: number | undefined
  readonly repetitionPenalty?: number | undefined
  readonly seed?: number | undefined
  readonly thinkingLevel?: string | undefined
  readonly thinking?: unknown
  readonly thinkingMode?: string | undefined
  readonly cache?:
    | {
        readonly scope?: "system" | "system+history" | (string & {}) | undefined
        readonly ttl?: "5m" | "1h" | (string & {}) | undefined
      }
    | undefined
  readonly [setting: string]: unknown
}

/**
 * What every text model takes.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface TextParams {
  /** The conversation so far, oldest first. */
  readonly messages: ReadonlyArray<TextMessage>
  readonly settings?: TextSettings | undefined
  /** Functions that the model may ask to be called. */
  readonly tools?: ReadonlyArray<TextTool> | undefined
  readonly toolChoice?: TextToolChoice | undefined
  /** Whether the closing chunk says how many tokens were used. */
  readonly includeUsage?: boolean | undefined
  /** Whether the closing chunk says what it cost, in US dollars. */
  readonly includeCost?: boolean | undefined
  /** A version 4 UUID of your own; it is the idempotency key of the purchase. Default: a new one. */
  readonly taskUUID?: string | undefined
  readonly taskType?: "textInference" | undefined
}

/**
 * A curated text model, by AIR or by slug.
 *
 * @since 0.1.0
 * @category parameters
 */
export type TextModel = {
  readonly [M in ModelName]: ModelResults[M] extends { readonly taskType: "textInference" } ? M : never
}[ModelName]

/** Parameters of a curated model that a stream settles itself, or that {@link TextParams} types more closely. */
type Settled = keyof TextParams | "model" | "deliveryMethod" | "numberResults"

/**
 * The parameters of a stream: those of the curated model that it names, any besides the usual ones where it is unknown.
 *
 * @since 0.1.0
 * @category parameters
 */
export type StreamParams<M> = TextParams & { readonly model: M | TextModel } & ([M] extends [TextModel]
    ? Omit<ModelParams[M], Settled> & { readonly numberResults?: 1 | undefined }
    : [M] extends [ModelName]
      ? // A curated model that writes no text.
        { readonly model: TextModel }
      : { readonly [parameter: string]: unknown })

/**
 * A reply that holds the whole text, as a stream of what it holds: for a service, a proxy or a mock that doesn't stream.
 * Its errors fail the stream.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofReply = (reply: Reply, task: Task): Stream.Stream<TextChunk, RunwareError> => {
  const error = replyError(reply, task)
  const chunks = Stream.fromIterable(reply.items.map((item) => chunkOfItem(item, task)))
  return error === undefined
    ? chunks
    : Stream.concat(chunks, Stream.fail(withDetails(error, { submission: submissionOf(reply) })))
}

/**
 * Loads what streams texts, which is no part of what a client loads at its start. The first stream does it by itself; a
 * program that can't wait then, such as a test on virtual time, does it ahead.
 *
 * Fails with code `connection` where the module isn't to be had.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load: Effect.Effect<void, RunwareError> = /* @__PURE__ */ Effect.asVoid(loadStreaming)

/** A failure beside results, or of a generation, is of a task that was accepted. */
const submissionOf = ({ errors, items, statusCode = 200 }: Reply) => {
  if (items.length > 0 || errors.some(({ status }) => status === "error")) return "accepted"
  return statusCode >= 500 || statusCode === 408 || statusCode === 425 ? "unknown" : "rejected"
}
