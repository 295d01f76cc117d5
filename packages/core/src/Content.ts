/**
 * The catalog: models with their examples, prices and guides, collections, capabilities and creators. It is public, and
 * needs no key: the layers of the client have it, {@link layerPublic} gives it alone.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Catalog from "./internal/catalog.ts"
import { filters, readName, read as readQuery } from "./internal/catalogQuery.ts"
import type {
  Capability,
  Category,
  Collection,
  Creator,
  Example,
  Guide,
  Model,
  ModelQuery,
  Page,
  Pricing
} from "@effect-runware/schemas/catalog"
import * as Http from "./internal/http.ts"
import * as RunwareConfig from "./RunwareConfig.ts"
import { fromStatus, type RunwareError } from "./RunwareError.ts"

export type {
  Capability,
  Category,
  Collection,
  Creator,
  Example,
  Guide,
  Model,
  ModelQuery,
  Page,
  PriceRow,
  Pricing
} from "@effect-runware/schemas/catalog"

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
      query?: { readonly capability?: string | undefined }
    ) => Effect.Effect<ReadonlyArray<Example>, RunwareError>
    readonly pricing: (airOrSlug: string) => Effect.Effect<Pricing | null, RunwareError>
    readonly guides: (airOrSlug: string) => Effect.Effect<ReadonlyArray<Guide>, RunwareError>
    readonly collections: (query?: {
      readonly category?: Category | undefined
    }) => Effect.Effect<ReadonlyArray<Collection>, RunwareError>
    readonly collection: (id: string) => Effect.Effect<Collection | null, RunwareError>
    readonly capabilities: Effect.Effect<ReadonlyArray<Capability>, RunwareError>
    readonly creators: Effect.Effect<ReadonlyArray<Creator>, RunwareError>
    readonly creator: (id: string) => Effect.Effect<Creator | null, RunwareError>
  }
>()("@effect-runware/core/Content") {}

/**
 * Makes the service that asks the catalog at `contentUrl`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (
  settings: RunwareConfig.CatalogSettings
) => Effect.Effect<Content["Service"], never, HttpClient.HttpClient> = Effect.fnUntraced(function* (settings) {
  const http = yield* Http.client(settings)

  const ask = Catalog.make(settings, http)

  // The bodies are the service's: what they hold is documented, and unknown fields pass.
  const one = <A>(collection: string, name: string, value: unknown, ...more: ReadonlyArray<string>) =>
    Effect.flatMap(Effect.fromResult(readName(name, value)), (id) =>
      Effect.map(ask([collection, id, ...more]), (body) => Option.getOrNull(body) as A | null)
    )
  const each = <A>(airOrSlug: unknown, what: string, query?: unknown) =>
    Effect.flatMap(Effect.fromResult(readName("airOrSlug", airOrSlug)), (id) =>
      Effect.flatMap(Effect.fromResult(readQuery(query, filters.examples)), (wire) =>
        Effect.map(ask(["models", id, what], wire), (body) => Option.getOrElse(body, () => []) as ReadonlyArray<A>)
      )
    )
  const all = <A>(what: string, wire?: Readonly<Record<string, string>>) =>
    Effect.flatMap(ask([what], wire), (body) =>
      Option.isSome(body)
        ? Effect.succeed(body.value as ReadonlyArray<A>)
        : Effect.fail(fromStatus(404, { submission: "none" }))
    )

  const models = <const Q extends ModelQuery>(query?: Q) =>
    Effect.flatMap(Effect.fromResult(readQuery(query, filters.models)), (wire) =>
      Effect.map(all<Model>("models", wire), (listing) => Catalog.ownModels(listing, query) as ModelListing<Q>)
    )

  return {
    models,
    allModels: (query) =>
      Stream.paginate(0, (offset) =>
        Effect.map(models({ ...query, paginate: true, offset }), ({ items, limit, total }) => {
          const next = offset + Math.max(1, limit)
          return [items, next < total ? Option.some(next) : Option.none()] as const
        })
      ),
    model: (airOrSlug) => one("models", "airOrSlug", airOrSlug),
    examples: (airOrSlug, query) => each(airOrSlug, "examples", query),
    pricing: (airOrSlug) => one("models", "airOrSlug", airOrSlug, "pricing"),
    guides: (airOrSlug) => each(airOrSlug, "guides"),
    collections: (query) =>
      Effect.flatMap(Effect.fromResult(readQuery(query, filters.collections)), (wire) => all("collections", wire)),
    collection: (id) => one("collections", "id", id),
    capabilities: all("capabilities"),
    creators: all("creators"),
    creator: (id) => one("creators", "id", id)
  }
})

/**
 * The catalog by the settings of a client.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Content, never, RunwareConfig.RunwareConfig | HttpClient.HttpClient> =
  /* @__PURE__ */ Layer.effect(Content, /* @__PURE__ */ Effect.flatMap(RunwareConfig.RunwareConfig, make))

