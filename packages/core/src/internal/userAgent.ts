import { bundledVersion } from "@effect-runware/schemas/version"
import * as Effect from "effect/Effect"
import type { Settings } from "../RunwareConfig.ts"
import { format, Runtime } from "../UserAgent.ts"
import { version } from "./version.ts"

/** The `User-Agent` of a client, where its runtime lets us set one. */
export const userAgent = (settings: Pick<Settings, "userAgent">): Effect.Effect<string | undefined> =>
  Effect.map(Runtime, (runtime) =>
    runtime === undefined
      ? undefined
      : format({ product: settings.userAgent, version, runtime, schemas: bundledVersion })
  )
