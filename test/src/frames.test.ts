/** What many runs at once send over one socket: not frames for each, but frames for all. */
import { startEmulator } from "@effect-runware/emulator"
import { createClient } from "@effect-runware/promise"
import { expect, it } from "vitest"

it("sends less than one frame for five tasks, however many run at once", async () => {
  let frames = 0
  const emulator = await startEmulator({ timeScale: 1, onRequest: () => frames++ })
  const client = createClient({ apiKey: emulator.apiKey, baseUrl: emulator.url })
  await client.connect()
  const count = 500
  const results = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      client.run({
        taskType: "audioInference",
        model: "elevenlabs:1@1",
        positivePrompt: `the sea at night [[slow:${300 + (index % 10) * 50}]]`,
        duration: 10,
        deliveryMethod: "async"
      })
    )
  )
  await client.disconnect()
  await emulator.close()
  expect(new Set(results.map(([result]) => result?.taskUUID)).size).toBe(count)
  expect(frames).toBeLessThan(count / 5)
})
