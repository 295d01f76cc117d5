/**
 * The client: one method for every model. Each operation is an `Effect` over the layers it is built from, and each of
 * them can be swapped.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { NodeRunware } from "@effect-runware/node"
 * import { Effect } from "effect"
 *
 * const program = Runware.run({
 *   model: "runware:101@1",
 *   positivePrompt: "a lighthouse in fog",
 *   width: 768,
 *   height: 512
 * })
 *
 * program.pipe(Effect.provide(NodeRunware.layer()), Effect.runPromise).then(console.log)
 * ```
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import { type Content, layer as layerContent } from "./Content.ts"
import { make, Runware } from "./internal/service.ts"
import type { Registry } from "./Registry.ts"
import * as Registries from "./Registry.ts"
import * as RestTransport from "./RestTransport.ts"
import * as RunwareConfig from "./RunwareConfig.ts"
import type { RunwareError } from "./RunwareError.ts"
import type { Attach, Events, Run, RunAs, RunOptions, ShareText, StreamText, Submit } from "./Operation.ts"
import type { Transport } from "./Transport.ts"
import * as Validators from "./Validator.ts"
import type { Validator } from "./Validator.ts"
import * as WebSocketConstructor from "./WebSocketConstructor.ts"
import * as WebSocketTransport from "./WebSocketTransport.ts"

export type {
  Attach,
  Batch,
  CallOptions,
  Events,
  Outcomes,
  Pong,
  Results,
  Run,
  RunAs,
  RunOptions,
  ShareText,
  StreamText,
  Submit,
  TaskReference,
  UploadOptions,
  UtilityOptions
} from "./Operation.ts"

export { InterruptObserver, make, Runware } from "./internal/service.ts"

export {
  accountManagement,
  getResponse,
  getTaskDetails,
  imageUpload,
  mediaStorage,
  modelSearch,
  modelUpload,
  ping
} from "./Utilities.ts"

/**
 * The client over parts of your own: swap any one of `Transport`, `Registry`, `Validator`, and take the others from
 * {@link layerParts}.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWith: Layer.Layer<Runware, never, RunwareConfig.RunwareConfig | Transport | Registry | Validator> =
  Layer.effect(Runware, make)

const transportOf = ({
  transport
}: RunwareConfig.Settings): Layer.Layer<
  Transport,
  never,
  RunwareConfig.RunwareConfig | HttpClient.HttpClient | Socket.WebSocketConstructor
> => (transport === "rest" ? RestTransport.layer : WebSocketTransport.layer)

/** What the client is made of. */
type Parts = RunwareConfig.RunwareConfig | Transport | Registry | Validator

const partsOf = <E>(
  config: Layer.Layer<RunwareConfig.RunwareConfig, E>
): Layer.Layer<Parts, E, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.mergeAll(
    Layer.unwrap(Effect.map(RunwareConfig.RunwareConfig, transportOf)),
    Registries.layerRemote,
    Validators.layerRemote
  ).pipe(Layer.provideMerge(config))

/**
 * The usual parts: the transport that the options name, the live registry and the live schemas over the bundled ones.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerParts = (
  options?: RunwareConfig.Options
): Layer.Layer<Parts, RunwareError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  partsOf(RunwareConfig.layer(options))

const layerAll = /* @__PURE__ */ Layer.mergeAll(layerWith, layerContent)

