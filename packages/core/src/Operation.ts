/**
 * What the operations of a client take and give, as types: parameters follow from the model, results from the parameters.
 *
 * @since 0.1.0
 */
import type {
  EntryParams,
  EntryResult,
  Family,
  FamilyCallParams,
  FamilyResult,
  ModelName,
  RunParams,
  RunResult,
  TaskName
} from "@effect-runware/schemas/calls"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type * as Stream from "effect/Stream"
import type { RunwareError } from "./RunwareError.ts"
import type * as Scope from "effect/Scope"
import type { Item, TaskEvent, TaskHandle, TaskParams } from "./Task.ts"
import type { UploadProgress } from "@effect-runware/schemas/utilities"
import type { StreamOptions, StreamParams, TextChunk, TextModel, TextStream, TextStreamOptions } from "./TextStream.ts"

/**
 * What one call may say differently from the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallOptions {
  /** Bounds this whole call. Default: the client's `timeout`. */
  readonly timeout?: Duration.Input | undefined
  /** Check this task before it is sent. Default: the client's `validate`. */
  readonly validate?: boolean | undefined
  /**
   * When the service already has a task of this `taskUUID`, wait for its results instead of failing with
   * `conflictTaskUUID`. Default `false`.
   */
  readonly attachOnConflict?: boolean | undefined
}

/**
 * What `run` may be told besides: with `partial` it gives the outcome of each generation, those that succeeded first,
 * instead of failing when one of them does.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunOptions<A = Item, P extends boolean = boolean> extends CallOptions {
  readonly partial?: P | undefined
  /** Told what happens to the task, in order, before the call ends. The call waits for it. */
  readonly onEvent?: ((event: TaskEvent<A>) => Effect.Effect<void>) | undefined
}

/**
 * What `run` gives: results, or with `partial` the outcome of each generation.
 *
 * @since 0.1.0
 * @category models
 */
export type Results<A, P extends boolean> = ReadonlyArray<P extends true ? Result.Result<A, RunwareError> : A>

/** A curated model, or the AIR of any other. */
type Model = ModelName | (string & {})

/**
 * Runs a task: its parameters follow from the model, or from the task type of a utility, and its results from both. Or an
 * array of tasks, each with the parameters and the results that it would have alone.
 *
 * @since 0.1.0
 * @category models
 */
export interface Run<R = never> {
  <
    const M extends Model = never,
    const T extends TaskName = string,
    const O extends string = "URL",
    const C extends boolean = false,
    const P extends boolean = false,
    // `never` unless an array is given, so that the compiler speaks of one task's parameters only.
    const B extends ReadonlyArray<TaskParams> = never
  >(
    params: (RunParams<M, T, O, C> & Unless<B>) | Batch<B>,
    options?: RunOptions<[B] extends [never] ? RunResult<M, T, O, C, Item> : EntryResult<B[number], Item>, P>
  ): Effect.Effect<
    [B] extends [never] ? Results<RunResult<M, T, O, C, Item>, P> : Outcomes<NoInfer<B>, P>,
    RunwareError,
    R
  >
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
  readonly [K in keyof B]: Result.Result<Results<EntryResult<B[K], Item>, P>, RunwareError>
}

/**
 * Runs a task whose parameters and results follow from an architecture, a modality or an operation.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunAs<R = never> {
  <
    const F extends Family,
    const O extends string = "URL",
    const C extends boolean = false,
    const P extends boolean = false
  >(
    family: F,
    params: FamilyCallParams<F, O, C>,
    options?: RunOptions<FamilyResult<F, O, C>, P>
  ): Effect.Effect<Results<FamilyResult<F, O, C>, P>, RunwareError, R>
}

/**
 * Submits a task, with the parameters that `run` takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Submit<R = never> {
  <
    const M extends Model = never,
    const T extends TaskName = string,
    const O extends string = "URL",
    const C extends boolean = false
  >(
    params: RunParams<M, T, O, C>,
    options?: CallOptions
  ): Effect.Effect<TaskHandle<RunResult<M, T, O, C, Item>>, RunwareError, R>
}

/**
 * Waits for the results of a submitted task. A handle that comes from `submit` knows their type; beside a `taskUUID`, or
 * from a database, they may be any.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attach<R = never> {
  <A = Item>(task: TaskHandle<A> | string, options?: CallOptions): Effect.Effect<ReadonlyArray<A>, RunwareError, R>
}

/**
 * Runs a task as a stream, with the parameters and the results of `run`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Events<R = never> {
  <
    const M extends Model = never,
    const T extends TaskName = string,
    const O extends string = "URL",
    const C extends boolean = false
  >(
    params: RunParams<M, T, O, C>,
    options?: CallOptions
  ): Stream.Stream<TaskEvent<RunResult<M, T, O, C, Item>>, RunwareError, R>
}

/**
 * Streams the text of a model.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamText<R = never> {
  <const M extends TextModel | (string & {})>(
    params: StreamParams<M>,
    options?: StreamOptions
  ): Stream.Stream<TextChunk, RunwareError, R>
}

/**
 * Streams the text of a model to several readers, for as long as a scope is open.
 *
 * @since 0.1.0
 * @category models
 */
export interface ShareText<R = never> {
  <const M extends TextModel | (string & {})>(
    params: StreamParams<M>,
    options?: TextStreamOptions
  ): Effect.Effect<TextStream, RunwareError, R | Scope.Scope>
}

/**
 * What the call of a utility may say differently from the client.
 *
 * @since 0.1.0
 * @category models
 */
export type UtilityOptions = Pick<CallOptions, "timeout" | "validate">

/**
 * What an upload may say besides. Uploads take minutes: the client's `timeout` and `pollTimeout` bound them.
 *
 * @since 0.1.0
 * @category models
 */
export interface UploadOptions extends CallOptions {
  /** Told each status that the service reports, once, in order. The call waits for it. */
  readonly onProgress?: ((progress: UploadProgress) => Effect.Effect<void>) | undefined
}

/**
 * A task by its UUID alone, or by anything that has it: a handle, a result, an error.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskReference = string | { readonly taskUUID: string }

/**
 * The answer to a ping.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pong {
  readonly pong: true
  /** From the moment the ping was sent until its answer came, without the time that connecting took. */
  readonly roundTrip: Duration.Duration
}
