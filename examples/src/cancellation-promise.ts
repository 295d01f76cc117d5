/**
 * Cancellation, by Promises: an `AbortSignal` gives a call up, at once. `submission` of the error says what was bought. A task
 * that the service has accepted goes on and is billed, and `attach` leads back to it. Run it with
 * `npx -y pnpm@12 tsx examples/src/cancellation-promise.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an
 * emulator.
 */
import { createClient, isRunwareError } from "@effect-runware/promise"

await using client = createClient()
await client.connect()

const video = { model: "klingai:5@3", positivePrompt: "waves against a pier", duration: 5 } as const

try {
  // Given up before it began: nothing is sent.
  await client.run(video, { signal: AbortSignal.abort() })
} catch (error) {
  if (!isRunwareError(error)) throw error
  console.log(`${error.code}: submission ${error.submission}`)
}

const controller = new AbortController()
process.once("SIGINT", () => controller.abort())
setTimeout(() => controller.abort(new Error("The user went elsewhere.")), 2000)

try {
  await client.run(video, { signal: controller.signal })
} catch (error) {
  if (!isRunwareError(error)) throw error
  console.log(`${error.code}: submission ${error.submission}, because ${String(error.cause)}`)

  if (error.submission === "accepted" && error.taskUUID !== undefined) {
    console.log(`video ${error.taskUUID} is under way`)
    const [found] = await client.attach(error.taskUUID)
    console.log(`the same video: ${String(found?.["videoURL"])}`)
  }
}
