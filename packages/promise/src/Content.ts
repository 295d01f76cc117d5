/**
 * The catalog: models with their examples, prices and guides, collections, capabilities and creators.
 *
 * @since 0.1.0
 */
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
import type { CallOptions } from "./RunwareClient.ts"

/**
 * What a question to the catalog may say besides.
 *
 * @since 0.1.0
 * @category models
 */
export type ContentOptions = Pick<CallOptions, "signal" | "timeout">

/**
 * A listing of models: a page where the query asks to paginate.
 *
 * @since 0.1.0
 * @category models
 */
export type ModelListing<Q> = Q extends { readonly paginate: true } ? Page<Model> : Array<Model>

/**
 * The catalog. What is not there is `null`, or an empty list; any other failure rejects with its `statusCode`. A filter that
 * there isn't, or a value that it can't have, is refused before anything is asked.
 *
 * @since 0.1.0
 * @category models
 */
export interface Content {
  /**
   * Lists models, without those that only the OpenAI-compatible endpoint runs, unless `status` asks for them.
   *
   * @example
   * const { items, total } = await client.content.models({ category: "video", sort: "newest", limit: 5, paginate: true })
   */
  models<const Q extends ModelQuery = ModelQuery>(query?: Q, options?: ContentOptions): Promise<ModelListing<Q>>
  /** A model by its AIR or slug. */
  model(airOrSlug: string, options?: ContentOptions): Promise<Model | null>
  /** Requests to a model with the responses that they got. */
  examples(
    airOrSlug: string,
    query?: { readonly capability?: string | undefined },
    options?: ContentOptions
  ): Promise<Array<Example>>
  /** What a model costs, as text for people. */
  pricing(airOrSlug: string, options?: ContentOptions): Promise<Pricing | null>
  /** Texts that teach how to use a model. */
  guides(airOrSlug: string, options?: ContentOptions): Promise<Array<Guide>>
  /** Models that belong together, with the models themselves. */
  collections(
    query?: { readonly category?: Category | undefined },
    options?: ContentOptions
  ): Promise<Array<Collection>>
  /** A collection by its id. */
  collection(id: string, options?: ContentOptions): Promise<Collection | null>
  /** What models can take, do and make. */
  capabilities(options?: ContentOptions): Promise<Array<Capability>>
  /** Who makes models, with the models themselves. */
  creators(options?: ContentOptions): Promise<Array<Creator>>
  /** A creator by its id. */
  creator(id: string, options?: ContentOptions): Promise<Creator | null>
}
