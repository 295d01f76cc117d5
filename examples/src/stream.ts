/**
 * A text as it is written: the answer of a model, piece by piece, then how it came to it and what it cost.
 *
 * Without `RUNWARE_API_KEY` a local emulator answers. Run it with `npx tsx examples/src/stream.ts`.
 */
import { stdout } from "node:process"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware } from "@effect-runware/core"
import { Emulator } from "@effect-runware/emulator"
import { NodeRunware } from "@effect-runware/node"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const write = (piece: string) =>
  Effect.sync(() => {
    stdout.write(piece)
  })

const answer = Effect.gen(function* () {
  const { result, text } = yield* Runware.textStream({
    model: "alibaba:qwen@3.5-27b",
    messages: [{ role: "user", content: "What makes a good photograph of fog?" }],
    settings: { maxTokens: 400 },
    includeUsage: true,
    includeCost: true
  })
  // The reader sends the request; the result comes from the same one.
  yield* Stream.runForEach(text, write)
  const { cost, finishReason, reasoningContent, usage } = yield* result
  yield* Console.log(`

thoughts  ${reasoningContent ?? "none"}
tokens    ${usage?.totalTokens} (ended by ${finishReason})
cost      $${cost?.toFixed(6)}`)
}).pipe(
  Effect.scoped,
  // Whatever ends a stream early, the error has the part that came.
  Effect.tapError((error) => Console.error(`\n${error.message}\nSo far: ${String(error.results?.[0]?.["text"] ?? "")}`))
)

const client = Effect.gen(function* () {
  const key = yield* Config.option(Config.Redacted("RUNWARE_API_KEY"))
  if (Option.isSome(key)) return NodeRunware.layer({ apiKey: key.value })
  const { apiKey, url } = yield* Emulator.make({ timeScale: 0.5 })
  return NodeRunware.layer({ apiKey, baseUrl: url })
})

answer.pipe(Effect.provide(Layer.unwrap(client)), NodeRuntime.runMain)
