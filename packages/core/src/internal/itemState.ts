/**
 * What one item of a reply tells about its generation: done, running, or merely accepted. Status words come and go, so
 * the outputs decide wherever the word is missing or new.
 */
import type { WireItem } from "../Protocol.ts"
import { isJsonObject } from "./json.ts"

const successWords: ReadonlySet<string> = new Set(["success", "ready"])

/** `failed` and words such as "error downloading" end a model upload; elsewhere the word is `error`. */
export const isFailureWord = (status: unknown): boolean =>
  typeof status === "string" && (status === "failed" || status.startsWith("error"))

const isFilled = (value: unknown): boolean =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : value !== undefined && value !== null

/** `{"files":[]}` stands where files will be. */
const holdsSomething = (value: unknown): boolean =>
  isJsonObject(value) ? Object.values(value).some(isFilled) : isFilled(value)

/** Media by its three forms, whatever its kind is called; not the inputs that some items repeat. */
const isMediaField = (field: string): boolean =>
  /(?:URL|Base64Data|DataURI)$/.test(field) && !/^(?:input|webhook|upload|download)/.test(field)

const otherOutputs: ReadonlySet<string> = new Set(["outputs", "structuredData", "toolCalls"])

/**
 * Whether an item holds an output: media in one of its forms, text (an empty one too), files, structured data.
 *
 * @since 0.1.0
 * @category predicates
 */
export const hasOutput = (item: WireItem): boolean =>
  Object.keys(item).some((field) => {
    const value = item[field]
    if (field === "text") return typeof value === "string"
    if (isMediaField(field)) return typeof value === "string" && value !== ""
    return otherOutputs.has(field) && holdsSomething(value)
  })

type ItemState = "done" | "running" | "failed" | "acknowledged"

const stateOf = (item: WireItem): ItemState => {
  const { status } = item
  if (status === undefined) return hasOutput(item) ? "done" : "acknowledged"
  if (successWords.has(status)) return "done"
  if (isFailureWord(status)) return "failed"
  return status !== "processing" && hasOutput(item) ? "done" : "running"
}

/**
 * Whether the generation is complete: it says so, or it holds an output without saying that it still runs.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isDone = (item: WireItem): boolean => stateOf(item) === "done"

/**
 * Whether the generation is queued or under way. A status word nobody knows, without an output, counts.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isRunning = (item: WireItem): boolean => stateOf(item) === "running"

/**
 * Whether the item only says that the service has the task: no status, no output.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isAcknowledgement = (item: WireItem): boolean => stateOf(item) === "acknowledged"

/** In this order, because an audio item may also name the video it came from. */
const mediaFields = ["imageUUID", "audioUUID", "videoUUID", "guideImageUUID", "maskImageUUID", "mediaUUID"]

const isMediaIdField = (field: string): boolean =>
  field.endsWith("UUID") && !/^(?:task|input|seed|parent|connection|organization)/.test(field)

const uuidIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

const fileId = ({ outputs }: WireItem): string | undefined => {
  const files = isJsonObject(outputs) ? outputs["files"] : undefined
  const [file] = Array.isArray(files) ? files : []
  return isJsonObject(file) ? uuidIn(file["uuid"]) : undefined
}

/**
 * The UUID that the service gave to the item's output, to know it again in a later poll or a replayed frame. Neither the
 * task's UUID nor that of an input. Text has none.
 *
 * @since 0.1.0
 * @category getters
 */
export const mediaId = (item: WireItem): string | undefined => {
  const known = mediaFields.find((field) => uuidIn(item[field]) !== undefined)
  const field =
    known ??
    Object.keys(item)
      .toSorted()
      .find((field) => isMediaIdField(field) && uuidIn(item[field]) !== undefined)
  return field === undefined ? fileId(item) : uuidIn(item[field])
}
