/**
 * What a client loads when it is first used, loaded ahead: an import takes time that no clock of a test measures.
 */
import { TextStream } from "@effect-runware/core"
import * as Effect from "effect/Effect"

export const loaded: Effect.Effect<void> = Effect.orDie(TextStream.load)
