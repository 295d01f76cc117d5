/**
 * What saving needs of a disk, as effects whose errors say what could not be done.
 */
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { constants, type Stats } from "node:fs"
import * as fs from "node:fs/promises"

export const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined

/** A place on the disk that can't be used as it was asked. */
export const unusable = (rawCode: string, message: string, advice: string, cause?: unknown): RunwareError =>
  makeError("validation", { rawCode, message, advice, parameter: "to", submission: "none", cause })

/** A step on the disk; `what` says in the error what it was. */
export const step = <A>(what: string, path: string, perform: () => Promise<A>): Effect.Effect<A, RunwareError> =>
  Effect.tryPromise({
    try: perform,
    catch: (cause) => {
      const why = codeOf(cause) ?? (cause instanceof Error ? cause.message : String(cause))
      const advice = why === "ENOSPC" ? "Make room on the disk." : "Check the path and its permissions."
      return unusable("fileNotWritable", `${JSON.stringify(path)} could not be ${what}: ${why}.`, advice, cause)
    }
  })

export const makeFolder = (path: string): Effect.Effect<void, RunwareError> =>
  Effect.asVoid(step("made a folder", path, () => fs.mkdir(path, { recursive: true })))

/** What is at a path, if anything; links are not followed. */
export const find = (path: string): Effect.Effect<Stats | undefined, RunwareError> =>
  step("looked up", path, () =>
    fs.lstat(path).catch((cause: unknown) => {
      if (codeOf(cause) === "ENOENT") return undefined
      throw cause
    })
  )

/** Opens a file for writing at places of its own, keeping what is in it. A link in its place is not followed. */
export const openForWriting = (path: string): Effect.Effect<fs.FileHandle, RunwareError, Scope.Scope> => {
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
  return Effect.acquireRelease(
    step("opened", path, () => fs.open(path, flags, 0o666)),
    (handle) => Effect.promise(() => handle.close().catch(() => undefined))
  )
}

export const remove = (path: string): Effect.Effect<void, RunwareError> =>
  step("removed", path, () => fs.rm(path, { force: true }))

/**
 * Gives a complete file its name. False when something else has the name and may keep it, be it the same file from another
 * download.
 */
export const publish = (part: string, path: string, overwrite: boolean): Effect.Effect<boolean, RunwareError> =>
  step("given its name", path, async () => {
    if (!overwrite) {
      try {
        // Unlike renaming, linking never replaces what came there meanwhile.
        await fs.link(part, path)
        await fs.rm(part, { force: true })
        return true
      } catch {
        if (await exists(path)) return false
        // Some disks know no links.
      }
    }
    try {
      await fs.rename(part, path)
      return true
    } catch (cause) {
      if (codeOf(cause) === "ENOENT" && (await exists(path))) return false
      throw cause
    }
  })

const exists = (path: string): Promise<boolean> =>
  fs.lstat(path).then(
    () => true,
    () => false
  )
