/**
 * Text that arrives as it is written: its chunks, the whole, and the stream of them.
 *
 * @since 0.1.0
 */
import type { DurationInput } from "./ClientConfig.ts"
import type { TaskType } from "./Task.ts"
import type { StreamParams, TextModel } from "./TextParams.ts"

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
 * What a stream may say differently from the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamOptions {
  /**
   * Gives the stream up: the request ends and every reader rejects with code `aborted`, or `timeout` for an
   * `AbortSignal.timeout`, with what had come in `results`. A signal that is aborted already sends nothing.
   */
  readonly signal?: AbortSignal | undefined
  /** Bounds the whole stream, from its first reader on. Default: the client's `timeout`. */
  readonly timeout?: DurationInput | undefined
  /** Check the task before it is sent. Default: the client's `validate`. */
  readonly validate?: boolean | undefined
  /**
   * Keep what has come for readers that come late. With `false` memory stays flat however long the text is, and they get
   * what comes from then on. Default `true`.
   */
  readonly replay?: boolean | undefined
}

/**
 * A text stream for any number of readers: every iterator, every stream of bytes, and every wait for the whole is one.
 * There is one request. The first reader sends it, it is read as fast as the fastest reader reads, and the last one that
 * leaves ends it; `break` in a `for await` leaves. Nothing is sent, and nothing rejects, without a reader.
 *
 * Whoever comes late gets everything from the start. A reader that falls behind by more than `streamBuffer` chunks rejects,
 * alone, with raw code `streamBufferExceeded`.
 *
 * Readers end when the text is complete. Otherwise they reject with a `RunwareError` whose `results` hold what had come.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextStream {
  /** The answer, in the pieces that came. */
  readonly textStream: AsyncIterable<string>
  /** The reasoning, in the pieces that came; none when the model shares none. */
  readonly reasoningStream: AsyncIterable<string>
  /** Everything, as the service sent it. */
  readonly chunks: AsyncIterable<TextChunk>
  /** The answer as a whole. */
  text(): Promise<string>
  /** The whole, with usage and cost where the task asked for `includeUsage` and `includeCost`. */
  result(): Promise<TextResult>
  /** The answer as bytes of UTF-8, as the body of a `Response` takes them. Cancelling leaves. */
  toReadableStream(): ReadableStream<Uint8Array>
}

/**
 * Streams the text of a model, with the parameters that it takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamText {
  <const M extends TextModel | (string & {})>(params: StreamParams<M>, options?: StreamOptions): TextStream
}
