import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

let results = 0
let progress = 0
const images = await client.run(
  { model: "runware:101@1", positivePrompt: "three owls", width: 512, height: 512, numberResults: 3 },
  {
    onResult: (image) => {
      if ("imageURL" in image) results++
    },
    onProgress: () => {
      progress++
    }
  }
)
console.log(images.length, results, progress > 0)

await client.disconnect()
