/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The client, and what one call may say.
 *
 * @since 0.1.0
 */
import type {
  ClientParams,
  ClientResult,
  EntryParams,
  EntryResult,
  Family,
  FamilyCallParams,
  FamilyResult,
  ModelName,
  TaskName
} from "@effect-runware/schemas/calls"
import type {
  AccountOperation,
  AccountParams,
  AccountResults,
  FoundModels,
  ImageUpload,
  MediaOperation,
  MediaStorage,
  ModelSearch,
  ModelUpload,
  StoredMedia,
  TaskDetails,
  UploadedImage,
  UploadedModel,
  UploadProgress
} from "@effect-runware/schemas/utilities"
import type { LearnedTimes, DurationInput } from "./ClientConfig.ts"
import type { Content } from "./Content.ts"
import type {
  Ended,
  Item,
  Outcome,
  Progress,
  TaskHandle,
  TaskOutcome,
  TaskParams,
  TaskReference,
  TaskState
} from "./Task.ts"
import type { StreamText } from "./TextStream.ts"

/**
 * What any call may say differently from the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallOptions {
  /**
   * Gives the call up: it rejects with code `aborted`, or `timeout` for an `AbortSignal.timeout`, at once. A signal that is
   * aborted already sends nothing. A task that the service has accepted goes on and is charged; `error.submission` says
   * so, and `attach` finds its results.
   */
  readonly signal?: AbortSignal | undefined
  /** Bounds this whole call. Default: the client's `timeout`. */
  readonly timeout?: DurationInput | undefined
  /** Check this task before it is sent. Default: the client's `validate`. */
  readonly validate?: boolean | undefined
  /**
   * When the service already has a task of this `taskUUID`, wait for its results instead of rejecting with
   * `conflictTaskUUID`. Default `false`.
   */
  readonly attachOnConflict?: boolean | undefined
}

/**
 * What `run` and `runAs` may say. Callbacks run before the call settles, are not waited for, and can't break it: what one
 * throws is logged.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunOptions<A = Item, P extends boolean = boolean> extends CallOptions {
  /**
   * Give the outcome of each generation, those that succeeded first, instead of rejecting when one fails. Default `false`.
   */
  readonly partial?: P | undefined
  /**
   * Told about each generation once, as soon as it has ended: its result, or its `error` where it failed. A call that
   * rejects before the service has taken the task tells nothing.
   */
  readonly onResult?: ((item: Ended<A>) => void) | undefined
  /** Told how far the task is, whenever that changes. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/**
 * What the call of a utility may say differently from the client.
 *
 * @since 0.1.0
 * @category models
 */
export type UtilityOptions = Pick<CallOptions, "signal" | "timeout" | "validate">

/**
 * What an upload may say besides. Uploads take minutes: the client's `timeout` and `pollTimeout` bound them.
 *
 * @since 0.1.0
 * @category models
 */
export interface UploadOptions extends CallOptions {
  /** Told each status that the service reports, once, in order. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
}

/**
 * The answer to a ping.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pong {
  readonly pong: true
  /** Milliseconds from the ping to its answer, without the time that connecting took. */
  readonly roundTrip: number
}

/**
 * What `run` gives: results, or with `partial` the outcome of each generation.
 *
 * @since 0.1.0
 * @category models
 */
export type Results<A, P extends boolean> = Array<P extends true ? Outcome<A> : A>

/**
 * Runs a task. Its parameters follow from the model, or from the task type of a utility, and its results from both; a
 * model that the release doesn't know takes any parameters, with its `taskType`. A type argument names the model instead,
 * or the family of a community model: `run<"sdxl">({ taskType: "imageInference", ... })`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Run {
  <
    const M extends Model = never,
    const T extends TaskName = string,
    const O extends string = "URL",
    const C extends boolean = false,
    const P extends boolean = false,
    // `never` unless an array is given, so that the compiler speaks of one task's parameters only.
    const B extends ReadonlyArray<TaskParams> = never
  >(
    params: (ClientParams<M, T, O, C> & NamedOutput<M, O> & Unless<B>) | Batch<B>,
    options?: RunOptions<[B] extends [never] ? ClientResult<M, T, O, C, Item> : EntryResult<B[number], Item>, P>
  ): Promise<[B] extends [never] ? Results<ClientResult<M, T, O, C, Item>, P> : Outcomes<NoInfer<B>, P>>
}

/**
 * Several tasks, each held against the parameters that it would have alone.
 *
 * @since 0.1.0
 * @category models
 */
