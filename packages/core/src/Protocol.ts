/**
 * The words of the wire: what a request, a response and an error look like before anyone interprets them. Client and
 * emulator share this module; it holds types and facts, no behaviour. `docs/protocol.md` tells the story around them.
 *
 * @since 0.1.0
 */

/**
 * The inference task types that yield media, text or files.
 *
 * @since 0.1.0
 * @category models
 */
export type InferenceTaskType =
  | "imageInference"
  | "videoInference"
  | "audioInference"
  | "textInference"
  | "3dInference"
  | "training"
  | "caption"
  | "promptEnhance"
  | "upscale"
  | "removeBackground"
  | "vectorize"
  | "controlNetPreprocess"
  | "imageMasking"

/**
 * The task types that answer at once and take no delivery method.
 *
 * @since 0.1.0
 * @category models
 */
export type UtilityTaskType =
  | "authentication"
  | "ping"
  | "getResponse"
  | "getTaskDetails"
  | "modelSearch"
  | "modelUpload"
  | "imageUpload"
  | "mediaStorage"
  | "accountManagement"

/**
 * Any task type: the known ones, and whatever the service adds later.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskType = InferenceTaskType | UtilityTaskType | (string & {})

/**
 * How results come back: with the reply (`sync`), by polling (`async`), or token by token (`stream`, text only).
 *
 * @since 0.1.0
 * @category models
 */
export type DeliveryMethod = "sync" | "async" | "stream"

/**
 * One object of a request array.
 *
 * @since 0.1.0
 * @category models
 */
export interface WireTask {
  readonly taskType: TaskType
  readonly taskUUID?: string
  readonly [parameter: string]: unknown
}

/**
 * Where one generation of a task stands. Words the client does not know mean "still running".
 *
 * @since 0.1.0
 * @category models
 */
export type ItemStatus = "processing" | "success" | "error" | (string & {})

/**
 * One object of a response's `data`. Unknown fields are kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface WireItem {
  readonly taskType?: TaskType
  readonly taskUUID?: string
  readonly status?: ItemStatus
  /** 0 to 100, for the few models that report it. */
  readonly progress?: number
  /** US dollars, when the task asked for `includeCost`. */
  readonly cost?: number
  readonly [field: string]: unknown
}

/**
 * One object of a response's `errors`. Unknown fields are kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface WireError {
  /** Raw identifier: hundreds exist, none is stable. `RunwareError` maps it to one of twelve codes. */
  readonly code: string
  readonly message: string
  /** Dotted path, or several for a rule across fields. */
  readonly parameter?: string | ReadonlyArray<string>
  /** The JSON type that the parameter should have. */
  readonly type?: string
  readonly taskType?: TaskType
  readonly taskUUID?: string
  readonly documentation?: string
  /** `"error"` where the error stands for one failed generation of a task that was accepted. */
  readonly status?: "error"
  readonly min?: number
  readonly max?: number
  readonly allowedValues?: ReadonlyArray<unknown> | Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/**
 * The body of a response, in the current form.
 *
 * @since 0.1.0
 * @category models
 */
export interface WireEnvelope {
  readonly data?: ReadonlyArray<WireItem>
  readonly errors?: ReadonlyArray<WireError>
}

/**
 * The service's public addresses.
 *
 * @since 0.1.0
 * @category constants
 */
export const endpoints = {
  rest: "https://api.runware.ai/v1",
  webSocket: "wss://ws-api.runware.ai/v1",
  schemas: "https://schemas.runware.ai",
  content: "https://content.runware.ai",
  documentation: "https://runware.ai/docs"
} as const

/**
 * Seconds without a message after which the service closes a socket, and for which it keeps undelivered frames for a
 * session that resumes.
 *
 * @since 0.1.0
 * @category constants
 */
export const sessionSeconds = 120
