import { startEmulator } from "@effect-runware/emulator"
import { expect, it } from "vitest"
import { createClient } from "../src/index.ts"

it("carries what a client has learned over to the next one, as JSON", async () => {
  const service = await startEmulator({ timeScale: 0 })
  const { apiKey, url } = service
  const client = createClient({ apiKey, baseUrl: url })
  expect(client.learnedTimes()).toEqual({ version: 1, kinds: [] })
  await client.run({ model: "runware:101@1", positivePrompt: "a heron", width: 512, height: 512 })
  const learned = client.learnedTimes()
  expect(learned.kinds.map(({ kind }) => kind)).toEqual(["imageInference runware:101@1 px18 x0"])
  await client.disconnect()
  const next = createClient({ apiKey, baseUrl: url, learnedTimes: JSON.parse(JSON.stringify(learned)) })
  expect(next.learnedTimes()).toEqual(learned)
  await next.disconnect()
  await service.close()
})
