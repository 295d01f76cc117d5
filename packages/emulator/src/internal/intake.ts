/**
 * Takes media in for the machine: fetches them where they are elsewhere, decodes them where they came inside a request,
 * recognises them by their bytes, and scales images down to what the service keeps.
 */
import { fileTypeFromBuffer } from "file-type"
import sharp from "sharp"
import type { Event } from "../Command.ts"
import type { MediaDescription } from "../Media.ts"
import type { IntakeKind, IntakeOutcome, MediaFile, MediaSource } from "../MediaIntake.ts"
import { maxBytes, type Exposure } from "./exposure.ts"

/** Takes media in, and looks at the addresses of models, until it is closed. */
export interface Intake {
  readonly check: (event: Extract<Event, { readonly _tag: "CheckDownload" }>) => void
  readonly take: (event: Extract<Event, { readonly _tag: "TakeMedia" }>) => void
  /** Gives up what is under way. */
  readonly close: () => void
}

/** Milliseconds that an address has to answer in full. */
const patience = 10_000

const imageTypes = ["image/jpeg", "image/png", "image/webp", "image/bmp", "image/gif"]
const mediaTypes = ["image/*", "video/*", "audio/*", "model/*"]
const longestSide = 2048

/** An intake. `drawn` gives the bytes of an output. */
export const makeIntake = (
  { dispatch }: Pick<Exposure, "dispatch">,
  drawn: (media: MediaDescription) => Promise<Uint8Array>
): Intake => {
  const closed = new AbortController()

  const bytesOf = async (source: MediaSource): Promise<Uint8Array | IntakeOutcome> => {
    switch (source._tag) {
      case "Base64":
        return Buffer.from(source.text, "base64")
      case "Stored":
        return source.media._tag === "Drawn" ? await drawn(source.media.description) : source.media.file.bytes
      case "Address":
        return await download(source.url, AbortSignal.any([closed.signal, AbortSignal.timeout(patience)]))
    }
  }

  const takeIn = async (source: MediaSource, kind: IntakeKind): Promise<IntakeOutcome> => {
    const bytes = await bytesOf(source)
    if (!(bytes instanceof Uint8Array)) return bytes
    if (bytes.length > maxBytes) return tooLarge
    const found = await recognise(bytes)
    const allowed = kind === "image" ? imageTypes : mediaTypes
    if (found === undefined || !allowed.some((type) => matches(found.contentType, type))) {
      return { _tag: "Unsupported", found: found?.contentType, allowed }
    }
    const file = { bytes, ...found }
    return kind === "image" ? await fitted(file) : { _tag: "Taken", file }
  }

  const checkDownload = async (url: string): Promise<string | undefined> => {
    const place = placeOf(url)
    try {
      const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(patience)])
      const { ok, status } = await fetch(url, { method: "HEAD", signal })
      return ok ? undefined : `The file can't be downloaded: ${place} answered ${status}.`
    } catch (error) {
      return `The file can't be downloaded: ${place} ${silence(error)}.`
    }
  }

  return {
    check: ({ taskUUID, url }) =>
      void checkDownload(url).then((failure) => {
        if (!closed.signal.aborted) dispatch({ _tag: "DownloadChecked", taskUUID, failure })
      }),
    take: ({ intakeId, kind, source }) => {
      const ended = (outcome: IntakeOutcome): void => {
        if (!closed.signal.aborted) dispatch({ _tag: "MediaTaken", intakeId, outcome })
      }
      takeIn(source, kind).then(ended, (error: unknown) => ended(damaged(error)))
    },
    close: () => closed.abort()
  }
}

const tooLarge: IntakeOutcome = { _tag: "TooLarge", max: maxBytes }

const damaged = (error: unknown): IntakeOutcome => ({
  _tag: "Damaged",
  reason: error instanceof Error ? error.message : "it is no medium"
})

const matches = (contentType: string, type: string): boolean =>
  type.endsWith("*") ? contentType.startsWith(type.slice(0, -1)) : contentType === type

/** What is at an address. */
const download = async (url: string, signal: AbortSignal): Promise<Uint8Array | IntakeOutcome> => {
  const unreachable = (what: string): IntakeOutcome => ({ _tag: "Unreachable", reason: `${placeOf(url)} ${what}` })
  try {
    const response = await fetch(url, { signal })
    if (!response.ok || response.body === null) {
      await response.body?.cancel()
      return unreachable(`answered ${response.status}`)
    }
    const chunks: Array<Uint8Array> = []
    let size = 0
    for await (const chunk of response.body) {
      size += chunk.length
      if (size > maxBytes) return tooLarge
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    return unreachable(silence(error))
  }
}

/** An address without its query, which may hold a secret. */
const placeOf = (url: string): string => {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

const silence = (error: unknown): string =>
  error instanceof Error && error.name === "TimeoutError" ? "took too long" : "gave no answer"

/** What bytes are, by their beginning. */
const recognise = async (bytes: Uint8Array): Promise<Omit<MediaFile, "bytes"> | undefined> => {
  if (isSvg(bytes)) return { contentType: "image/svg+xml", extension: "svg" }
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined)
  return found && { contentType: found.mime, extension: found.ext }
}

/** SVG is text, and has no magic number. */
const isSvg = (bytes: Uint8Array): boolean =>
  /^\uFEFF?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/s.test(
    Buffer.from(bytes.subarray(0, 4096)).toString("utf8")
  )

/** An image that is whole, and not larger than images are kept. */
const fitted = async (file: MediaFile): Promise<IntakeOutcome> => {
  if (file.contentType === "image/bmp") return fittedBitmap(file)
  try {
    const image = sharp(file.bytes, { animated: true })
    const { height, pageHeight = height, width } = await image.metadata()
    await image.stats()
    if (width <= longestSide && pageHeight <= longestSide) return { _tag: "Taken", file }
    const bytes = await image.autoOrient().resize({ width: longestSide, height: longestSide, fit: "inside" }).toBuffer()
    return { _tag: "Taken", file: { ...file, bytes } }
  } catch (error) {
    return damaged(error)
  }
}

/** Bitmaps have no decoder here: a small one is kept as it is. */
const fittedBitmap = (file: MediaFile): IntakeOutcome => {
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength)
  if (view.byteLength < 26) return { _tag: "Damaged", reason: "it ends in its header" }
  const sides = [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))]
  return sides.every((side) => side > 0 && side <= longestSide)
    ? { _tag: "Taken", file }
    : { _tag: "Damaged", reason: `a bitmap may have at most ${longestSide} pixels a side` }
}
