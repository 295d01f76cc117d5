/**
 * Media that clients bring. The machine takes the description of a medium from a task and asks its shell for the bytes:
 * fetching, decoding, recognising and scaling need the outside. The shell answers with the bytes, or with what is wrong.
 *
 * @since 0.1.0
 */
import type { StoredMedia } from "./State.ts"

/**
 * Where the bytes come from: an address elsewhere, base64 in the request, or what the service keeps already.
 *
 * @since 0.1.0
 * @category models
 */
export type MediaSource =
  | { readonly _tag: "Address"; readonly url: string }
  | { readonly _tag: "Base64"; readonly text: string }
  | { readonly _tag: "Stored"; readonly media: StoredMedia }

/**
 * What is taken: `media` is any image, video, sound or 3D file as it is; `image` is an image of the common formats, at
 * most 2048 pixels a side: larger ones are scaled down.
 *
 * @since 0.1.0
 * @category models
 */
export type IntakeKind = "media" | "image"

/**
 * The bytes, and what they are.
 *
 * @since 0.1.0
 * @category models
 */
export interface MediaFile {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** As file names have it, without the dot. */
  readonly extension: string
}

/**
 * How taking a medium ended.
 *
 * @since 0.1.0
 * @category models
 */
export type IntakeOutcome =
  | { readonly _tag: "Taken"; readonly file: MediaFile }
  /** The address gave nothing usable; `reason` says what it did, without its query. */
  | { readonly _tag: "Unreachable"; readonly reason: string }
  | { readonly _tag: "TooLarge"; readonly max: number }
  /** The bytes are of no type that is taken. */
  | { readonly _tag: "Unsupported"; readonly found: string | undefined; readonly allowed: ReadonlyArray<string> }
  /** The bytes begin like their type and don't go on like it. */
  | { readonly _tag: "Damaged"; readonly reason: string }
