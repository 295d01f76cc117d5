import { createClient, type LogEntry } from "@runware/sdk"

const entries: Array<LogEntry> = []
const apiKey = process.env.RUNWARE_API_KEY ?? ""
const client = await createClient({ apiKey, debug: true, logSink: (entry) => entries.push(entry) })

await client.run({ model: "runware:101@1", positivePrompt: "a kite", width: 512, height: 512 })
const [first] = entries
console.log(
  entries.length > 3,
  typeof first?.category,
  typeof first?.message,
  typeof first?.data,
  first !== undefined && first.timestamp > 0
)
console.log(JSON.stringify(entries).includes(apiKey))

await client.disconnect()
