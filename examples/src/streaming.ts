/**
 * A text as it is written: the answer of a model, piece by piece, then how it came to it and what it cost, all from one
 * request. Run it with `npx -y pnpm@12 tsx examples/src/streaming.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it
 * to an emulator.
 */
import { stdout } from "node:process"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Effect, Stream } from "effect"

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
  // The first reader sends the request; the result comes from the same one.
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

answer.pipe(Effect.provide(NodeRunware.layer()), NodeRuntime.runMain)
