import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

const [image] = await client.run({
  model: "bfl-flux-1-dev",
  positivePrompt: "a paper boat on a puddle",
  width: 512,
  height: 512,
  includeCost: true
})
console.log(image.imageURL, image.cost > 0, image.seed)

await client.disconnect()
