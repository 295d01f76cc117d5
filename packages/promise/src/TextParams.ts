/**
 * What a text model is asked, when its text is streamed.
 *
 * @since 0.1.0
 */
import type { ModelName } from "@effect-runware/schemas/calls"
import type { ModelParams } from "@effect-runware/schemas/parameters"
import type { ModelResults } from "@effect-runware/schemas/results"

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
