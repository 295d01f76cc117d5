/**
 * Every option of the client with its default, its unit and its reason: one table, from which options are checked and
 * settings are made. Key and base URL fall back to `RUNWARE_API_KEY` and `RUNWARE_BASE_URL` of Effect's ConfigProvider.
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { checkKey, fromEnvironment, readConnection } from "./internal/connection.ts"
import { defaultMaxBytes } from "./internal/media/source.ts"
import { checkOptions, choice, count, duration, factor, flag, refusalOf } from "./internal/options.ts"
import type { DeliveryMethod } from "./Protocol.ts"
import type { RunwareError } from "./RunwareError.ts"

/**
 * How the client behaves: the options that have a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Behaviour {
  /** Which transport carries the tasks. Default `websocket`. */
  readonly transport: "websocket" | "rest"
  /** How results are asked for when a call doesn't say. `async` works for every model. Default `async`. */
  readonly deliveryMethod: Exclude<DeliveryMethod, "stream">
  /** Check each task against its model's schema before it is sent. Default `false`. */
  readonly validate: boolean
  /** Bytes that the files in one task may have together; larger ones go by URL or UUID. Default 23 MiB. */
  readonly maxMediaBytes: number

  /** Bounds the whole call, from the first byte to the last result. Default 20 minutes. */
  readonly timeout: Duration.Duration
  /** Bounds the polling of one task after its acknowledgement. Default 20 minutes. */
  readonly pollTimeout: Duration.Duration
  /** Bounds the opening of a socket. Default 15 seconds. */
  readonly connectTimeout: Duration.Duration
  /** Bounds the authentication of a socket. Default 15 seconds. */
  readonly authTimeout: Duration.Duration
  /** Bounds the wait for the acknowledgement of an async task. Default 30 seconds. */
  readonly ackTimeout: Duration.Duration
  /** Bounds one sync exchange; after it the result is fetched by polling. Default 4 minutes. */
  readonly requestTimeout: Duration.Duration
  /** The longest silence in a text stream, before its first byte or later. Default 10 minutes. */
  readonly streamIdleTimeout: Duration.Duration
  /** Chunks of a text stream that are kept for readers who come late or read slowly. Default 262,144. */
  readonly streamBuffer: number
  /** Bounds the wait for one reply to a poll. Default 10 seconds. */
  readonly pollReplyTimeout: Duration.Duration

  /**
   * When results are asked for: aimed by what the client learns of how long tasks take, or in the cadence of the official
   * SDKs, which the next four options are about. Default `adaptive`; `standard` when one of those four is set.
   */
  readonly polling: "adaptive" | "standard"
  /** Standard cadence: wait before the first poll. Default 1 second. */
  readonly pollDelay: Duration.Duration
  /** Standard cadence: gap between the first and the second poll. Default 500 milliseconds. */
  readonly pollInterval: Duration.Duration
  /** Standard cadence: what each later gap is multiplied by. Default 1.5. */
  readonly pollFactor: number
  /** Standard cadence: the longest gap between polls. Default 10 seconds. */
  readonly maxPollInterval: Duration.Duration
  /** Polls that fall due within this time share one request. Default 20 milliseconds. */
  readonly pollWindow: Duration.Duration
  /** Polls that one request holds at most. Default 100. */
  readonly maxPollBatch: number
  /** Requests of polls that leave in one second at most, however many tasks there are. Default 100. */
  readonly maxPollRate: number
  /**
   * REST: let calls that start together share one request, each with its own outcome. Over WebSocket they always do.
   * Default `false`.
   */
  readonly coalesce: boolean
  /** How long the service may say "unknown" of a task before the client believes it. Default 30 seconds. */
  readonly unknownTaskGrace: Duration.Duration

  /** Gap between pings on the socket; the service closes one that is silent for 120 s. Default 30 seconds. */
  readonly heartbeatInterval: Duration.Duration
  /** A socket without any sign of life this long after a ping is dead. Default 10 seconds. */
  readonly pongTimeout: Duration.Duration
  /** Wait before the first reconnection; doubles with each failure. Default 1 second. */
  readonly reconnectDelay: Duration.Duration
  /** The longest wait before a reconnection. Default 30 seconds. */
  readonly maxReconnectDelay: Duration.Duration
  /** Reconnections in a row before the client gives up. Default `Infinity`. */
  readonly maxReconnectAttempts: number

  /** Retries of a request that failed in a way that may pass. Default 3. */
  readonly maxRetries: number
  /** How waits between retries grow. Default `exponential`. */
  readonly retryStrategy: "exponential" | "linear"
  /** Wait before the first retry. Default 1 second. */
  readonly retryDelay: Duration.Duration
  /** The longest wait between retries. Default 30 seconds. */
  readonly maxRetryDelay: Duration.Duration
  /** Retries that the client may spend beyond those its successes earn (five earn one). Default 100. */
  readonly retryBudget: number
  /** Tasks in flight at once; more wait their turn. Default `Infinity`. */
  readonly maxConcurrency: number
  /** The longest `Retry-After` that is honoured. Default 60 seconds. */
  readonly maxRetryAfter: Duration.Duration

  /** How long the first look-up waits for the live registry before the bundled one serves. Default 3 seconds. */
  readonly registryTimeout: Duration.Duration
  /** Age at which the registry is fetched anew, in the background. Default 5 minutes. */
  readonly registryTtl: Duration.Duration
}

