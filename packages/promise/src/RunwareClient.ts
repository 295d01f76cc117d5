/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The client, and what one call may say.
 *
 * @since 0.1.0
 */
import type {
  ClientParams,
  ClientResult,
  Family,
  FamilyCallParams,
  FamilyResult,
  ModelName,
  TaskName
} from "@effect-runware/schemas/calls"
import type { DurationInput } from "./ClientConfig.ts"
import type { Item, Outcome, Progress, TaskHandle, TaskOutcome, TaskParams } from "./Task.ts"
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
  /** Told about each result as soon as it is there, once. */
  readonly onResult?: ((item: A) => void) | undefined
  /** Told how far the task is, whenever that changes. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
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
    const P extends boolean = false
  >(
    params: ClientParams<M, T, O, C> & NamedOutput<M, O>,
    options?: RunOptions<ClientResult<M, T, O, C, Item>, P>
  ): Promise<Results<ClientResult<M, T, O, C, Item>, P>>
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
  ): Promise<TaskHandle>
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
   * Runs a task to its end and gives all its results, one for each generation.
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
  /** Runs several tasks that travel in one request. Each has its own outcome, in order: one that fails rejects nothing. */
  runMany(params: ReadonlyArray<TaskParams>, options?: CallOptions): Promise<Array<TaskOutcome>>
  /**
   * Gives a handle as soon as the service has the task. Keep it, and `attach` later or in another process. Delivery is
   * `async`, whatever the parameters say.
   */
  readonly submit: Submit
  /** Waits for the results of a submitted task, by its handle or its `taskUUID` alone. */
  attach(task: TaskHandle | string, options?: CallOptions): Promise<Array<Item>>
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
  /** Fetches the live registry of models now, for a model that is newer than this release. */
  refreshRegistry(): Promise<void>
  /** Forgets the schemas that tasks were checked against: the next check asks the service again. */
  clearValidatorCache(): void
  /** As `disconnect`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}
