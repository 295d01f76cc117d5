/**
 * The end of patience: every wait has a bound, and the error names the option that set it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { make as makeError, type RunwareError } from "../RunwareError.ts"

/** What waited for too long, and what for. */
export const overdue = (duration: Duration.Duration, what: string, option: string): RunwareError =>
  makeError("timeout", { message: `Waited ${Duration.format(duration)} for ${what} (option \`${option}\`).` })

/** Fails with code `timeout` when an effect takes too long. */
export const within = (duration: Duration.Duration, what: string, option: string) =>
  Effect.timeoutOrElse({ duration, orElse: () => Effect.fail(overdue(duration, what, option)) })
