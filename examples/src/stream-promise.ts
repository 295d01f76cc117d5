/**
 * A text as it is written, by Promises: the answer piece by piece, then what it took, from the same request.
 *
 * Without `RUNWARE_API_KEY` a local emulator answers. Run it with `npx tsx examples/src/stream-promise.ts`.
 */
import { env, stdout } from "node:process"
import { startEmulator } from "@effect-runware/emulator"
import { createClient, isRunwareError } from "@effect-runware/promise"

const emulator = env["RUNWARE_API_KEY"] === undefined ? await startEmulator({ timeScale: 0.5 }) : undefined
const client = createClient(emulator === undefined ? {} : { apiKey: emulator.apiKey, baseUrl: emulator.url })

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
} finally {
  await client.disconnect()
  await emulator?.close()
}
