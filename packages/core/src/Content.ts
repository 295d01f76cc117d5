/**
 * The catalog: models with their examples, prices and guides, collections, capabilities and creators. No key is needed.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { readAnswer } from "./internal/answer.ts"
import { describe } from "./internal/describe.ts"
import * as Http from "./internal/http.ts"
import { isJsonObject } from "./internal/json.ts"
import { fromSettings } from "./Retry.ts"
import { RunwareConfig } from "./RunwareConfig.ts"
import { fromStatus, fromWire, make as makeError, type RunwareError, withDetails } from "./RunwareError.ts"

/**
 * A model of the catalog. Fields that this release does not know are kept, here as in the other shapes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Model {
  /** The slug. */
  readonly model: string
  readonly air: string
  readonly name: string
  /** The creator's id. */
  readonly creator: string
  /** Ids with the prefixes `io:`, `op:` and `form:`. */
  readonly capabilities: ReadonlyArray<string>
  readonly architecture?: string
  readonly hosted?: boolean
  readonly status: string
  readonly releasedAt: string
  readonly weight: number
  readonly headline: string
  readonly description: string
  readonly coverImage?: string
  readonly ogImage?: string
  readonly pricingOverview?: string
  readonly pricingExamples?: ReadonlyArray<PriceRow>
  readonly [field: string]: unknown
}

/**
 * One line of a price list, as text for people.
 *
 * @since 0.1.0
 * @category models
 */
export interface PriceRow {
  readonly configuration: string
  readonly price: string
  readonly competitorPrice?: string
}

/**
 * Who makes models, with all of theirs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Creator {
  readonly id: string
  readonly name: string
  readonly logo?: string
  readonly headline?: string
  readonly description?: string
  readonly models: ReadonlyArray<Model>
  readonly [field: string]: unknown
}

/**
 * What models can do, as listings are narrowed by it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Capability {
  readonly id: string
  readonly label: string
}

/**
 * Models that belong together, chosen by the service.
 *
 * @since 0.1.0
 * @category models
 */
export interface Collection {
  readonly id: string
  readonly name: string
  readonly order: number
  readonly headline?: string
  readonly description?: string
  readonly icon?: string
  readonly coverImage?: string
  readonly category: ReadonlyArray<string>
  readonly models: ReadonlyArray<Model>
  readonly [field: string]: unknown
}

/**
 * A request and the response that it got, with the media if there are any.
 *
 * @since 0.1.0
 * @category models
 */
export interface Example {
  readonly id: string
  readonly title?: string
  readonly model: string
  readonly capability: string
  readonly asset?: string | null
  readonly request: Readonly<Record<string, unknown>>
  readonly response: Readonly<Record<string, unknown>>
}

/**
 * What a model costs, as text for people.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pricing {
  readonly model: string
  readonly air: string
  readonly name: string
  readonly status: string
  readonly coverImage: string
  readonly releasedAt?: string
  readonly pricingOverview?: string
  readonly pricingExamples?: ReadonlyArray<PriceRow>
  readonly category: ReadonlyArray<string>
}

/**
 * A text that teaches how to use a model.
 *
 * @since 0.1.0
 * @category models
 */
export interface Guide {
  readonly slug: string
  readonly title: string
  readonly description: string
  readonly date?: string
  readonly url: string
}

/**
 * One page of a listing. `total` counts models that the client hides, too.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page<A> {
  readonly total: number
  readonly limit: number
  readonly offset: number
  readonly items: ReadonlyArray<A>
}

/**
 * What a listing of models is narrowed and sorted by.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelQuery {
  readonly search?: string
  readonly capability?: string
  /** Default: all but `openai-compatible`, which this client can't run. */
  readonly status?: string
  readonly category?: "image" | "video" | "audio" | "text" | "3d" | (string & {})
  readonly creator?: string
  readonly sort?: "weight" | "releasedAt" | "name" | "creator" | "popularity" | "newest" | "alpha" | (string & {})
  readonly order?: "asc" | "desc"
  readonly limit?: number
  readonly offset?: number
  /** Gives a {@link Page} instead of a list. */
  readonly paginate?: boolean
}

/**
 * A listing: a page where the query asks to paginate.
 *
 * @since 0.1.0
 * @category models
 */
export type ModelListing<Q> = Q extends { readonly paginate: true } ? Page<Model> : ReadonlyArray<Model>

/**
 * The catalog service. What is not there is `null`, or an empty list; any other failure is a `RunwareError` with its
 * `statusCode`.
 *
 * @since 0.1.0
 * @category services
 */
export class Content extends Context.Service<
  Content,
  {
    readonly models: <const Q extends ModelQuery = ModelQuery>(
      query?: Q
    ) => Effect.Effect<ModelListing<Q>, RunwareError>
    /** All models of a query, page by page as they are read. */
    readonly allModels: (query?: Omit<ModelQuery, "paginate" | "offset">) => Stream.Stream<Model, RunwareError>
    readonly model: (airOrSlug: string) => Effect.Effect<Model | null, RunwareError>
    readonly examples: (
      airOrSlug: string,
      query?: { readonly capability?: string }
    ) => Effect.Effect<ReadonlyArray<Example>, RunwareError>
    readonly pricing: (airOrSlug: string) => Effect.Effect<Pricing | null, RunwareError>
    readonly guides: (airOrSlug: string) => Effect.Effect<ReadonlyArray<Guide>, RunwareError>
    readonly collections: (query?: {
      readonly category?: string
    }) => Effect.Effect<ReadonlyArray<Collection>, RunwareError>
    readonly collection: (id: string) => Effect.Effect<Collection | null, RunwareError>
    readonly capabilities: Effect.Effect<ReadonlyArray<Capability>, RunwareError>
    readonly creators: Effect.Effect<ReadonlyArray<Creator>, RunwareError>
    readonly creator: (id: string) => Effect.Effect<Creator | null, RunwareError>
  }
