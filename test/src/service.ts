/**
 * A service for a test: an emulator on a port of its own that ends with the test's scope, and a client of it.
 */
import type { Runware } from "@effect-runware/core"
import type { Options } from "@effect-runware/core/RunwareConfig"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { Emulator, type EmulatorOptions } from "@effect-runware/emulator"
import { NodeRunware } from "@effect-runware/node"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

export const transports = ["rest", "websocket"] as const

/** Starts an emulator. Polls of its client come quickly, and so do retries. */
export const startService = (options?: EmulatorOptions) =>
  Effect.map(Emulator.make(options), (emulator) => ({
    ...emulator,
    /** Waits until the emulator has seen every socket close: what its clients had to say has come by then. */
    idle: Effect.repeat(emulator.stats, { until: ({ openSockets }) => openSockets === 0, schedule: pause }),
    /** Runs a program with a client of this service. */
    use: <A, E>(program: Effect.Effect<A, E, Runware.Runware>, more?: Options): Effect.Effect<A, E | RunwareError> =>
      Effect.provide(
        program,
        NodeRunware.layer({ apiKey: emulator.apiKey, baseUrl: emulator.url, pollDelay: 20, retryDelay: 50, ...more })
      )
  }))

const pause = Schedule.spaced("5 millis")

export const image = {
  taskType: "imageInference",
  model: "runware:101@1",
  positivePrompt: "a lighthouse in fog",
  width: 512,
  height: 512
} as const
