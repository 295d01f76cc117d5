/**
 * Models that accounts bring: on their way in, and in use.
 *
 * @since 0.1.0
 */

/**
 * A model on its way in.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelUpload {
  readonly taskUUID: string
  readonly air: string
  /** The stage that it has reached: 0 is `validated`. */
  readonly reached: number
  /** Why the next stage fails, where that is known before. */
  readonly failure: string | undefined
  /** The session to which its stages are pushed. */
  readonly session: string | undefined
}

/**
 * A model that a client uploaded, ready for use.
 *
 * @since 0.1.0
 * @category models
 */
export interface UploadedModel {
  readonly air: string
  /** The key of the account. */
  readonly owner: string
  readonly addedAt: number
  /** Seen and used by its owner only. */
  readonly isPrivate: boolean
  readonly name: string
  readonly version: string
  readonly category: string
  readonly architecture: string
  readonly uniqueIdentifier: string | undefined
  readonly heroImage: string | undefined
  readonly shortDescription: string | undefined
  readonly positiveTriggerWords: string | undefined
  readonly negativeTriggerWords: string | undefined
  readonly tags: ReadonlyArray<string>
}