>()("@effect-runware/core/Content") {}

/**
 * The catalog at `contentUrl`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Content, never, RunwareConfig | HttpClient.HttpClient> = Layer.effect(
  Content,
  Effect.gen(function* () {
    const settings = yield* RunwareConfig
    const http = yield* Http.client(settings)

    /** The body at a path; nothing where the service has nothing. */
    const find = (path: ReadonlyArray<string>, query: object = {}) => {
      const wrong = path.findIndex((part) => typeof part !== "string" || part === "")
      if (wrong >= 0) return Effect.fail(noName(path[wrong]))
      const url = `${settings.contentUrl}/${path.map(encodeURIComponent).join("/")}`
      const request = HttpClientRequest.get(url).pipe(HttpClientRequest.setUrlParams(queryOf(query)))
      return Http.send(http, request).pipe(
        Effect.flatMap((answer) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fromResult(read(answer, now)))
        ),
        Effect.retry({ while: (error) => error.retryable, schedule: fromSettings(settings) })
      )
    }

    // The bodies are the service's: what they hold is documented, and unknown fields pass.
    const one = <A>(...path: ReadonlyArray<string>) =>
      Effect.map(find(path), (body) => Option.getOrNull(body) as A | null)
    const list = <A>(path: ReadonlyArray<string>, query?: object) =>
      Effect.map(find(path, query), (body) => Option.getOrElse(body, () => []) as ReadonlyArray<A>)
    const all = <A>(path: ReadonlyArray<string>, query?: object) =>
      Effect.flatMap(find(path, query), (body) =>
        Option.isSome(body)
          ? Effect.succeed(body.value as ReadonlyArray<A>)
          : Effect.fail(fromStatus(404, { submission: "none" }))
      )

    const models = <const Q extends ModelQuery>(query?: Q) =>
      Effect.map(all<Model>(["models"], query), (listing: unknown) => ownModels(listing, query) as ModelListing<Q>)

    return {
      models,
      allModels: (query) =>
        Stream.paginate(0, (offset) =>
          Effect.map(models({ ...query, paginate: true, offset }), ({ items, limit, total }) => {
            const next = offset + Math.max(1, limit)
            return [items, next < total ? Option.some(next) : Option.none()] as const
          })
        ),
      model: (airOrSlug) => one("models", airOrSlug),
      examples: (airOrSlug, query) => list(["models", airOrSlug, "examples"], query),
      pricing: (airOrSlug) => one("models", airOrSlug, "pricing"),
      guides: (airOrSlug) => list(["models", airOrSlug, "guides"]),
      collections: (query) => all(["collections"], query),
      collection: (id) => one("collections", id),
      capabilities: all(["capabilities"]),
      creators: all(["creators"]),
      creator: (id) => one("creators", id)
    }
  })
)

/** Query parameters on the wire: `search` is called `q` there, and what is not given is left out. */
const queryOf = (query: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query)
      .filter(([name, value]) => value !== undefined && !(name === "paginate" && value !== true))
      .map(([name, value]) => [name === "search" ? "q" : name, String(value)])
  )

const read = (answer: Http.Answer, now: number): Result.Result<Option.Option<unknown>, RunwareError> => {
  if (answer.status === 404) return Result.succeed(Option.none())
  if (answer.status < 200 || answer.status > 299) return Result.fail(failureOf(answer, now))
  return Result.try({
    try: () => Option.some<unknown>(JSON.parse(answer.body)),
    catch: () =>
      makeError("serverError", {
        rawCode: "unrecognizedResponse",
        message: "The catalog answered with something that is not JSON.",
        statusCode: answer.status,
        submission: "none"
      })
  })
}

/** What the catalog says is wrong, or the status alone. Whatever it is, nothing was bought. */
const failureOf = (answer: Http.Answer, now: number): RunwareError => {
  const said = readAnswer(answer, now)
  if (Result.isFailure(said)) return withDetails(said.failure, { submission: "none" })
  const { errors, retryAfter, statusCode } = said.success
  const [first] = errors
  const context = { statusCode, retryAfter, submission: "none" } as const
  return first === undefined ? fromStatus(answer.status, context, answer.body) : fromWire(first, context, errors)
}

/** Models that only the OpenAI-compatible endpoint runs are of no use here, unless they are asked for. */
const ownModels = (listing: unknown, query: ModelQuery | undefined): unknown => {
  const keep = (items: ReadonlyArray<unknown>) =>
    query?.status === undefined
      ? items.filter((item) => !isJsonObject(item) || item["status"] !== "openai-compatible")
      : items
  if (Array.isArray(listing)) return keep(listing)
  return isJsonObject(listing) && Array.isArray(listing["items"])
    ? { ...listing, items: keep(listing["items"]) }
    : listing
}

const noName = (value: unknown): RunwareError =>
  makeError("validation", {
    rawCode: "invalidParams",
    message: `The catalog needs the name of what to look up, got ${describe(value)}.`,
    submission: "none"
  })
