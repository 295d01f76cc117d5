import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

const stored = await client.mediaStorage({ operation: "upload", media: pixel })
console.log("stored", stored.mediaUUID.length)
console.log("deleted", (await client.mediaStorage({ operation: "delete", media: stored.mediaUUID })).operation)
console.log("image", (await client.imageUpload({ image: pixel })).imageUUID.length)

const found = await client.modelSearch({ search: "flux", limit: 3 })
console.log("found", found.results.length, found.totalResults >= 3)

const { balance } = await client.accountManagement({ operation: "getDetails" })
console.log("account", typeof (typeof balance === "number" ? balance : balance.amount))

const [image] = await client.run({ model: "runware:101@1", positivePrompt: "a bell", width: 512, height: 512 })
const details = await client.getTaskDetails({ taskUUID: image.taskUUID })
console.log("details", details.request.length)
console.log("state", (await client.getResponse({ taskUUID: image.taskUUID })).results.length)

const model = await client.modelUpload({
  category: "lora",
  architecture: "sdxl",
  format: "safetensors",
  name: "Linocut",
  version: "1",
  downloadURL: `${process.env.RUNWARE_BASE_URL}/registry.json`
})
console.log("model", model.status, model.air !== undefined)

await client.disconnect()
