/** The routes of the catalog: a path and a query to what is answered. Every request gets the same answer every time. */
import type { WireError } from "@effect-runware/core/Protocol"
import { mediaPath, type MediaDescription } from "../../Media.ts"
import { categoriesOf } from "./capabilities.ts"
import { withAddresses, type Example } from "./examples.ts"
import { coverOf, guidesOf, type Library, type ListedModel, type Maker, type Shelf } from "./library.ts"
import { categoryError, listModels } from "./listing.ts"

/** What a route answers. */
export type ContentAnswer =
  | { readonly _tag: "Found"; readonly body: unknown }
  | { readonly _tag: "Picture"; readonly media: MediaDescription }
  | { readonly _tag: "Wrong"; readonly error: WireError }
  | { readonly _tag: "Missing" }

/** Answers what lies below the root of the catalog; `undefined` for what is not its own. */
export type ContentRoutes = (path: ReadonlyArray<string>, query: URLSearchParams) => ContentAnswer | undefined

/** The routes of a library. `origin` is where they are served. */
export const makeContentRoutes = (
  library: Library,
  examplesOf: (model: ListedModel) => ReadonlyArray<Example>,
  origin: () => string
): ContentRoutes => {
  const pictures = (model: ListedModel): string => `${origin()}/assets/models/${model.model}`
  const cover = (model: ListedModel): string => `${pictures(model)}/cover.jpg`
  const withCover = (model: ListedModel) => ({ ...model, coverImage: cover(model), ogImage: cover(model) })
  const withCovers = <A extends Maker | Shelf>(shelf: A) => ({ ...shelf, models: shelf.models.map(withCover) })

  const listing = (query: URLSearchParams): ContentAnswer => {
    const listed = listModels(library.models, query)
    if ("error" in listed) return { _tag: "Wrong", error: listed.error }
    const items = listed.part.items.map(withCover)
    return found(listed.paginated ? { ...listed.part, items } : items)
  }

  const collections = (query: URLSearchParams): ContentAnswer => {
    const error = categoryError(query)
    if (error !== undefined) return { _tag: "Wrong", error }
    const category = query.get("category")
    return found(
      library.collections.filter((each) => category === null || each.category.includes(category)).map(withCovers)
    )
  }

  const pricing = (model: ListedModel): unknown => {
    const { air, capabilities, name, pricingExamples, pricingOverview, releasedAt, status } = model
    const category = categoriesOf(capabilities)
    const coverImage = cover(model)
    return { model: model.model, air, name, status, coverImage, releasedAt, pricingOverview, pricingExamples, category }
  }

  const examples = (model: ListedModel, capability: string | null): unknown =>
    examplesOf(model)
      .filter((each) => capability === null || each.capability === capability)
      .map(({ id, items, media, request, title, ...each }) => {
        const address = (one: MediaDescription): string => `${pictures(model)}/examples${mediaPath(one)}`
        const [first] = media
        return {
          id,
          title,
          model: model.model,
          capability: each.capability,
          asset: first === undefined ? null : address(first),
          request,
          response: { data: withAddresses(items, address) }
        }
      })

  const ofModel = (model: ListedModel, part: string | undefined, query: URLSearchParams): ContentAnswer => {
    switch (part) {
      case undefined:
        return found(withCover(model))
      case "examples":
        return found(examples(model, query.get("capability")))
      case "pricing":
        return found(pricing(model))
      case "guides":
        return found(guidesOf(model))
      default:
        return missing
    }
  }

  const picture = (model: ListedModel, path: string): ContentAnswer => {
    const media =
      path === "cover.jpg"
        ? coverOf(model)
        : examplesOf(model)
            .flatMap((each) => each.media)
            .find((each) => path === `examples${mediaPath(each)}`)
    return media === undefined ? missing : { _tag: "Picture", media }
  }

  return ([area, name, ...rest], query) => {
    const model = name === undefined ? undefined : library.find(name)
    switch (area) {
      case "models":
        if (name === undefined) return listing(query)
        return model === undefined || rest.length > 1 ? missing : ofModel(model, rest[0], query)
      case "collections":
        return name === undefined ? collections(query) : one(library.collections.map(withCovers), [name, ...rest])
      case "creators":
        return name === undefined
          ? found(library.creators.map(withCovers))
          : one(library.creators.map(withCovers), [name, ...rest])
      case "capabilities":
        return name === undefined ? found(library.capabilities) : missing
      case "assets": {
        const owner = name === "models" && rest[0] !== undefined ? library.find(rest[0]) : undefined
        return owner === undefined ? missing : picture(owner, rest.slice(1).join("/"))
      }
      default:
        return undefined
    }
  }
}

const missing: ContentAnswer = { _tag: "Missing" }

const found = (body: unknown): ContentAnswer => ({ _tag: "Found", body })

const one = (entries: ReadonlyArray<{ readonly id: string }>, [id, ...rest]: ReadonlyArray<string>): ContentAnswer => {
  const entry = rest.length > 0 ? undefined : entries.find((each) => each.id === id)
  return entry === undefined ? missing : found(entry)
}
