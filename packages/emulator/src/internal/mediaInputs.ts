/**
 * The media that a task works on: each must have the form of a medium, and those that the service itself should have must
 * be there. Addresses elsewhere are not fetched.
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import { storedMedia } from "../State.ts"
import { isRecord } from "./json.ts"
import { ownMedium, parseReference, type MediaReference } from "./references.ts"
import { reject, type Rejection } from "./rejection.ts"
import type { Sender } from "./sender.ts"
import { put, type Turn } from "./turn.ts"

/** Parameters below `inputs` that hold media, alone or in a list. Others, such as a `dataset` or an `avatar`, may hold words. */
const insideInputs =
  /^(?:image|images|mask|maskImage|seedImage|referenceImages?|frameImages?|lastFrame|video|videos|referenceVideos?|audio|audios|referenceAudios?|background)$/

/** Parameters at the top of a task that hold media; the older ones among them. */
const atTheTop =
  /^(?:inputImages?|seedImage|maskImage|referenceImages?|frameImages?|inputVideos?|referenceVideos?|inputAudios?|guideImage|lastFrame)$/

/** Parameters at the top that hold objects, or lists of objects, with media in them. */
const holders = /^(?:controlNet|ipAdapters|photoMaker|pulid|watermark)$/
const insideHolders = /^(?:guideImages?|images?)$/

/** Parameters of an entry in a list of media. */
const insideEntry = /^(?:image|inputImage|images|inputImages|video|audio)$/

interface Place {
  readonly parameter: string
  readonly text: string
}

/** Every place of a task at which a medium is named. */
const placesOf = (task: WireTask): ReadonlyArray<Place> =>
  Object.entries(task).flatMap(([name, value]) => {
    if (name === "inputs") return fields(value, name, insideInputs)
    if (holders.test(name)) return fields(value, name, insideHolders)
    return atTheTop.test(name) ? media(value, name) : []
  })

const fields = (value: unknown, path: string, names: RegExp): ReadonlyArray<Place> =>
  Array.isArray(value)
    ? value.flatMap((entry: unknown, index) => fields(entry, `${path}.${index}`, names))
    : isRecord(value)
      ? Object.entries(value).flatMap(([name, inner]) => (names.test(name) ? media(inner, `${path}.${name}`) : []))
      : []

const media = (value: unknown, path: string): ReadonlyArray<Place> => {
  if (typeof value === "string") return [{ parameter: path, text: value }]
  if (Array.isArray(value)) return value.flatMap((entry: unknown, index) => media(entry, `${path}.${index}`))
  return fields(value, path, insideEntry)
}

/** Everything wrong with the media of a task. A dry run looks none of them up. */
export const mediaRejections = (turn: Turn, task: WireTask, { apiKey, dryRun }: Sender): ReadonlyArray<Rejection> =>
  placesOf(task).flatMap(({ parameter, text }) => {
    const reference = parseReference(text)
    if (reference === undefined) return [malformed(parameter)]
    const uuid = dryRun ? undefined : keptMedium(turn, reference)
    if (uuid === undefined) return []
    const stored = storedMedia(turn.state, uuid, turn.now)
    // An address works for whoever has it; an identifier only for whom it was given to.
    const isThere = stored !== undefined && (reference._tag === "Address" || stored.owner === apiKey)
    return isThere ? [] : [mediaNotFound(parameter)]
  })

/** Notes that the media of a task were used: some are kept for a time after their last use. */
export const touchMedia = (turn: Turn, task: WireTask): void => {
  for (const { text } of placesOf(task)) {
    const reference = parseReference(text)
    const uuid = reference && keptMedium(turn, reference)
    const stored = uuid === undefined ? undefined : storedMedia(turn.state, uuid, turn.now)
    if (uuid === undefined || stored?._tag !== "Brought") continue
    put(turn, "media", uuid, { ...stored, expiresAt: turn.now + stored.lifetime })
  }
}

/** The UUID of a medium that the service itself should have. */
const keptMedium = (turn: Turn, reference: MediaReference): string | undefined => {
  if (reference._tag === "Identifier") return reference.uuid
  return reference._tag === "Address" ? ownMedium(reference.url, turn.state.origin) : undefined
}

/** A medium is named that is not there, or not any more. */
export const mediaNotFound = (parameter: string): Rejection =>
  reject(404, "mediaNotFound", `'${parameter}' names a medium that does not exist, or was deleted.`, { parameter })

const malformed = (parameter: string): Rejection => {
  const name = parameter.split(".").findLast((part) => !/^\d+$/.test(part)) ?? parameter
  const message = `'${parameter}' must be the UUID of a medium, an address (http or https), a data URI, or base64.`
  return reject(400, `invalid${name.charAt(0).toUpperCase()}${name.slice(1)}`, message, { parameter, type: "string" })
}