export type Batch<B extends ReadonlyArray<unknown>> = readonly [...B] & Checked<NoInfer<B>>

type Checked<B extends ReadonlyArray<unknown>> = { readonly [K in keyof B]: EntryParams<B[K]> }

type Unless<B> = [B] extends [never] ? unknown : never

/**
 * What became of each task of a batch, in order.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcomes<B extends ReadonlyArray<unknown>, P extends boolean> = {
  -readonly [K in keyof B]: TaskOutcome<P extends true ? Outcome<EntryResult<B[K], Item>> : EntryResult<B[K], Item>>
}

/** A curated model, a family, or the AIR of any other model. */
type Model = ModelName | Family | (string & {})

/**
 * Beside a type argument no output type is inferred, and the result is typed as having a URL: a model that is named so may
 * be asked for nothing else.
 */
interface NamedOutput<M, O> {
  readonly outputType?: ([M] extends [Family] ? string : [O] extends ["URL"] ? "URL" : string) | undefined
}

/**
 * Runs a task of a community or private model, typed by its architecture, modality or operation, which also settles the
 * task type.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunAs {
  <
    const F extends Family,
    const O extends string = "URL",
    const C extends boolean = false,
    const P extends boolean = false
  >(
    family: F,
    params: FamilyCallParams<F, O, C>,
    options?: RunOptions<FamilyResult<F, O, C>, P>
  ): Promise<Results<FamilyResult<F, O, C>, P>>
}

/**
 * Submits a task, with the parameters that `run` takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Submit {
  <
    const M extends Model = never,
    const T extends TaskName = string,
    const O extends string = "URL",
    const C extends boolean = false
  >(
    params: ClientParams<M, T, O, C>,
    options?: CallOptions
  ): Promise<TaskHandle<ClientResult<M, T, O, C, Item>>>
}

/**
 * Where the connection stands: `idle` before the first call, `ready` when tasks can go out, `closed` until `connect` is
 * asked for. REST has no connection and is always `ready`, or `closed`.
 *
 * @since 0.1.0
 * @category models
 */
export type ConnectionStatus = "idle" | "connecting" | "authenticating" | "ready" | "reconnecting" | "closed"

