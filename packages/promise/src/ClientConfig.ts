/**
 * Every option of a client with its default and unit.
 *
 * @since 0.1.0
 */

/**
 * A length of time: milliseconds, or a number with its unit.
 *
 * @since 0.1.0
 * @category models
 */
export type DurationInput =
  | number
  | `${number} ${"milli" | "millis" | "second" | "seconds" | "minute" | "minutes" | "hour" | "hours" | "day" | "days"}`

/**
 * The options of a client. All of them are optional; a key must come from here or from the environment.
 *
 * @since 0.1.0
 * @category models
 */
export interface ClientConfig {
  /** The secret of your account. Default: `RUNWARE_API_KEY` from the environment. */
  readonly apiKey?: string | undefined
  /**
   * One address for inference, schemas and content, as an emulator or a proxy has it; inference is at its path `/v1`.
   * Default: `RUNWARE_BASE_URL` from the environment, else the service's own addresses.
   */
  readonly baseUrl?: string | undefined
  /** Where REST inference is. Default: `<baseUrl>/v1`, else `https://api.runware.ai/v1`. */
  readonly restUrl?: string | undefined
  /** Where WebSocket inference is. Default: `<baseUrl>/v1` over ws(s), else `wss://ws-api.runware.ai/v1`. */
  readonly webSocketUrl?: string | undefined
  /** Where the registry and the schemas are. Default: `<baseUrl>`, else `https://schemas.runware.ai`. */
  readonly schemasUrl?: string | undefined
  /** Where the catalog is. Default: `<baseUrl>`, else `https://content.runware.ai`. */
  readonly contentUrl?: string | undefined
  /** Your product and version, put before ours in the `User-Agent` (where the runtime lets us set one). */
  readonly userAgent?: string | undefined

  /** Which transport carries the tasks. Default `websocket`. */
  readonly transport?: "websocket" | "rest" | undefined
  /** How results are asked for when a call doesn't say. `async` works for every model. Default `async`. */
  readonly deliveryMethod?: "async" | "sync" | undefined
  /** Check each task against its model's schema before it is sent. Default `false`. */
  readonly validate?: boolean | undefined
  /** Bytes that the files in one task may have together; larger ones go by URL or UUID. Default 23 MiB. */
  readonly maxMediaBytes?: number | undefined

  /** Bounds the whole call, from the first byte to the last result. Default 20 minutes. */
  readonly timeout?: DurationInput | undefined
  /** Bounds the polling of one task after its acknowledgement. Default 20 minutes. */
  readonly pollTimeout?: DurationInput | undefined
  /** Bounds the opening of a socket. Default 15 seconds. */
  readonly connectTimeout?: DurationInput | undefined
  /** Bounds the authentication of a socket. Default 15 seconds. */
  readonly authTimeout?: DurationInput | undefined
  /** Bounds the wait for the acknowledgement of an async task. Default 30 seconds. */
  readonly ackTimeout?: DurationInput | undefined
  /** Bounds one sync exchange; after it the result is fetched by polling. Default 4 minutes. */
  readonly requestTimeout?: DurationInput | undefined
  /** The longest silence in a text stream, before its first byte or later. Default 10 minutes. */
  readonly streamIdleTimeout?: DurationInput | undefined
  /** Chunks of a text stream that are kept for readers who come late or read slowly. Default 262,144. */
  readonly streamBuffer?: number | undefined
  /** Bounds the wait for one reply to a poll. Default 10 seconds. */
  readonly pollReplyTimeout?: DurationInput | undefined

  /**
   * When results are asked for: aimed by what the client learns of how long tasks take, or in the cadence of the official
   * SDKs, which the next four options are about. Default `adaptive`; `standard` when one of those four is set.
   */
  readonly polling?: "adaptive" | "standard" | undefined
  /** Standard cadence: wait before the first poll. Default 1 second. */
  readonly pollDelay?: DurationInput | undefined
  /** Standard cadence: gap between the first and the second poll. Default 500 milliseconds. */
  readonly pollInterval?: DurationInput | undefined
  /** Standard cadence: what each later gap is multiplied by. Default 1.5. */
  readonly pollFactor?: number | undefined
  /** Standard cadence: the longest gap between polls. Default 10 seconds. */
  readonly maxPollInterval?: DurationInput | undefined
  /** Polls that fall due within this time share one request. Default 20 milliseconds. */
  readonly pollWindow?: DurationInput | undefined
  /** Polls that one request holds at most. Default 100. */
  readonly maxPollBatch?: number | undefined
  /** Requests of polls that leave in one second at most, however many tasks there are. Default 100. */
  readonly maxPollRate?: number | undefined
  /**
   * REST: let calls that start together share one request, each with its own outcome. Over WebSocket they always do.
   * Default `false`.
   */
  readonly coalesce?: boolean | undefined
  /** How long the service may say "unknown" of a task before the client believes it. Default 30 seconds. */
  readonly unknownTaskGrace?: DurationInput | undefined

