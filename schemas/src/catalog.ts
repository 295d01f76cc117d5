/**
 * What the catalog holds, and what a listing is narrowed and sorted by. The clients share these types; nothing of this
 * module exists at run time.
 *
 * @since 0.1.0
 */

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
  /** Words to look for. */
  readonly search?: string | undefined
  /** An id such as `op:inpainting`. */
  readonly capability?: string | undefined
  /** Default: all but `openai-compatible`, which this client can't run. */
  readonly status?: string | undefined
  readonly category?: Category | undefined
  /** The creator's id. */
  readonly creator?: string | undefined
  readonly sort?: "weight" | "releasedAt" | "name" | "creator" | "popularity" | "newest" | "alpha" | undefined
  readonly order?: "asc" | "desc" | undefined
  /** The most models to give, 1 or more. */
  readonly limit?: number | undefined
  /** How many models to skip, 0 or more. */
  readonly offset?: number | undefined
  /** Gives a {@link Page} instead of a list. */
  readonly paginate?: boolean | undefined
}

/**
 * What models make.
 *
 * @since 0.1.0
 * @category models
 */
export type Category = "image" | "video" | "audio" | "text" | "3d"
