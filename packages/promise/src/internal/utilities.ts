/**
 * The utilities of a client: methods, which load what performs them when the first of them is called.
 */
import * as Effect from "effect/Effect"
import { loadUtilityCalls, methods } from "./loading.ts"
import type { Perform } from "./utilityCalls.ts"

export const make = (perform: Perform) =>
  methods(
    Effect.map(loadUtilityCalls, (calls) => calls.make(perform)),
    [
      "modelSearch",
      "modelUpload",
      "imageUpload",
      "mediaStorage",
      "accountManagement",
      "getTaskDetails",
      "getResponse",
      "ping"
    ]
  )
