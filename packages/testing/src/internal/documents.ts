/** What the service in memory publishes besides answering tasks: the registry, schemas, and descriptions of its media. */
import type { Catalog } from "@effect-runware/emulator/Catalog"
import type { StoredMedia } from "@effect-runware/emulator/State"
import type { RegistryData } from "@effect-runware/schemas/registry"

/** A document, ready to be sent. */
export interface Served {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Answers GET requests. */
export type Documents = (path: string, ifNoneMatch: string | undefined) => Served

const json = { "content-type": "application/json" } as const

export const makeDocuments = (options: {
  readonly registry: RegistryData
  readonly catalog: Catalog
  readonly media: (uuid: string) => StoredMedia | undefined
}): Documents => {
  const text = registryText(options.registry)
  const etag = `"${options.registry.version}"`
  return (path, ifNoneMatch) => {
    if (path === "/registry.json") {
      return ifNoneMatch === etag
        ? { status: 304, headers: { etag }, body: "" }
        : { status: 200, headers: { ...json, etag }, body: text }
    }
    const [, area, name = ""] = /^\/(?<area>resolve|media)\/(?<name>.+)$/.exec(path) ?? []
    const found =
      area === "resolve"
        ? options.catalog.resolve(decodeURIComponent(name))
        : area === "media"
          ? shown(options.media(name.replace(/\.[a-z\d]+$/, "")))
          : undefined
    return found === undefined
      ? { status: 404, headers: json, body: JSON.stringify({ errors: [notFound(path)] }) }
      : { status: 200, headers: json, body: JSON.stringify(found) }
  }
}

/** An output as its description; of a file that a client brought, what is known of it. */
const shown = (media: StoredMedia | undefined): unknown => {
  if (media?._tag !== "Brought") return media?.description
  const { bytes, contentType } = media.file
  return { contentType, bytes: bytes.length }
}

const notFound = (path: string) => ({ code: "resourceNotFound", message: `Nothing is served at ${path}.` })

const texts = new WeakMap<RegistryData, string>()

/** Written once: a simulation starts thousands of services of one registry. */
const registryText = (registry: RegistryData): string => {
  const text = texts.get(registry) ?? JSON.stringify(registry)
  texts.set(registry, text)
  return text
}
