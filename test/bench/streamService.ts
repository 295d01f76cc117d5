/** Serves one long text stream, the same bytes to everyone, as fast as it is read. A process of its own, by `fork`. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

const [taskUUID = "", deltas = "0"] = process.argv.slice(2)
const words = ["the ", "light ", "of ", "a ", "lighthouse ", "in ", "fog, ", "naïve ", "“so” ", "🌈 "]

const chunk = (fields: object) => `data: ${JSON.stringify({ taskUUID, taskType: "textInference", ...fields })}\n\n`

const body = (count: number): Buffer => {
  const events = Array.from({ length: count }, (_, index) =>
    chunk({ delta: { text: words[index % words.length] }, finishReason: null })
  )
  const usage = { promptTokens: 1, completionTokens: count, totalTokens: count + 1 }
  return Buffer.from(`${events.join("")}${chunk({ delta: {}, finishReason: "stop", usage })}data: [DONE]\n\n`)
}

const bodies = new Map<number, Buffer>()
const bodyOf = (count: number): Buffer => {
  const known = bodies.get(count) ?? body(count)
  bodies.set(count, known)
  return known
}

const server = createServer((request, response) => {
  request.resume()
  const count = Number(new URL(request.url ?? "/", "http://localhost").searchParams.get("deltas") ?? deltas)
  response.writeHead(200, { "content-type": "text/event-stream" })
  response.end(bodyOf(count))
})
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
