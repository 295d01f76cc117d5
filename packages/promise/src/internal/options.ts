/**
 * The options that only the facade has. They are checked and taken out here; all others go on to the core, which checks
 * them and refuses what it doesn't know.
 */
import type { CallOptions, RunOptions, UtilityOptions } from "@effect-runware/core/Runware"
import { makeTaskTimes, type TaskTimes } from "@effect-runware/core/Polling"
import * as RunwareConfig from "@effect-runware/core/RunwareConfig"
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import type { TextStreamOptions } from "@effect-runware/core/TextStream"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { ClientDependencies, LogEntry } from "../ClientConfig.ts"
import type { UploadProgress } from "@effect-runware/schemas/utilities"
import type { DownloadOptions, DownloadProgress } from "../Media.ts"
import type { FailedItem, Item, Progress } from "../Task.ts"

/** What a client is made from. */
export interface Blueprint {
  readonly settings: RunwareConfig.Settings
  readonly dependencies: ClientDependencies
  readonly sink: ((entry: LogEntry) => void) | undefined
  readonly times: TaskTimes["Service"]
}

/** Checks a client's options, key included; throws what is wrong with them. */
export const readConfig = (config: unknown = {}, transport?: "rest"): Blueprint => {
  const [{ debug, dependencies = {}, learnedTimes, logSink }] = takeOut(config, clientOptions)
  const replacements = readDependencies(dependencies)
  refuseTransform(config)
  if (transport !== undefined && isRecord(config)) {
    const { transport: asked = transport } = config
    if (asked !== transport)
      throw invalid("transport", `transport can only be "${transport}" here, got ${String(asked)}.`)
    config = { ...config, transport }
  }
  // The core refuses at run time what isn't an object of its options.
  const settings = RunwareConfig.make(config as RunwareConfig.Options, Object.keys(clientOptions))
  const times = makeTaskTimes()
  if (learnedTimes !== undefined) Effect.runSync(times.add(learnedTimes))
  return {
    times,
    settings: settled(settings),
    dependencies: replacements,
    sink: logSink ?? (debug === true ? printEntry : undefined)
  }
}

/** Checks the options of what asks the catalog alone; throws what is wrong with them. */
export const readCatalogConfig = (config: unknown = {}) => {
  const [{ dependencies = {} }] = takeOut(config, { dependencies: clientOptions.dependencies })
  refuseTransform(config)
  return {
    dependencies: readDependencies(dependencies),
    settings: settled(RunwareConfig.makeCatalog(config as RunwareConfig.CatalogOptions, ["dependencies"]))
  }
}

const settled = <A>(settings: Effect.Effect<A, RunwareError>): A =>
  Effect.runSync(
    // The provider keeps what it reads: a client made later sees the environment as it is then.
    Effect.provideService(settings, ConfigProvider.ConfigProvider, ConfigProvider.fromEnv())
  )

const readDependencies = (dependencies: unknown): ClientDependencies => {
  const [replacements, others] = takeOut(dependencies, dependencyOptions)
  for (const name of Object.keys(others)) {
    throw invalid(`dependencies.${name}`, `Unknown option dependencies.${name}. There are fetch and WebSocket.`)
  }
  return replacements
}

/** The HTTP client in the bundle is none of Effect's. */
const refuseTransform = (config: unknown): void => {
  if (isRecord(config) && config["transformClient"] !== undefined) {
    throw RunwareConfig.unknownOption("transformClient", Object.keys(clientOptions))
  }
}

/** The signal of a call, and the options that are the core's. */
export const readCallOptions = (options: unknown) => readOptions(options, { signal: callOptions.signal }, ofCalls)

/** The signal of a text stream, and the options that are the core's. */
export const readStreamOptions = (options: unknown) => readOptions(options, { signal: callOptions.signal }, ofStreams)

/** The signal and the callbacks of a run, and the options that are the core's. */
export const readRunOptions = (options: unknown) => readOptions(options, callOptions, ofRuns)

/** The signal of a utility's call, and the options that are the core's. */
export const readUtilityOptions = (options: unknown) =>
  readOptions(options, { signal: callOptions.signal }, ofUtilities)

/** The signal of a ping, and the option that is the core's. */
export const readPingOptions = (options: unknown) => readOptions(options, { signal: callOptions.signal }, ["timeout"])

/** The signal and the deadline of a question to the catalog. */
export const readContentOptions = (options: unknown) => {
  const [{ signal }, others] = readOptions(options, { signal: callOptions.signal }, ["timeout"])
  return { signal, timeout: Result.getOrThrow(RunwareConfig.readDuration("timeout", others ?? {})) }
}

/** The signal and the callback of an upload, and the options that are the core's. */
export const readUploadOptions = (options: unknown) =>
  readOptions(options, { signal: callOptions.signal, onProgress: callback<UploadProgress>() }, ofCalls)