/**
 * A client. Its methods may be taken off it (`const { run } = client`). Every rejection is a `RunwareError`.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunwareClient {
  readonly status: ConnectionStatus
  /** Whether tasks can go out now. */
  isConnected(): boolean
  /** Opens the connection, where there is one, before the first call does; and again after `disconnect`. */
  connect(): Promise<void>
  /**
   * Closes the connection and leaves nothing behind that would keep a process alive. Calls that wait reject with code
   * `connection`, and so do later ones until `connect` is called.
   */
  disconnect(): Promise<void>
  /**
   * Runs a task to its end and gives all its results, one for each generation. An array of tasks travels in one request, and
   * gives the outcome of each, in order: one that fails rejects nothing.
   *
   * @example
   * const [image] = await client.run({
   *   model: "runware:101@1",
   *   positivePrompt: "a lighthouse in fog",
   *   width: 768,
   *   height: 512
   * })
   * console.log(image?.imageURL)
   */
  readonly run: Run
  /**
   * Runs a task of a community or private model, which its family types.
   *
   * @example
   * const [image] = await client.runAs("sdxl", {
   *   model: "civitai:133005@782002",
   *   positivePrompt: "a lighthouse in fog",
   *   width: 1024,
   *   height: 1024
   * })
   */
  readonly runAs: RunAs
  /**
   * Gives a handle as soon as the service has the task. Keep it, and `attach` later or in another process. Delivery is
   * `async`, whatever the parameters say.
   */
  readonly submit: Submit
  /**
   * Waits for the results of a submitted task, by its handle or its `taskUUID` alone. The handle that `submit` gave types
   * them.
   */
  attach<A = Item>(task: TaskHandle<A> | string, options?: CallOptions): Promise<Array<A>>
  /**
   * Streams the text of a model as it is written. The stream is there at once (`await client.stream(...)` gives it, too);
   * its first reader sends the request.
   *
   * @example
   * const { textStream } = client.stream({
   *   model: "google:gemini@3.5-flash",
   *   messages: [{ role: "user", content: "Why is the sky blue?" }]
   * })
   * for await (const piece of textStream) process.stdout.write(piece)
   */
  readonly stream: StreamText
  /**
   * Finds models of the service, of the community and of your account.
   *
   * @example
   * const { results, totalResults } = await client.modelSearch({ search: "watercolor", category: "lora", limit: 5 })
   */
  modelSearch(params: ModelSearch, options?: UtilityOptions): Promise<FoundModels>
  /**
   * Adds a model to your account, and resolves when it is ready to be used. It rejects when the service says that the upload
   * has failed: the message is the service's own.
   *
   * @example
   * const { air } = await client.modelUpload(
   *   {
   *     category: "lora",
   *     architecture: "sdxl",
   *     format: "safetensors",
   *     name: "Ink wash",
   *     version: "1",
   *     downloadURL: "https://example.com/ink-wash.safetensors"
   *   },
   *   { onProgress: ({ message, status }) => console.log(status, message) }
   * )
   */
  modelUpload(params: ModelUpload, options?: UploadOptions): Promise<UploadedModel>
  /**
   * Stores an image: a URL, a data URI or base64.
   *
   * @deprecated Use `mediaStorage`, which takes every medium and can delete it again.
   */
  imageUpload(params: ImageUpload, options?: UtilityOptions): Promise<UploadedImage>
  /**
   * Stores a file (a URL, a data URI or base64) for later tasks, or deletes a stored one by its `mediaUUID`.
   *
   * @example
   * const { mediaUUID } = await client.mediaStorage({ operation: "upload", media: "https://example.com/harbour.png" })
   * await client.mediaStorage({ operation: "delete", media: mediaUUID })
   */
  mediaStorage<const Op extends MediaOperation>(
    params: MediaStorage<Op>,
    options?: UtilityOptions
  ): Promise<StoredMedia<Op>>
  /**
   * Tells of your account: its details, or a report of what was used, typed by the operation.
   *
   * @example
   * const { balance } = await client.accountManagement({ operation: "getDetails" })
   */
  accountManagement<const Op extends AccountOperation>(
    params: AccountParams<Op>,
    options?: UtilityOptions
  ): Promise<AccountResults[Op]>
  /** The catalog: models with their examples, prices and guides, collections, capabilities and creators. */
  readonly content: Content
  /** Gives a task as it was sent and its last response, from the service's archive. */
  getTaskDetails(task: TaskReference, options?: UtilityOptions): Promise<TaskDetails>
  /** Gives the state of a task as it is now, without waiting for it. To wait for the results use `attach`. */
  getResponse(task: TaskReference, options?: UtilityOptions): Promise<TaskState>
  /** Asks the service for a sign of life, and how long it takes to come. */
  ping(options?: Omit<UtilityOptions, "validate">): Promise<Pong>
  /** Fetches the live registry of models now, for a model that is newer than this release. */
  refreshRegistry(): Promise<void>
  /** What this client has learned of how long tasks take, for the option `learnedTimes` of the next one. */
  learnedTimes(): LearnedTimes
  /** Forgets the schemas that tasks were checked against: the next check asks the service again. */
  clearValidatorCache(): void
  /** As `disconnect`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}
