/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The client, and what one call may say.
 *
 * @since 0.1.0
 */
import type { DurationInput } from "./ClientConfig.ts"
import type { Item, Progress, ResultOf, TaskHandle, TaskParams } from "./Task.ts"

/**
 * What any call may say differently from the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallOptions {
  /**
   * Gives the call up: it rejects with code `aborted`, at once. A signal that is aborted already sends nothing. A task
   * that the service has accepted goes on and is charged; `error.submission` says so, and `attach` finds its results.
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
 * What a `run` may say, with callbacks. They run before the call settles, are not waited for, and can't break it: what
 * one throws is logged.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunOptions<A = Item> extends CallOptions {
  /** Told about each result as soon as it is there, once. */
  readonly onResult?: ((item: A) => void) | undefined
  /** Told how far the task is, whenever that changes. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
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
   *   taskType: "imageInference",
   *   model: "runware:101@1",
   *   positivePrompt: "a lighthouse in fog",
   *   width: 768,
   *   height: 512
   * })
   * console.log(image?.imageURL)
   */
  run<const P extends TaskParams>(params: P, options?: RunOptions<ResultOf<P>>): Promise<Array<ResultOf<P>>>
  /**
   * Gives a handle as soon as the service has the task. Keep it, and `attach` later or in another process. Delivery is
   * `async`, whatever the parameters say.
   */
  submit(params: TaskParams, options?: CallOptions): Promise<TaskHandle>
  /** Waits for the results of a submitted task, by its handle or its `taskUUID` alone. */
  attach(task: TaskHandle | string, options?: CallOptions): Promise<Array<Item>>
  /** Fetches the live registry of models now, for a model that is newer than this release. */
  refreshRegistry(): Promise<void>
  /** As `disconnect`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}
