import { createClient } from "@runware/sdk"

let requests = 0
const client = await createClient({
  apiKey: process.env.RUNWARE_API_KEY,
  transport: "rest",
  userAgent: "my-app/1.0",
  dependencies: {
    fetch: (input, init) => {
      requests++
      return fetch(input, init)
    }
  }
})

const [image] = await client.run({ model: "runware:101@1", positivePrompt: "a lamp", width: 512, height: 512 })
console.log(requests > 0, image.imageURL)

await client.disconnect()
