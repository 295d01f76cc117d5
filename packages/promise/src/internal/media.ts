/**
 * The disk of the runtime, where it has one.
 */
import type * as NodeMedia from "@effect-runware/node/NodeMedia"
import { isRunwareError, make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import * as Effect from "effect/Effect"
import { runtime } from "./platform.ts"

/** The disk, where there is one. Browsers never load what reads it. */
export const loadDisk = async (): Promise<typeof NodeMedia> => {
  if (runtime() === undefined) {
    throw makeError("validation", {
      rawCode: "noFileSystem",
      message: "This runtime has no files that a path could name.",
      advice: "Give a `File`, a `Blob` or bytes; results come as `Media.bytes` or `Media.toBlob`.",
      submission: "none"
    })
  }
  return await import("@effect-runware/node/NodeMedia")
}

/** The disk as an effect. */
export const disk: Effect.Effect<typeof NodeMedia, RunwareError> = Effect.tryPromise({
  try: loadDisk,
  catch: (cause) =>
    isRunwareError(cause)
      ? cause
      : makeError("connection", {
          rawCode: "moduleNotLoaded",
          message: "The part of this client that reads and writes files could not be loaded.",
          advice: "Check that all files of the package are where its first one is.",
          submission: "none",
          cause
        })
})
