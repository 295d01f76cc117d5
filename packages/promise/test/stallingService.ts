/**
 * A service that stops answering at one stage of a call, over WebSocket and REST, for tests of callers who don't wait.
 */
import { createServer } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { WebSocketServer } from "ws"

export type Stage = "connecting" | "authenticating" | "acknowledging" | "delivering" | "polling"

export interface StallingService {
  readonly url: string
  /** Settles when a client has come to the stage. */
  readonly reached: Promise<void>
  /** Requests without an answer, and WebSockets. */
  readonly open: () => number
  readonly close: () => Promise<void>
}

type WireTask = Readonly<Record<string, unknown>>

export const startStallingService = async (stage: Stage): Promise<StallingService> => {
  let arrive = () => {}
  const reached = new Promise<void>((resolve) => (arrive = resolve))
  const connections = new Set<Socket>()
  const open = new Set<unknown>()
  const webSockets = new WebSocketServer({ noServer: true })

  /** What a frame or a body of tasks is answered; nothing where the service stalls. */
  const answer = (text: string): string | undefined => {
    const tasks = JSON.parse(text) as ReadonlyArray<WireTask>
    if (tasks.some((task) => stageOf(task) === stage)) {
      arrive()
      return undefined
    }
    return JSON.stringify({
      data: tasks.map(({ taskType, taskUUID }) =>
        taskType === "authentication" ? { taskType, connectionSessionUUID: "a-session" } : { taskType, taskUUID }
      )
    })
  }

  webSockets.on("connection", (socket) => {
    socket.on("message", (frame) => {
      const reply = answer(String(frame))
      if (reply !== undefined) socket.send(reply)
    })
  })
  const server = createServer((request, response) => {
    open.add(response)
    response.on("close", () => open.delete(response))
    let body = ""
    request.on("data", (chunk) => (body += String(chunk)))
    request.on("end", () => {
      const reply = request.method === "POST" ? answer(body) : "{}"
      if (reply !== undefined) response.setHeader("content-type", "application/json").end(reply)
    })
  })
    .on("upgrade", (request, socket, head) => {
      open.add(socket)
      socket.on("close", () => open.delete(socket))
      if (stage === "connecting") {
        // Only who reads a socket sees its end.
        socket.resume().on("end", () => socket.end())
        return arrive()
      }
      return webSockets.handleUpgrade(request, socket, head, (opened) => webSockets.emit("connection", opened))
    })
    .on("connection", (socket) => {
      connections.add(socket)
      socket.on("close", () => connections.delete(socket))
    })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached,
    open: () => open.size,
    close: () => {
      for (const socket of connections) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}

const stageOf = ({ deliveryMethod, taskType }: WireTask): Stage => {
  if (taskType === "authentication") return "authenticating"
  if (taskType === "getResponse") return "polling"
  return deliveryMethod === "sync" ? "delivering" : "acknowledging"
}
