/**
 * How a call's parameters and results follow from what it names: a curated model, a family of community models, a utility,
 * or nothing that the pinned release knows. The clients share these types; nothing of this module exists at run time.
 *
 * @since 0.1.0
 */
import type { FamilyParams } from "./generated/families.ts"
import type { ModelParams } from "./generated/models.ts"
import type { FamilyResults, ModelResults, TaskResults, UtilityResults } from "./generated/results.ts"
import type { UtilityParams } from "./generated/utilities.ts"

/**
 * A curated model, by AIR or by slug.
 *
 * @since 0.1.0
 * @category models
 */
export type ModelName = keyof ModelParams

/**
 * What community and private models are typed by: an architecture, a modality or an operation.
 *
 * @since 0.1.0
 * @category models
 */
export type Family = keyof FamilyParams

/**
 * A task type without a model.
 *
 * @since 0.1.0
 * @category models
 */
export type Utility = keyof UtilityParams

/**
 * A task type: those of the pinned release, and whatever the service adds later.
 *
 * @since 0.1.0
 * @category models
 */
export type TaskName = keyof TaskResults | (string & {})

/**
 * What every task takes, and parameters of any name besides.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface OpenParams {
  /** A version 4 UUID of your own; it is the idempotency key of the purchase. Default: a new one. */
  readonly taskUUID?: string | undefined
  /** How results come back. Default: the client's `deliveryMethod`. */
  readonly deliveryMethod?: "sync" | "async" | "stream" | undefined
  /** How many generations to make. Default 1. */
  readonly numberResults?: number | undefined
  readonly [parameter: string]: unknown
}

/**
 * Parameters of a task that nothing more is known about: what a program puts together as it runs.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface LooseParams extends OpenParams {
  /** AIR (`runware:101@1`) or slug (`bfl-flux-1-dev`). */
  readonly model?: string | undefined
  /** Needed only where the model is unknown to the registry, and for tasks without a model. */
  readonly taskType?: TaskName | undefined
  /** How a file comes back. Default `"URL"`. */
  readonly outputType?: string | undefined
  /** Whether each result says what it cost, in US dollars. Default `false`. */
  readonly includeCost?: boolean | undefined
}

/**
 * Parameters of a model that the pinned release doesn't know: only `taskType` says what kind of task it is.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface UnknownModelParams extends OpenParams {
  // Which ones there are is said where this is used; here only that there must be one.
  readonly taskType: unknown
}

/**
 * The parameters that decide what a result holds: the output type `O`, and whether it says its cost, `C`.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface OutputChoice<O, C> {
  readonly outputType?: O | string | undefined
  readonly includeCost?: C | boolean | undefined
}

// A name that there is needs no list of the others, which would be compared one by one.
type ModelOf<M> = [M] extends [never] ? M | ModelName : [M] extends [ModelName] ? M : M | ModelName

/**
 * The parameters that decide what the others and the results are: besides the output the model `M` and the task type `T`.
 * Their types list what there is besides what was given, for an editor to offer.
 *
 * @since 0.1.0
 * @category parameters
 */
export interface Choice<M, T, O, C> extends OutputChoice<O, C> {
  readonly model?: ModelOf<M> | undefined
  readonly taskType?: T | TaskName | undefined
}

/** Choices that these parameters have no place for. */
type Without<P> = { readonly [K in Exclude<"outputType" | "includeCost", keyof P>]?: never }

type ParamsOf<M, T> = [M] extends [never]
  ? [T] extends [Utility]
    ? UtilityParams[T] & Without<UtilityParams[T]>
    : UnknownModelParams
  : [M] extends [ModelName]
    ? ModelParams[M] & Without<ModelParams[M]>
    : string extends M
      ? LooseParams
      : UnknownModelParams

/**
 * The parameters of a call: exactly those of the model or the utility that it names, and any where that is not known.
 *
 * @since 0.1.0
 * @category parameters
 */
export type RunParams<M, T, O, C> = Choice<M, T, O, C> & ParamsOf<M, T>

/**
 * The parameters of a call that says what family its model is of.
 *
 * @since 0.1.0
 * @category parameters
 */
export type FamilyCallParams<F extends Family, O, C> = OutputChoice<O, C> & FamilyParamsOf<F>

// Conditional, so that it takes no part in the inference of `O` and `C`.
type FamilyParamsOf<F> = F extends Family ? FamilyParams[F] & Without<FamilyParams[F]> : never

/** What files of a result are of. */
type Medium = "image" | "video" | "audio" | "maskImage" | "guideImage"

