/**
 * Log entries where no effect runs: nobody waits for their reader.
 */
import * as Effect from "effect/Effect"
import { log, type LogCategory, RunwareLogger } from "../RunwareLogger.ts"

export const saying: Effect.Effect<
  (category: LogCategory, message: string, data: () => Readonly<Record<string, unknown>>) => void
> = Effect.withFiber((fiber) => {
  const fork = Effect.runForkWith(fiber.context)
  const isRead = fiber.getRef(RunwareLogger) !== undefined
  return Effect.succeed((category, message, data) => {
    if (isRead) fork(log(category, message, data))
  })
})
