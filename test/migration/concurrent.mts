import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })
await client.connect()

const prompts = ["a pear", "a plum", "a quince"]
const results = await Promise.all(
  prompts.map((positivePrompt) => client.run({ model: "runware:101@1", positivePrompt, width: 512, height: 512 }))
)
console.log(client.isConnected(), results.flat().length, new Set(results.flat().map((image) => image.imageURL)).size)

await client.disconnect()
