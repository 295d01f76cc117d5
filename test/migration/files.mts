import { writeFileSync } from "node:fs"
import { createClient, fileToDataURI } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY })

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
writeFileSync("pixel.png", Buffer.from(pixel, "base64"))
const media = await fileToDataURI("pixel.png")
console.log(media.startsWith("data:image/png;base64,"))

const { mediaURL } = await client.mediaStorage({ operation: "upload", media })
const stored = await fetch(mediaURL)
console.log(stored.status, stored.headers.get("content-type"))

await client.disconnect()
