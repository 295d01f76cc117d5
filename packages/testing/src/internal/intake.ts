/** Takes in what clients bring to the service in memory: as it is, since nothing is drawn, recognised or fetched here. */
import { contentTypes } from "@effect-runware/emulator/Media"
import type { IntakeOutcome, MediaSource } from "@effect-runware/emulator/MediaIntake"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"

const encoder = new TextEncoder()

/** What becomes of a medium. */
export const takeMedia = (source: MediaSource): IntakeOutcome => {
  switch (source._tag) {
    case "Address":
      return { _tag: "Unreachable", reason: "the service in memory reaches no other" }
    case "Base64": {
      const bytes = Base64.decode(source.text)
      return Result.isSuccess(bytes)
        ? taken(bytes.success, "application/octet-stream", "bin")
        : { _tag: "Damaged", reason: "it is no base64" }
    }
    case "Stored": {
      const { media } = source
      if (media._tag === "Brought") return { _tag: "Taken", file: media.file }
      const { format } = media.description
      return taken(encoder.encode(JSON.stringify(media.description)), contentTypes[format], format.toLowerCase())
    }
  }
}

const taken = (bytes: Uint8Array, contentType: string, extension: string): IntakeOutcome => ({
  _tag: "Taken",
  file: { bytes, contentType, extension }
})
