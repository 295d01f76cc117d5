/**
 * How the call of a utility is typed: its parameters without the task type, which its name says, and its one result. The
 * clients share these types; nothing of this module exists at run time.
 *
 * @since 0.1.0
 */
import type {
  MediaStorageParams,
  ModelSearchParams,
  ModelUploadParams,
  ImageUploadParams
} from "./generated/utilities.ts"
import type { UtilityResults } from "./generated/results.ts"

export type { AccountOperation, AccountParams, AccountResults } from "./account.ts"

/** What goes to the service without the task type; whoever has it in hand may leave it. */
type Named<P extends { readonly taskType: string }> = Omit<P, "taskType"> & {
  readonly taskType?: P["taskType"] | undefined
}

/**
 * What models to look for.
 *
 * @since 0.1.0
 * @category parameters
 */
export type ModelSearch = Named<ModelSearchParams>

/**
 * One page of models, and how many there are in all.
 *
 * @since 0.1.0
 * @category results
 */
export type FoundModels = UtilityResults["modelSearch"]

/**
 * A model to add to the account.
 *
 * @since 0.1.0
 * @category parameters
 */
export type ModelUpload = Named<ModelUploadParams>

/**
 * A model that was added: `air` is what to run it by.
 *
 * @since 0.1.0
 * @category results
 */
export type UploadedModel = Omit<UtilityResults["modelUpload"], "status"> & { readonly status: "ready" }

/**
 * How far the upload of a model is: the service's word for it and its message.
 *
 * @since 0.1.0
 * @category models
 */
export interface UploadProgress {
  readonly status: "validated" | "downloaded" | "optimized" | "stored" | "ready" | (string & {})
  readonly message: string
}

/**
 * An image to store.
 *
 * @since 0.1.0
 * @category parameters
 */
export type ImageUpload = Named<ImageUploadParams>

/**
 * An image that was stored.
 *
 * @since 0.1.0
 * @category results
 */
export type UploadedImage = UtilityResults["imageUpload"]

/**
 * What can be done with stored media.
 *
 * @since 0.1.0
 * @category models
 */
export type MediaOperation = MediaStorageParams["operation"]

/**
 * A file to store, or the UUID of one to delete.
 *
 * @since 0.1.0
 * @category parameters
 */
export type MediaStorage<Op extends MediaOperation> = Omit<Named<MediaStorageParams>, "operation"> & {
  readonly operation: Op
}

/**
 * What became of the file: one that was stored has an address, too.
 *
 * @since 0.1.0
 * @category results
 */
export type StoredMedia<Op extends MediaOperation> = {
  readonly taskType: "mediaStorage"
  readonly taskUUID: string
  readonly operation: Op
  /** Identifies the file, as input of later tasks and to delete it. */
  readonly mediaUUID: string
  readonly [field: string]: unknown
} & (Op extends "upload" ? { readonly mediaURL: string } : unknown)

/**
 * A task as it was sent, and its last response.
 *
 * @since 0.1.0
 * @category results
 */
export type TaskDetails = UtilityResults["getTaskDetails"]
