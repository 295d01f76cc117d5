import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

const stream = await client.stream({
  model: "google:gemini@3.5-flash",
  messages: [{ role: "user", content: "Name three trees." }],
  includeUsage: true
})
let text = ""
for await (const piece of stream.textStream) text += piece
const { finishReason, usage } = await stream.result()
console.log(text !== "" && text === (await stream.text()), finishReason, (usage?.totalTokens ?? 0) > 0)

await client.disconnect()
