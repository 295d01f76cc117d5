/**
 * The catalog of a client: its methods, which load what asks when the first of them is called.
 */
import * as Effect from "effect/Effect"
import type { Content } from "../Content.ts"
import type { Ask } from "./contentCalls.ts"
import { loadContentCalls, methods } from "./loading.ts"

export const make = (ask: Ask): { readonly [Name in keyof Content]: unknown } =>
  methods(
    Effect.map(loadContentCalls, (calls) => calls.make(ask)),
    [
      "models",
      "model",
      "examples",
      "pricing",
      "guides",
      "collections",
      "collection",
      "capabilities",
      "creators",
      "creator"
    ]
  )