/**
 * The options of a client. Durations take Effect's inputs (`"30 seconds"`) or milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export type Options = Connection & {
  readonly [K in keyof Behaviour]?: (Behaviour[K] extends Duration.Duration ? Duration.Input : Behaviour[K]) | undefined
}

/**
 * The options that say who is calling and where to.
 *
 * @since 0.1.0
 * @category models
 */
export interface Connection {
  /** The secret of your account. Default: `RUNWARE_API_KEY` from the environment. */
  readonly apiKey?: string | Redacted.Redacted | undefined
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
  /** Decorates the HTTP client of every request that this client makes: proxies, headers, tracing. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * Options after checking: every default filled in, every address known.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings extends Behaviour {
  readonly apiKey: Redacted.Redacted
  readonly restUrl: string
  readonly webSocketUrl: string
  readonly schemasUrl: string
  readonly contentUrl: string
  readonly userAgent: string | undefined
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

/**
 * The options with a default, as data: kind, default and bounds of each.
 *
 * @since 0.1.0
 * @category constants
 */
export const behaviours = {
  transport: choice("websocket", "rest"),
  deliveryMethod: choice("async", "sync"),
  validate: flag(false),
  maxMediaBytes: count(defaultMaxBytes),
  timeout: duration("20 minutes"),
  pollTimeout: duration("20 minutes"),
  connectTimeout: duration("15 seconds"),
  authTimeout: duration("15 seconds"),
  ackTimeout: duration("30 seconds"),
  requestTimeout: duration("4 minutes"),
  streamIdleTimeout: duration("10 minutes"),
  streamBuffer: count(262_144),
  pollReplyTimeout: duration("10 seconds"),
  polling: choice("adaptive", "standard"),
  pollDelay: duration("1 second"),
  pollInterval: duration("500 millis"),
  pollFactor: factor(1.5),
  maxPollInterval: duration("10 seconds"),
  pollWindow: duration("20 millis"),
  maxPollBatch: count(100),
  maxPollRate: count(100),
  coalesce: flag(false),
  unknownTaskGrace: duration("30 seconds"),
  heartbeatInterval: duration("30 seconds"),
  pongTimeout: duration("10 seconds"),
  reconnectDelay: duration("1 second"),
  maxReconnectDelay: duration("30 seconds"),
  maxReconnectAttempts: count(Infinity),
  maxRetries: count(3),
  retryStrategy: choice("exponential", "linear"),
  retryDelay: duration("1 second"),
  maxRetryDelay: duration("30 seconds"),
  retryBudget: count(100),
  maxConcurrency: count(Infinity),
  maxRetryAfter: duration("60 seconds"),
  registryTimeout: duration("3 seconds"),
  registryTtl: duration("5 minutes")
} as const

const { maxRetries, maxRetryAfter, maxRetryDelay, retryDelay, retryStrategy } = behaviours
const catalogBehaviours = { maxRetries, maxRetryAfter, maxRetryDelay, retryDelay, retryStrategy }
const catalogConnection = ["baseUrl", "contentUrl", "userAgent", "transformClient"] as const

/**
 * The settings of a client, as a service.
 *
 * @since 0.1.0
 * @category services
 */
export class RunwareConfig extends Context.Service<RunwareConfig, Settings>()("@effect-runware/core/RunwareConfig") {}

/**
 * Checks options and fills in defaults. Fails with code `validation` naming the option, what came and what was expected,
 * or `auth` when there is no key. `otherNames` are options of a caller that wraps this client: known, and not looked at.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {},
  otherNames: ReadonlyArray<string> = []
): Effect.fn.Return<Settings, RunwareError> {
  const checked = yield* Effect.fromResult(checkOptions(options, behaviours, [...connectionKeys, ...otherNames]))
  const apiKey = yield* Effect.fromResult(checkKey(options.apiKey ?? (yield* fromEnvironment("RUNWARE_API_KEY"))))
  const isStandard = options.polling === undefined && standardCadence.some((name) => options[name] !== undefined)
  return {
    ...checked,
    polling: isStandard ? "standard" : checked.polling,
    apiKey,
    ...(yield* readConnection(options))
  }
})

/**
 * The options of what asks the catalog alone, which takes no key.
 *
 * @since 0.1.0
 * @category models
 */
export type CatalogOptions = Pick<Options, (typeof catalogConnection)[number] | keyof typeof catalogBehaviours>

/**
 * The settings of what asks the catalog alone.
 *
 * @since 0.1.0
 * @category models
 */
export type CatalogSettings = Pick<
  Settings,
  "contentUrl" | "userAgent" | "transformClient" | keyof typeof catalogBehaviours
>

/**
 * Checks the options of what asks the catalog alone, as {@link make} does, without a key. Fails with code `validation`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeCatalog = Effect.fnUntraced(function* (
  options: CatalogOptions = {},
  otherNames: ReadonlyArray<string> = []
): Effect.fn.Return<CatalogSettings, RunwareError> {
  const names = [...catalogConnection, ...otherNames]
  const checked = yield* Effect.fromResult(checkOptions(options, catalogBehaviours, names))
  return { ...checked, ...(yield* readConnection(options)) }
})

/**
 * The refusal of an option that nobody knows, with the nearest of the `known` names: for clients that wrap this one and
 * have options of their own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownOption = (name: string, known: ReadonlyArray<string>): RunwareError => refusalOf(name, known)

/**
 * The duration at `name` of `options`, if there is one, checked as a client's are: for clients that wrap this one.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readDuration = (
  name: string,
  options: unknown
): Result.Result<Duration.Duration | undefined, RunwareError> =>
  Result.map(checkOptions(options, { [name]: duration(0) }, []), (values) =>
    typeof options === "object" && options !== null && Reflect.get(options, name) !== undefined
      ? values[name]
      : undefined
  )

/**
 * The settings of `options`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<RunwareConfig, RunwareError> =>
  Layer.effect(RunwareConfig, make(options))

/**
 * The settings of options that are read through Effect's Config, each one optional.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (options: ConfigOptions): Layer.Layer<RunwareConfig, RunwareError | Config.ConfigError> =>
  Layer.effect(
    RunwareConfig,
    // What was read is unchecked, as options from JavaScript are: `make` checks it.
    Effect.flatMap(Effect.all(defined(options)), (read) => make(read as Options))
  )

/**
 * Options whose values are read through Effect's Config.
 *
 * @since 0.1.0
 * @category models
 */
export type ConfigOptions = {
  readonly [K in Exclude<keyof Options, "transformClient">]?: Config.Config<Exclude<Options[K], undefined>>
}

const defined = (options: ConfigOptions): Readonly<Record<string, Config.Config<unknown>>> =>
  Object.fromEntries(Object.entries(options).filter(([, config]) => config !== undefined))

const standardCadence = ["pollDelay", "pollInterval", "pollFactor", "maxPollInterval"] as const

const connectionKeys = [
  "apiKey",
  "baseUrl",
  "restUrl",
  "webSocketUrl",
  "schemasUrl",
  "contentUrl",
  "userAgent",
  "transformClient"
] as const