/** How the field of a file is named, by output type. */
interface FileField {
  readonly URL: "URL"
  readonly base64Data: "Base64Data"
  readonly dataURI: "DataURI"
}

/** The medium that each result `R` has. */
type MediumOf<R> = { [K in Medium]: R extends { readonly [F in `${K}UUID`]: string } ? K : never }[Medium]

type Files<R, O> = O extends keyof FileField ? { readonly [K in `${MediumOf<R>}${FileField[O]}`]: string } : unknown

type Cost<C> = [C] extends [true] ? { readonly cost: number } : unknown

type Delivered<R, O, C> = R extends unknown ? R & Files<R, O> & Cost<C> : never

/**
 * One result of a call: that of the model or utility that it names, with the file in the form that was asked for; an
 * `Open` one where neither is known.
 *
 * @since 0.1.0
 * @category results
 */
export type RunResult<M, T, O, C, Open> = [M] extends [never]
  ? [T] extends [Utility]
    ? UtilityResults[T]
    : TaskResult<T, O, C, Open>
  : [M] extends [keyof ModelResults]
    ? Delivered<ModelResults[M], O, C>
    : TaskResult<T, O, C, Open>

type TaskResult<T, O, C, Open> = [T] extends [keyof TaskResults] ? Delivered<TaskResults[T], O, C> : Open

/** What is chosen by the parameters `P` of a task in a batch; `D` where it is left open. */
type Chosen<P, K extends string, D> = P extends { readonly [N in K]: infer V } ? V : D

/** The model that the parameters `P` name: `never` without one, any of them where that is only known later. */
type ModelIn<P> = P extends { readonly model: infer M extends string }
  ? M
  : P extends { readonly model?: undefined }
    ? never
    : string

/** The type of a parameter that a model doesn't have. */
interface NoSuchParameter {
  readonly noSuchParameter: never
}

/** What the task `P` of a batch has beyond the parameters `Q`, for the compiler to refuse by its name. */
type Unknowns<P, Q> = { readonly [K in Exclude<keyof P, Q extends unknown ? keyof Q : never>]?: NoSuchParameter }

/**
 * The parameters of one task of a batch, given as `P`: those that a call of its own would have.
 *
 * @since 0.1.0
 * @category parameters
 */
export type EntryParams<P> = EntryCall<P, ModelIn<P>, Chosen<P, "taskType", string>>

type EntryCall<P, M, T> = RunParams<M, T, Chosen<P, "outputType", "URL">, Chosen<P, "includeCost", false>> &
  Unknowns<P, RunParams<M, T, string, boolean>>

/**
 * One result of the task `P` of a batch; an `Open` one where it is not known what it asks for.
 *
 * @since 0.1.0
 * @category results
 */
export type EntryResult<P, Open> = RunResult<
  ModelIn<P>,
  Chosen<P, "taskType", string>,
  Chosen<P, "outputType", "URL">,
  Chosen<P, "includeCost", false>,
  Open
>

/**
 * One result of a call that says what family its model is of.
 *
 * @since 0.1.0
 * @category results
 */
export type FamilyResult<F extends Family, O, C> = Delivered<FamilyResults[F], O, C>

/**
 * The parameters of a call as {@link RunParams} has them, where `M` may also be a family that the caller names as a type
 * argument, `run<"sdxl">(...)`. A type argument is gone at run time, so the task type must be given with it.
 *
 * @since 0.1.0
 * @category parameters
 */
export type ClientParams<M, T, O, C> = ClientChoice<M, T, O, C> & ClientParamsOf<M, T>

interface ClientChoice<M, T, O, C> extends OutputChoice<O, C> {
  readonly model?: ([M] extends [Family] ? string : ModelOf<M>) | undefined
  readonly taskType?: T | TaskName | undefined
}

type ClientParamsOf<M, T> = [M] extends [never]
  ? ParamsOf<M, T>
  : [M] extends [Family]
    ? FamilyParamsOf<M> & { readonly taskType: unknown }
    : ParamsOf<M, T>

/**
 * One result of a call as {@link RunResult} has it, where `M` may also be a family. TypeScript infers nothing beside a type
 * argument, so that the file may be in any form then.
 *
 * @since 0.1.0
 * @category results
 */
export type ClientResult<M, T, O, C, Open> = [M] extends [never]
  ? RunResult<M, T, O, C, Open>
  : [M] extends [Family]
    ? FamilyResults[M]
    : RunResult<M, T, O, C, Open>