  /** Gap between pings on the socket; the service closes one that is silent for 120 s. Default 30 seconds. */
  readonly heartbeatInterval?: DurationInput | undefined
  /** A socket without any sign of life this long after a ping is dead. Default 10 seconds. */
  readonly pongTimeout?: DurationInput | undefined
  /** Wait before the first reconnection; doubles with each failure. Default 1 second. */
  readonly reconnectDelay?: DurationInput | undefined
  /** The longest wait before a reconnection. Default 30 seconds. */
  readonly maxReconnectDelay?: DurationInput | undefined
  /** Reconnections in a row before the client gives up. Default `Infinity`. */
  readonly maxReconnectAttempts?: number | undefined

  /** Retries of a request that failed in a way that may pass. Default 3. */
  readonly maxRetries?: number | undefined
  /** How waits between retries grow. Default `exponential`. */
  readonly retryStrategy?: "exponential" | "linear" | undefined
  /** Wait before the first retry. Default 1 second. */
  readonly retryDelay?: DurationInput | undefined
  /** The longest wait between retries. Default 30 seconds. */
  readonly maxRetryDelay?: DurationInput | undefined
  /** Retries that the client may spend beyond those its successes earn (five earn one). Default 100. */
  readonly retryBudget?: number | undefined
  /** Tasks in flight at once; more wait their turn. Default `Infinity`. */
  readonly maxConcurrency?: number | undefined
  /** The longest `Retry-After` that is honoured. Default 60 seconds. */
  readonly maxRetryAfter?: DurationInput | undefined

  /** How long the first look-up waits for the live registry before the bundled one serves. Default 3 seconds. */
  readonly registryTimeout?: DurationInput | undefined
  /** Age at which the registry is fetched anew, in the background. Default 5 minutes. */
  readonly registryTtl?: DurationInput | undefined

  /** Replacements for what the client takes from the runtime: a proxy's `fetch`, a mock. */
  readonly dependencies?: ClientDependencies | undefined
  /** Print log entries with `console.error`. Default `false`. */
  readonly debug?: boolean | undefined
  /** Receives the log entries instead, whatever `debug` says. What it throws is dropped. */
  readonly logSink?: ((entry: LogEntry) => void) | undefined
  /** How long tasks take, as an earlier client learned it: what its `learnedTimes()` gave, as parsed JSON. Default: nothing. */
  readonly learnedTimes?: LearnedTimes | undefined
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
  /** From the least recently to the most recently used: in how many tasks the time fell into each bin, one percent wide. */
  readonly kinds: ReadonlyArray<{
    readonly kind: string
    readonly first: number
    readonly weights: ReadonlyArray<number>
  }>
}

/**
 * What the client takes from the runtime. Whatever is given here is used for every request of the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface ClientDependencies {
  /** Default: the global `fetch`, looked up for each request. */
  readonly fetch?: ((input: URL | string, init?: RequestInit) => Promise<Response>) | undefined
  /**
   * A constructor as browsers have it, or that of the package `ws`, which is also given the handshake headers. Default:
   * `ws` on Node, the global `WebSocket` elsewhere.
   */
  readonly WebSocket?: WebSocketClass | undefined
}

/**
 * The part of a WebSocket constructor that the client uses.
 *
 * @since 0.1.0
 * @category models
 */
export type WebSocketClass = new (url: string, protocols?: string | Array<string>) => WebSocketInstance

/**
 * The part of a WebSocket's events that the client reads.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSocketEvent {
  readonly type?: string
  readonly data?: unknown
  readonly code?: number
  readonly reason?: string
}

/**
 * The part of a WebSocket that the client uses: the `WebSocket` of browsers has it, and that of the package `ws`.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSocketInstance {
  readonly readyState: number
  addEventListener(
    type: "open" | "message" | "error" | "close",
    listener: (event: WebSocketEvent) => void,
    options?: { readonly once?: boolean }
  ): void
  removeEventListener(type: "open" | "message" | "error" | "close", listener: (event: WebSocketEvent) => void): void
  send(data: string): void
  close(code?: number, reason?: string): void
}

/**
 * What a log entry is about.
 *
 * @since 0.1.0
 * @category models
 */
export type LogCategory =
  | "connection"
  | "auth"
  | "send"
  | "receive"
  | "poll"
  | "retry"
  | "registry"
  | "validation"
  | "stream"
  | "callback"

/**
 * One log entry. `timestamp` is in milliseconds since the epoch, `data` is JSON with long strings shortened and secrets
 * replaced.
 *
 * @since 0.1.0
 * @category models
 */
export interface LogEntry {
  readonly category: LogCategory
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
  readonly timestamp: number
}
