/**
 * The utilities, by Promises: models that fit, the balance before and after a task, what became of that task, and how quick
 * the service is. Run it with `npx -y pnpm@12 tsx examples/src/utilities-promise.ts` and `RUNWARE_API_KEY` set;
 * `RUNWARE_BASE_URL` leads it to an emulator.
 */
import { createClient } from "@effect-runware/promise"

await using client = createClient()

const balance = async () => (await client.accountManagement({ operation: "getDetails" })).balance.amount

const { roundTrip } = await client.ping()
console.log(`ping     ${roundTrip.toFixed(1)} ms`)

const { results, totalResults } = await client.modelSearch({ search: "flux", category: "checkpoint", limit: 3 })
console.log(`models   ${results.map(({ air }) => air).join(", ")} and ${totalResults - results.length} more`)

const before = await balance()
const [image] = await client.run({ model: "runware:101@1", positivePrompt: "a kite", width: 512, height: 512 })
console.log(`balance  $${before.toFixed(4)}, and $${(await balance()).toFixed(4)} after one image`)

// A result names its task, and so does a handle or an error; a bare taskUUID will do, too.
if (image !== undefined) {
  const { status } = await client.getResponse(image)
  const { request } = await client.getTaskDetails(image)
  console.log(`task     ${status}, asked for "${String(request[0]?.["positivePrompt"])}"`)
}
