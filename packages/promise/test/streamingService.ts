/**
 * A service whose text streams a test writes itself, and sees closed. It takes every submission for one of a stream.
 */
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** One stream on its way. */
export interface StreamingResponse {
  /** Writes events in one piece. */
  readonly write: (...chunks: ReadonlyArray<object>) => StreamingResponse
  /** Says that the text is complete. */
  readonly end: () => void
  /** Breaks the connection. */
  readonly cut: () => void
}

export interface StreamingService {
  readonly url: string
  /** The next request that nobody has taken yet. */
  readonly next: () => Promise<StreamingResponse>
  readonly requests: () => number
  /** Requests whose connection is open. */
  readonly open: () => number
  /** Settles when no request is open any more. */
  readonly idle: () => Promise<void>
  readonly close: () => Promise<void>
}

export const startStreamingService = async (): Promise<StreamingService> => {
  const untaken: Array<StreamingResponse> = []
  const takers: Array<(response: StreamingResponse) => void> = []
  const waiting: Array<() => void> = []
  const open = new Set<ServerResponse>()
  let requests = 0

  const server = createServer((request, response) => {
    // The client also looks for a newer registry.
    if (request.method === "GET") return void response.writeHead(404).end()
    requests++
    open.add(response)
    response.on("close", () => {
      open.delete(response)
      if (open.size === 0) for (const resume of waiting.splice(0)) resume()
    })
    let body = ""
    request.on("data", (chunk) => (body += String(chunk)))
    request.on("end", () => {
      const [{ taskType, taskUUID }] = JSON.parse(body)
      const streaming = responseOf(response, { taskType, taskUUID })
      const taker = takers.shift()
      if (taker === undefined) untaken.push(streaming)
      else taker(streaming)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () =>
      new Promise((resolve) => {
        const response = untaken.shift()
        if (response === undefined) takers.push(resolve)
        else resolve(response)
      }),
    requests: () => requests,
    open: () => open.size,
    idle: () => new Promise((resolve) => (open.size === 0 ? resolve() : waiting.push(resolve))),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}

const responseOf = (response: ServerResponse, about: object): StreamingResponse => {
  const begin = () => {
    if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" })
  }
  const self: StreamingResponse = {
    write: (...chunks) => {
      begin()
      response.write(chunks.map((chunk) => `data: ${JSON.stringify({ ...about, ...chunk })}\n\n`).join(""))
      return self
    },
    end: () => {
      begin()
      response.end("data: [DONE]\n\n")
    },
    cut: () => response.destroy()
  }
  return self
}
