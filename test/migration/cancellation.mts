import { createClient, isRunwareError } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

const controller = new AbortController()
const running = client.run(
  { model: "runware:101@1", positivePrompt: "a glacier [[slow:60000]]", width: 512, height: 512 },
  { signal: controller.signal, timeout: 30_000 }
)
controller.abort()
try {
  await running
} catch (error) {
  if (isRunwareError(error)) console.log(error.code, error.retryable)
}

await client.disconnect()
