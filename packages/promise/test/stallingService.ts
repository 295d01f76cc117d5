/**
 * A service that stops answering at one stage of a call over WebSocket, for tests of callers who don't wait.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { WebSocketServer } from "ws"

export type Stage = "connecting" | "authenticating" | "acknowledging" | "polling"

export interface StallingService {
  readonly url: string
  /** Settles when a client has come to the stage. */
  readonly reached: Promise<void>
  readonly close: () => Promise<void>
}

export const startStallingService = async (stage: Stage): Promise<StallingService> => {
  let arrive = () => {}
  const reached = new Promise<void>((resolve) => (arrive = resolve))
  const sockets = new Set<Duplex>()
  const webSockets = new WebSocketServer({ noServer: true })

  const answer = (task: Record<string, unknown>): object | undefined => {
    const { taskType, taskUUID } = task
    if (stageOf(taskType) === stage) {
      arrive()
      return undefined
    }
    return taskType === "authentication" ? { taskType, connectionSessionUUID: "a-session" } : { taskType, taskUUID }
  }

  webSockets.on("connection", (socket) => {
    socket.on("message", (frame) => {
      const data = (JSON.parse(String(frame)) as Array<Record<string, unknown>>).flatMap((task) => answer(task) ?? [])
      if (data.length > 0) socket.send(JSON.stringify({ data }))
    })
  })
  const server = createServer().on("upgrade", (request, socket, head) => {
    sockets.add(socket)
    if (stage === "connecting") return arrive()
    return webSockets.handleUpgrade(request, socket, head, (opened) => webSockets.emit("connection", opened))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}

const stageOf = (taskType: unknown): Stage => {
  if (taskType === "authentication") return "authenticating"
  return taskType === "getResponse" ? "polling" : "acknowledging"
}
