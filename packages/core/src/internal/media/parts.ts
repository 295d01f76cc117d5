/**
 * The parts of media that files and results need, loaded when they are first used. A client without either knows nothing of
 * them.
 */
import type * as Effect from "effect/Effect"
import type { RunwareError } from "../../RunwareError.ts"
import type * as Content from "./content.ts"
import { loading } from "./loading.ts"
import type * as Reading from "./reading.ts"
import type * as Sniffing from "./sniffing.ts"
import type * as Taking from "./taking.ts"

/** What decodes and fetches media. */
export const loadContent: Effect.Effect<typeof Content, RunwareError> = loading(() => import("./content.ts"))

/** What reads media. */
export const loadReading: Effect.Effect<typeof Reading, RunwareError> = loading(() => import("./reading.ts"))

/** What knows media by their bytes. */
export const loadSniffing: Effect.Effect<typeof Sniffing, RunwareError> = loading(() => import("./sniffing.ts"))

/** What takes media whole. */
export const loadTaking: Effect.Effect<typeof Taking, RunwareError> = loading(() => import("./taking.ts"))
