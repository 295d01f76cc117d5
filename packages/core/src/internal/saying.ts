/**
 * Log entries where no effect runs: nobody waits for their reader. Where there is none, nothing is made to be said.
 */
import * as Effect from "effect/Effect"
import { log, type LogCategory, RunwareLogger } from "../RunwareLogger.ts"

type Say = (category: LogCategory, message: string, data: () => Readonly<Record<string, unknown>>) => void

export const saying: Effect.Effect<Say | undefined> = Effect.withFiber((fiber) => {
  if (fiber.getRef(RunwareLogger) === undefined) return Effect.undefined
  const fork = Effect.runForkWith(fiber.context)
  return Effect.succeed((category, message, data) => {
    fork(log(category, message, data))
  })
})