/**
 * The catalog alone, without a client or a key. Fails with code `validation` when an option is wrong or unknown.
 *
 * ```ts
 * import { Content } from "@effect-runware/core"
 * import { Effect, Layer } from "effect"
 * import { FetchHttpClient } from "effect/http"
 *
 * const CatalogLive = Content.layerPublic().pipe(Layer.provide(FetchHttpClient.layer))
 *
 * export const program = Content.model("runware:101@1").pipe(Effect.provide(CatalogLive))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerPublic = (
  options?: RunwareConfig.CatalogOptions
): Layer.Layer<Content, RunwareError, HttpClient.HttpClient> =>
  Layer.effect(Content, Effect.flatMap(RunwareConfig.makeCatalog(options), make))

/**
 * The models of the catalog: a list, or with `paginate: true` one page.
 *
 * ```ts
 * import { Content } from "@effect-runware/core"
 * import { Effect } from "effect"
 *
 * export const program = Content.models({ category: "video", sort: "newest", limit: 5, paginate: true }).pipe(
 *   Effect.map(({ items, total }) => [total, items.map(({ air }) => air)])
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const models = <const Q extends ModelQuery = ModelQuery>(
  query?: Q
): Effect.Effect<ModelListing<Q>, RunwareError, Content> => Effect.flatMap(Content, (content) => content.models(query))

/**
 * All models of a query, page by page as they are read.
 *
 * @since 0.1.0
 * @category operations
 */
export const allModels = (
  query?: Omit<ModelQuery, "paginate" | "offset">
): Stream.Stream<Model, RunwareError, Content> =>
  Stream.unwrap(Effect.map(Content, (content) => content.allModels(query)))

/**
 * A model by its AIR or slug; `null` where there is none.
 *
 * @since 0.1.0
 * @category operations
 */
export const model = (airOrSlug: string): Effect.Effect<Model | null, RunwareError, Content> =>
  Effect.flatMap(Content, (content) => content.model(airOrSlug))

/**
 * Requests to a model with the responses that they got; an empty list where there are none.
 *
 * @since 0.1.0
 * @category operations
 */
export const examples = (
  airOrSlug: string,
  query?: { readonly capability?: string | undefined }
): Effect.Effect<ReadonlyArray<Example>, RunwareError, Content> =>
  Effect.flatMap(Content, (content) => content.examples(airOrSlug, query))

/**
 * What a model costs, as text for people; `null` where that is not told.
 *
 * @since 0.1.0
 * @category operations
 */
export const pricing = (airOrSlug: string): Effect.Effect<Pricing | null, RunwareError, Content> =>
  Effect.flatMap(Content, (content) => content.pricing(airOrSlug))

/**
 * Texts that teach how to use a model; an empty list where there are none.
 *
 * @since 0.1.0
 * @category operations
 */
export const guides = (airOrSlug: string): Effect.Effect<ReadonlyArray<Guide>, RunwareError, Content> =>
  Effect.flatMap(Content, (content) => content.guides(airOrSlug))

/**
 * Models that belong together, with the models themselves.
 *
 * @since 0.1.0
 * @category operations
 */
export const collections = (query?: {
  readonly category?: Category | undefined
}): Effect.Effect<ReadonlyArray<Collection>, RunwareError, Content> =>
  Effect.flatMap(Content, (content) => content.collections(query))

/**
 * A collection by its id; `null` where there is none.
 *
 * @since 0.1.0
 * @category operations
 */
export const collection = (id: string): Effect.Effect<Collection | null, RunwareError, Content> =>
  Effect.flatMap(Content, (content) => content.collection(id))

/**
 * What models can take, do and make.
 *
 * @since 0.1.0
 * @category operations
 */
export const capabilities: Effect.Effect<ReadonlyArray<Capability>, RunwareError, Content> = Effect.flatMap(
  Content,
  (content) => content.capabilities
)

/**
 * Who makes models, with the models themselves.
 *
 * @since 0.1.0
 * @category operations
 */
export const creators: Effect.Effect<ReadonlyArray<Creator>, RunwareError, Content> = Effect.flatMap(
  Content,
  (content) => content.creators
)

/**
 * A creator by its id; `null` where there is none.
 *
 * @since 0.1.0
 * @category operations
 */
export const creator = (id: string): Effect.Effect<Creator | null, RunwareError, Content> =>
  Effect.flatMap(Content, (content) => content.creator(id))
