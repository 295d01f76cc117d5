/**
 * The catalog of a client: the core's, with a signal and a deadline for each question.
 */
import type * as Core from "@effect-runware/core/Content"
import { make as makeError, type RunwareError } from "@effect-runware/core/RunwareError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Content } from "../Content.ts"
import type { Method } from "./loading.ts"
import { readContentOptions } from "./options.ts"

/** How a client asks its catalog. */
export type Ask = <A>(
  signal: AbortSignal | undefined,
  question: (content: Core.Content["Service"]) => Effect.Effect<A, RunwareError>
) => Promise<A>

type Question = (content: Core.Content["Service"]) => Effect.Effect<unknown, RunwareError>

export const make = (ask: Ask): Readonly<Record<keyof Content, Method>> => {
  const answer = async (options: unknown, question: Question) => {
    const { signal, timeout } = readContentOptions(options)
    return ask(signal, (content) => (timeout === undefined ? question(content) : within(question(content), timeout)))
  }
  return {
    models: (query: object, options: unknown) => answer(options, (content) => content.models(query)),
    model: (airOrSlug: string, options: unknown) => answer(options, (content) => content.model(airOrSlug)),
    examples: (airOrSlug: string, query: object, options: unknown) =>
      answer(options, (content) => content.examples(airOrSlug, query)),
    pricing: (airOrSlug: string, options: unknown) => answer(options, (content) => content.pricing(airOrSlug)),
    guides: (airOrSlug: string, options: unknown) => answer(options, (content) => content.guides(airOrSlug)),
    collections: (query: object, options: unknown) => answer(options, (content) => content.collections(query)),
    collection: (id: string, options: unknown) => answer(options, (content) => content.collection(id)),
    capabilities: (options: unknown) => answer(options, (content) => content.capabilities),
    creators: (options: unknown) => answer(options, (content) => content.creators),
    creator: (id: string, options: unknown) => answer(options, (content) => content.creator(id))
  }
}

const within = <A>(effect: Effect.Effect<A, RunwareError>, duration: Duration.Duration) =>
  Effect.timeoutOrElse(effect, {
    duration,
    orElse: () =>
      Effect.fail(
        makeError("timeout", {
          message: `Waited ${Duration.format(duration)} for the catalog (option \`timeout\`).`,
          submission: "none"
        })
      )
  })
