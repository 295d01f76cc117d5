/**
 * A logger of your own, by Promises: `logSink` receives each entry with its category, message, data and timestamp. Entries
 * hold no key, and prompts and media only in short; without a sink none is built, and nothing is printed. Run it with
 * `npx -y pnpm@12 tsx examples/src/custom-logger-promise.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an
 * emulator.
 */
import { createClient, type LogEntry } from "@effect-runware/promise"

const counts = new Map<string, number>()

/** What goes wrong is printed, all else is counted. */
const logSink = ({ category, data, message }: LogEntry) => {
  counts.set(category, (counts.get(category) ?? 0) + 1)
  if (category === "retry" || category === "callback") console.error(`${category}: ${message}`, data)
}

await using client = createClient({ logSink })

const [image] = await client.run(
  { model: "runware:101@1", positivePrompt: "a lighthouse in fog", width: 512, height: 512 },
  {
    onResult: () => {
      throw new Error("A callback that breaks is logged, and harms nothing.")
    }
  }
)
console.log(image?.imageURL)
for (const [category, count] of counts) console.log(`${String(count).padStart(3)} ${category}`)
