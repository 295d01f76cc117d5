/**
 * Many tasks at once, by Promises, in two ways: calls that run side by side over one WebSocket, at most four in flight, each
 * printed as it ends; and tasks that travel in one request, where the one that is refused spoils none of the others. Run it
 * with `npx -y pnpm@12 tsx examples/src/concurrent-operations-promise.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL`
 * leads it to an emulator.
 */
import { createClient } from "@effect-runware/promise"

// The client keeps more calls than this waiting: no pool is needed around it.
await using client = createClient({ maxConcurrency: 4 })

const poster = (subject: string) =>
  ({ model: "runware:400@2", positivePrompt: `a travel poster of ${subject}`, width: 512, height: 768 }) as const

const cities = ["Lisbon", "Oslo", "Kyoto", "Quito", "Hanoi", "Tunis", "Porto", "Nairobi"]

const started = performance.now()
await Promise.all(
  cities.map(async (city) => {
    const [image] = await client.run(poster(city))
    console.log(`${city.padEnd(8)} ${image?.imageURL}`)
  })
)
console.log(`${cities.length} posters in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)

const outcomes = await client.run([poster("the sea"), { ...poster("nothing"), width: 500 }, poster("the moon")])
for (const outcome of outcomes) {
  if (outcome.status === "success") console.log(`drawn    ${outcome.results[0]?.imageURL}`)
  else console.log(`refused  ${outcome.error.code}: ${outcome.error.message}`)
}
