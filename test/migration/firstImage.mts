import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

const images = await client.run({
  model: "runware:101@1",
  positivePrompt: "a red bicycle against a white wall",
  width: 512,
  height: 512,
  numberResults: 2
})
for (const image of images) console.log(image.imageURL)

await client.disconnect()
