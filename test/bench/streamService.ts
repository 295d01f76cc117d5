/**
 * Serves one long text stream, the same bytes to everyone, as fast as it is read; or, with `?every=2`, a delta each two
 * milliseconds, whose text is the time at which it was sent. A process of its own, by `fork`.
 */
import { createServer, type ServerResponse } from "node:http"
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

/** Nanoseconds of a clock that processes of one machine share. */
const paced = (count: number, every: number, response: ServerResponse) => {
  let sent = 0
  const timer = setInterval(() => {
    if (sent++ < count) {
      response.write(chunk({ delta: { text: String(process.hrtime.bigint()) }, finishReason: null }))
      return
    }
    clearInterval(timer)
    response.end(`${chunk({ delta: {}, finishReason: "stop" })}data: [DONE]\n\n`)
  }, every)
}

const server = createServer((request, response) => {
  request.resume()
  const { searchParams } = new URL(request.url ?? "/", "http://localhost")
  const count = Number(searchParams.get("deltas") ?? deltas)
  const every = Number(searchParams.get("every") ?? 0)
  response.writeHead(200, { "content-type": "text/event-stream" })
  if (every > 0) paced(count, every, response)
  else response.end(bodyOf(count))
})
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