/** The signal and the `fetch` of what is done with files, and the options that are the core's. */
export const readMediaOptions = (options: unknown, others: ReadonlyArray<string>) =>
  readOptions(options, { signal: callOptions.signal, fetch: dependencyOptions.fetch }, others)

/** The same of a download, which also tells how far it is. */
export const readDownloadOptions = (options: unknown) =>
  readOptions(
    options,
    { signal: callOptions.signal, fetch: dependencyOptions.fetch, onProgress: callback<DownloadProgress>() },
    ofDownloads
  )

// The types see to it that these are all.
const ofDownloads = Object.keys({
  overwrite: true,
  name: true,
  concurrency: true,
  maxRetries: true,
  maxBytes: true,
  idleTimeout: true
} satisfies Record<Exclude<keyof DownloadOptions, "signal" | "fetch" | "onProgress">, true>)
const ofUtilities = Object.keys({ timeout: true, validate: true } satisfies Record<keyof UtilityOptions, true>)
const ofCalls = Object.keys({
  timeout: true,
  validate: true,
  attachOnConflict: true
} satisfies Record<keyof CallOptions, true>)
const ofRuns = [...ofCalls, "partial"]
const ofStreams = Object.keys({
  timeout: true,
  validate: true,
  replay: true
} satisfies Record<keyof TextStreamOptions, true>)

/** Takes out the options of `table`, and refuses those that aren't the core's either. */
const readOptions = <T extends Readonly<Record<string, Option<unknown>>>>(
  options: unknown,
  table: T,
  others: ReadonlyArray<string>
): readonly [own: Values<T>, others: RunOptions | undefined] => {
  if (options === undefined) return nothing
  if (!isRecord(options)) throw invalid("options", `Options must be an object, got ${kindOf(options)}.`)
  const taken = takeOut(options, table)
  const stranger = Object.keys(taken[1]).find((name) => !others.includes(name))
  if (stranger !== undefined) throw RunwareConfig.unknownOption(stranger, [...Object.keys(table), ...others])
  return taken
}

const nothing = [{}, undefined] as const

const printEntry = ({ category, data, message }: LogEntry): void =>
  // eslint-disable-next-line no-console -- that is what `debug` asks for
  console.error(`[runware] ${category}: ${message}`, data)

interface Option<A> {
  readonly expected: string
  readonly holds: (value: unknown) => value is A
}

type Values<T> = { readonly [K in keyof T]?: T[K] extends Option<infer A> ? A : never }

const isFunction = (value: unknown): boolean => typeof value === "function"

const callback = <A>(): Option<(value: A) => unknown> => ({
  expected: "a function",
  // A function's parameters can't be seen from outside.
  holds: (value): value is (value: A) => unknown => isFunction(value)
})

const isSignal = (value: unknown): value is AbortSignal =>
  isRecord(value) && typeof value["aborted"] === "boolean" && isFunction(value["addEventListener"])

const callOptions = {
  signal: { expected: "an AbortSignal", holds: isSignal },
  onResult: callback<Item | FailedItem>(),
  onProgress: callback<Progress>()
}

const clientOptions = {
  dependencies: { expected: "an object with fetch, WebSocket or both", holds: isRecord },
  debug: { expected: "true or false", holds: (value: unknown): value is boolean => typeof value === "boolean" },
  logSink: callback<LogEntry>(),
  learnedTimes: { expected: "what `learnedTimes()` of a client gave", holds: isRecord }
}

const dependencyOptions = {
  fetch: {
    expected: "a function",
    holds: (value: unknown): value is NonNullable<ClientDependencies["fetch"]> => isFunction(value)
  },
  WebSocket: {
    expected: "a constructor",
    holds: (value: unknown): value is NonNullable<ClientDependencies["WebSocket"]> => isFunction(value)
  }
}

/** Splits options into those of `table`, checked, and all others. What isn't an object is left for the core to refuse. */
const takeOut = <T extends Readonly<Record<string, Option<unknown>>>>(
  options: unknown,
  table: T
): readonly [own: Values<T>, others: RunOptions] => {
  // The core checks at run time that this is what it should be.
  if (!isRecord(options)) return [{}, options as RunOptions]
  const own: Record<string, unknown> = {}
  const others: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    const option = Object.hasOwn(table, name) ? table[name] : undefined
    if (option === undefined) others[name] = value
    else if (value === undefined || option.holds(value)) own[name] = value
    else throw invalid(name, `${name} must be ${option.expected}, got ${kindOf(value)}.`)
  }
  // Each value has just been held against its own entry of the table.
  return [own as Values<T>, others]
}

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? `an array of ${value.length}` : typeof value

const invalid = (parameter: string, message: string) =>
  makeError("validation", { rawCode: "invalidConfig", message, parameter, submission: "none" })

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
