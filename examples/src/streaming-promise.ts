/**
 * A text as it is written, by Promises: the answer piece by piece, then how the model came to it and what it cost, all from
 * one request. Run it with `npx -y pnpm@12 tsx examples/src/streaming-promise.ts` and `RUNWARE_API_KEY` set;
 * `RUNWARE_BASE_URL` leads it to an emulator.
 */
import { stdout } from "node:process"
import { createClient, isRunwareError } from "@effect-runware/promise"

await using client = createClient()

const stream = client.stream(
  {
    model: "alibaba:qwen@3.5-27b",
    messages: [{ role: "user", content: "What makes a good photograph of fog?" }],
    settings: { maxTokens: 400 },
    includeUsage: true,
    includeCost: true
  },
  { signal: AbortSignal.timeout(60_000) }
)

try {
  // The first reader sends the request. To leave the loop early would close it.
  for await (const piece of stream.textStream) stdout.write(piece)

  const { cost, finishReason, reasoningContent, usage } = await stream.result()
  console.log(`

thoughts  ${reasoningContent ?? "none"}
tokens    ${usage?.totalTokens} (ended by ${finishReason})
cost      $${cost?.toFixed(6)}`)
} catch (error) {
  if (!isRunwareError(error)) throw error
  // Whatever ends a stream early, the error has the part that came.
  console.error(`\n${error.message}\nSo far: ${String(error.results?.[0]?.["text"] ?? "")}`)
}
