import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

// The architecture as a type argument types the parameters of a model that no release lists.
const [image] = await client.run<"sdxl">({
  taskType: "imageInference",
  model: "civitai:133005@782002",
  positivePrompt: "a fox in the snow",
  width: 1024,
  height: 1024
})
console.log(image?.imageURL)

await client.disconnect()
