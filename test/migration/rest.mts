import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY, transport: "rest" })

const [fast] = await client.run({
  model: "runware:101@1",
  positivePrompt: "a teapot",
  width: 512,
  height: 512,
  deliveryMethod: "sync"
})
console.log(client.isConnected(), fast.imageURL)

await client.disconnect()
