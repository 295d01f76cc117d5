import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

await client.refreshRegistry()
const error = await client
  .run({ model: "no-such-model", taskType: undefined, positivePrompt: "?" } as never)
  .catch((error: { readonly code: string }) => error)
console.log("code" in error ? error.code : "no error")

await client.disconnect()
