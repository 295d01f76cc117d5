import { createClient } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })
const { content } = client

const models = await content.models({ category: "image", search: "flux", sort: "name", order: "asc" })
const page = await content.models({ paginate: true, limit: 5, offset: 5 })
console.log(models.length > 0, page.items.length, page.total > 100)

console.log((await content.model("bfl-flux-1-dev"))?.air, await content.model("nothing:here@1"))
console.log((await content.examples("runware:101@1")).length > 0, (await content.examples("nothing:here@1")).length)
console.log((await content.pricing("runware:101@1"))?.air, (await content.guides("runware:101@1")).length >= 0)
console.log((await content.collections({ category: "image" })).length > 0, await content.collection("nothing"))
console.log(
  (await content.capabilities()).length > 0,
  (await content.creators()).length > 0,
  await content.creator("nobody")
)

await client.disconnect()
