/**
 * Which files a result has, and how each is called on a disk. Pure: nothing is asked for.
 */
import { isJsonObject, listOf, type JsonObject, textOf } from "../json.ts"

/** How the service delivered a file. */
export type Delivery = "URL" | "base64Data" | "dataURI"

/** One file of a result. */
export interface Output {
  /** What it is, by its fields: `image` for `imageURL`, `file` for one of `outputs.files`. */
  readonly kind: "image" | "video" | "audio" | "maskImage" | "guideImage" | "media" | "file" | (string & {})
  readonly delivery: Delivery
  /** The address, the base64 or the data URI. */
  readonly value: string
  /** The UUID that the service gave the file. */
  readonly uuid: string | undefined
  readonly taskUUID: string | undefined
  /** The file's name without its extension, the same for the same file: its UUID, else that of its task and a number. */
  readonly stem: string
}

const fields = /^(?<kind>\w+?)(?<form>URL|Base64Data|DataURI)$/

const deliveries: Readonly<Record<string, Delivery>> = { URL: "URL", Base64Data: "base64Data", DataURI: "dataURI" }

/** What the service is known to deliver; of anything else a UUID beside it says that it is a file. */
const kinds: ReadonlySet<string> = new Set(["image", "video", "audio", "maskImage", "guideImage", "media"])

/** The files of one result, or of all of them, in order, each once. */
export const outputs = (results: unknown): ReadonlyArray<Output> => {
  const found = (Array.isArray(results) ? results : [results]).filter(isJsonObject).flatMap(outputsOf)
  const seen = new Map<string, number>()
  return found
    .filter(({ kind, value }, index) => found.findIndex((one) => one.kind === kind && one.value === value) === index)
    .map((output, index): Output => {
      const stem = safeStem(output.uuid) ?? `${safeStem(output.taskUUID) ?? "result"}-${index + 1}`
      const times = (seen.get(stem.toLowerCase()) ?? 0) + 1
      seen.set(stem.toLowerCase(), times)
      return Object.assign(output, { stem: times === 1 ? stem : `${stem}-${times}` })
    })
}

type Found = Omit<Output, "stem">

const outputsOf = (item: JsonObject): ReadonlyArray<Found> => {
  const taskUUID = textOf(item["taskUUID"])
  const own = Object.entries(item).flatMap(([name, given]): ReadonlyArray<Found> => {
    const { form = "", kind = "" } = fields.exec(name)?.groups ?? {}
    const value = textOf(given)
    const uuid = textOf(item[`${kind}UUID`])
    const delivery = deliveries[form]
    if (value === undefined || delivery === undefined || (uuid === undefined && !kinds.has(kind))) return []
    return [{ kind, delivery, value, uuid, taskUUID }]
  })
  const { outputs } = item
  const files = isJsonObject(outputs) ? listOf(outputs["files"]).filter(isJsonObject) : []
  return [
    ...own,
    ...files.flatMap((file): ReadonlyArray<Found> => {
      const value = textOf(file["url"])
      if (value === undefined) return []
      return [{ kind: "file", delivery: "URL", value, uuid: textOf(file["uuid"]), taskUUID }]
    })
  ]
}

/** What the service, or somebody in its name, calls a file is no place on this disk: only what can't leave a folder. */
const safeStem = (uuid: string | undefined): string | undefined => {
  const safe = uuid?.replaceAll(/[^\w-]+/g, "_").slice(0, 100)
  return safe === undefined || /^[_-]*$/.test(safe) || isReserved(safe) ? undefined : safe
}

/** Names that Windows gives to devices, whatever their extension. */
const isReserved = (name: string): boolean => /^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(name)

/** The extension that an address or a data URI tells, without its dot. */
export const extensionOf = ({ delivery, value }: Pick<Output, "delivery" | "value">): string | undefined => {
  if (delivery !== "URL" || !URL.canParse(value)) return undefined
  return /\.(?<extension>[a-z0-9]{1,8})$/i.exec(new URL(value).pathname)?.groups?.["extension"]?.toLowerCase()
}

export const isOutput = (value: unknown): value is Output =>
  isJsonObject(value) &&
  typeof value["stem"] === "string" &&
  typeof value["value"] === "string" &&
  ["URL", "base64Data", "dataURI"].includes(String(value["delivery"]))
