/**
 * Files where a parameter takes a medium: what a program may give there besides a URL, a data URI, base64 or a UUID.
 * Nothing of this module exists at run time.
 *
 * @since 0.1.0
 */

/**
 * A file, named as one: what `Media.fromFile`, `Media.fromStream` and the like make. It is read while the request is
 * built, never before.
 *
 * @since 0.1.0
 * @category models
 */
export interface MediaFile {
  readonly "~effect-runware/Media": object
  /** The file's name, where it has one. */
  readonly name: string | undefined
  /** The MIME type that it was given with, where it was. */
  readonly type: string | undefined
}

/**
 * What `Blob` and `File` have, in every runtime.
 *
 * @since 0.1.0
 * @category models
 */
export interface BlobLike {
  readonly size: number
  readonly type: string
  arrayBuffer(): Promise<ArrayBuffer>
}

/**
 * The bytes of a medium, in place of its address: a `Uint8Array` or another view, an `ArrayBuffer`, a `Blob` or `File`, or
 * an explicit {@link MediaFile}. The client sends them as a data URI. A string is never one: it is sent as it is.
 *
 * @since 0.1.0
 * @category models
 */
export type MediaSource = ArrayBufferView | ArrayBuffer | BlobLike | MediaFile