/**
 * The client and the catalog, over the HTTP client and the WebSocket constructor of the app.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options?: RunwareConfig.Options
): Layer.Layer<Runware | Content, RunwareError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.provide(layerAll, layerParts(options))

/**
 * The client with options read through Effect's Config.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Config } from "effect"
 *
 * export const RunwareLive = Runware.layerConfig({ apiKey: Config.Redacted("RUNWARE_API_KEY") })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: RunwareConfig.ConfigOptions
): Layer.Layer<
  Runware | Content,
  RunwareError | Config.ConfigError,
  HttpClient.HttpClient | Socket.WebSocketConstructor
> => Layer.provide(layerAll, partsOf(RunwareConfig.layerConfig(options)))

/**
 * The client over the global `fetch` and `WebSocket`, as browsers and workers have them.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFetch = (options?: RunwareConfig.Options): Layer.Layer<Runware | Content, RunwareError> =>
  Layer.provide(layer(options), [FetchHttpClient.layer, WebSocketConstructor.layerGlobal])

/**
 * Runs a task to its end and gives all its results, one for each generation. An array of tasks travels in one request, and
 * gives the outcome of each, in order: one that fails is no failure of the others.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Effect, Result } from "effect"
 *
 * const lighthouse = { model: "runware:101@1", positivePrompt: "a lighthouse", width: 768, height: 512 } as const
 *
 * export const program = Effect.gen(function* () {
 *   const [image] = yield* Runware.run(lighthouse)
 *   const [first, second] = yield* Runware.run([lighthouse, { ...lighthouse, positivePrompt: "a harbour" }])
 *   return [image?.imageURL, Result.isSuccess(first), Result.isSuccess(second)]
 * })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const run = ((params: unknown, options?: RunOptions): Effect.Effect<unknown, RunwareError, Runware> =>
  // Types change nothing on the way to the service's own `run`, which has the same.
  Effect.flatMap(Runware, (runware) => runware.run(params as never, options))) as Run<Runware>

/**
 * Runs a task of a community or private model, typed by its architecture, modality or operation, which also settles the
 * task type.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 *
 * export const program = Runware.runAs("sdxl", {
 *   model: "civitai:133005@782002",
 *   positivePrompt: "a lighthouse in fog",
 *   width: 1024,
 *   height: 1024
 * })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const runAs: RunAs<Runware> = (family, params, options) =>
  Effect.flatMap(Runware, (runware) => runware.runAs(family, params, options))

/**
 * Submits a task and gives a handle as soon as the service has it. Keep the handle, and {@link attach} later or elsewhere.
 *
 * @since 0.1.0
 * @category operations
 */
export const submit: Submit<Runware> = (params, options) =>
  Effect.flatMap(Runware, (runware) => runware.submit(params, options))

/**
 * Waits for the results of a submitted task, by its handle or its `taskUUID` alone. The handle that `submit` gave types
 * them. Without a handle the call ends when the service reports no running generation.
 *
 * @since 0.1.0
 * @category operations
 */
export const attach: Attach<Runware> = (task, options) =>
  Effect.flatMap(Runware, (runware) => runware.attach(task, options))

/**
 * Runs a task as a stream of what happens to it: `Accepted`, `Progress`, `Item`, `Done`.
 *
 * @since 0.1.0
 * @category operations
 */
export const events: Events<Runware> = (params, options) =>
  Stream.unwrap(Effect.map(Runware, (runware) => runware.events(params, options)))

/**
 * Streams a text as its model writes it. The stream fails unless the text is complete; its error holds what came. There
 * is one request, sent again only as long as no chunk has come, and closed when the stream ends early.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Console, Stream } from "effect"
 *
 * export const program = Runware.stream({
 *   model: "google:gemini@3.5-flash",
 *   messages: [{ role: "user", content: "Why is the sky blue?" }]
 * }).pipe(Stream.runForEach((chunk) => Console.log(chunk.delta?.text ?? "")))
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const stream: StreamText<Runware> = (params, options) =>
  Stream.unwrap(Effect.map(Runware, (runware) => runware.stream(params, options)))

/**
 * Streams a text to several readers: its text, its reasoning, everything, and the whole at the end. What can't be streamed
 * is refused here; the request is sent by the first reader, and closed by the last one or with the scope.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { Console, Effect, Stream } from "effect"
 *
 * export const program = Effect.gen(function* () {
 *   const { result, text } = yield* Runware.textStream({
 *     model: "google:gemini@3.5-flash",
 *     messages: [{ role: "user", content: "Why is the sky blue?" }],
 *     includeUsage: true
 *   })
 *   yield* Stream.runForEach(text, (piece) => Console.log(piece))
 *   const { usage } = yield* result
 *   yield* Console.log(usage?.totalTokens)
 * }).pipe(Effect.scoped)
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const textStream: ShareText<Runware> = (params, options) =>
  Effect.flatMap(Runware, (runware) => runware.textStream(params, options))
