/** What the service publishes besides answering tasks: the registry, the schemas, the catalog, and the media it made. */
import type { RegistryData } from "@effect-runware/schemas/registry"
import { createHash } from "node:crypto"
import type { Catalog } from "../Catalog.ts"
import { contentTypes, type MediaDescription } from "../Media.ts"
import type { StoredMedia } from "../State.ts"
import type { ContentRoutes } from "./content/routes.ts"
import type { Gallery } from "./rendering/gallery.ts"
import { reject } from "./rejection.ts"

/** A document, ready to be sent. */
export interface Served {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Answers GET requests. */
export type Documents = (url: URL, ifNoneMatch: string | undefined) => Promise<Served>

const json = { "content-type": "application/json" } as const

/** The reply for what does not exist. */
export const notFound = (message: string): Served => ({
  status: 404,
  headers: json,
  body: JSON.stringify({ errors: [reject(404, "resourceNotFound", message).error] })
})

/** The documents of a service. */
export const makeDocuments = (options: {
  readonly registry: RegistryData
  /** The schema map as text: it is sent far more often than read. */
  readonly schemaMap: string
  readonly catalog: Catalog
  readonly content: ContentRoutes
  readonly gallery: Gallery
  readonly media: (uuid: string) => StoredMedia | undefined
}): Documents => {
  const { catalog, content, gallery, media, registry, schemaMap } = options
  const registryText = JSON.stringify(registry)
  const etag = `"${createHash("sha256").update(registryText).digest("base64url").slice(0, 22)}"`
  const immutable = { ...json, "cache-control": "public, max-age=31536000, immutable" }

  const resolve = (id: string): Served => {
    const resolution = catalog.resolve(id)
    return resolution === undefined
      ? notFound(`No model '${id}' is known.`)
      : { status: 200, headers: { ...json, "cache-control": "max-age=300" }, body: JSON.stringify(resolution) }
  }

  const serveMedia = async (uuid: string): Promise<Served> => {
    const stored = media(uuid)
    if (stored === undefined) return notFound("There is no such media, or it has expired.")
    if (stored._tag === "Drawn") return await draw(stored.description)
    const { bytes, contentType } = stored.file
    return { status: 200, headers: { "content-type": contentType }, body: bytes }
  }

  const draw = async (description: MediaDescription): Promise<Served> => ({
    status: 200,
    headers: { "content-type": contentTypes[description.format] },
    body: await gallery.bytes(description)
  })

  const serveContent = async (path: string, query: URLSearchParams): Promise<Served | undefined> => {
    const names = path
      .split("/")
      .slice(1)
      .map((part) => decoded(part) ?? part)
    const answer = content(names, query)
    switch (answer?._tag) {
      case undefined:
        return undefined
      case "Found":
        return { status: 200, headers: json, body: JSON.stringify(answer.body) }
      case "Picture":
        return await draw(answer.media)
      case "Wrong":
        return { status: 400, headers: json, body: JSON.stringify({ errors: [answer.error] }) }
      case "Missing":
        return notFound(`The catalog has nothing at ${path}.`)
    }
  }

  return async ({ pathname: path, searchParams }, ifNoneMatch) => {
    if (path === "/registry.json") {
      const headers = { ...json, etag, "cache-control": "no-cache" }
      return matches(ifNoneMatch, etag)
        ? { status: 304, headers: { etag }, body: "" }
        : { status: 200, headers, body: registryText }
    }
    const [, area, rest] = /^\/(?<area>[^/]+)\/(?<rest>.+)$/.exec(path) ?? []
    const name = rest === undefined ? undefined : decoded(rest)
    if (name !== undefined) {
      if (area === "resolve") return resolve(name)
      if (area === "media") return await serveMedia(name.replace(/\.[a-z\d]+$/, ""))
      if (area === "releases" && name === "latest/schema-map.json") {
        return { status: 200, headers: json, body: schemaMap }
      }
      if (area === "releases" && name === `${registry.version}/schema-map.json`) {
        return { status: 200, headers: immutable, body: schemaMap }
      }
    }
    return (await serveContent(path, searchParams)) ?? notFound(`Nothing is served at ${path}.`)
  }
}

const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined && ifNoneMatch.split(",").some((each) => [etag, `W/${etag}`, "*"].includes(each.trim()))

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
