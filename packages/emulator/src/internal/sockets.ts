/** The WebSocket side of the server. */
import * as NodeWS from "@effect/platform-node/NodeWS"
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import type { Event } from "../Command.ts"
import { inferencePath, isDryRun, maxBytes, tasksOf, urlOf, type Exposure } from "./exposure.ts"
import { parseJson } from "./json.ts"

/** Serves sockets. */
export interface Sockets {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly perform: (event: Extract<Event, { readonly socketId: string }>) => void
  /** Cuts every connection without a closing handshake, and says how many there were. */
  readonly drop: () => number
  /** Closes every connection with a code, and says how many there were. */
  readonly close: (code: number, reason: string) => number
  readonly open: () => number
  /** How many frames came in. */
  readonly frames: () => number
}

interface OpenSocket {
  readonly webSocket: NodeWS.WebSocket
  /** The connection beneath. */
  readonly wire: Duplex
  /** Whether frames are held back until all of their turn are written. */
  isHeld: boolean
  /** What was sent last: frames leave in the order of their events, also when one waits for an image. */
  sent: Promise<void>
}

/** The WebSocket side. */
export const makeSockets = ({ dispatch, encode, onRequest }: Exposure): Sockets => {
  const server = new NodeWS.WebSocketServer({ noServer: true, autoPong: false, maxPayload: maxBytes })
  const sockets = new Map<string, OpenSocket>()
  let opened = 0
  let frames = 0

  const accept = (webSocket: NodeWS.WebSocket, wire: Duplex, dryRun: boolean): void => {
    opened += 1
    const socketId = `socket-${opened}`
    sockets.set(socketId, { webSocket, wire, isHeld: false, sent: Promise.resolve() })
    webSocket.on("message", (data) => {
      frames += 1
      const text = textOf(data)
      const taskTypes = tasksOf(parseJson(text)).map(({ taskType }) => taskType)
      onRequest({ method: "FRAME", path: inferencePath, status: 0, milliseconds: 0, taskTypes })
      dispatch({ _tag: "FrameReceived", socketId, text })
    })
    webSocket.on("ping", () => dispatch({ _tag: "ControlPing", socketId }))
    // An error, such as a frame that is too large, is always followed by a close.
    webSocket.on("error", () => undefined)
    webSocket.on("close", () => {
      sockets.delete(socketId)
      dispatch({ _tag: "SocketGone", socketId })
    })
    dispatch({ _tag: "SocketOpened", socketId, dryRun })
  }

  /** Does something with a socket once everything before it was sent. */
  const afterwards = (socketId: string, action: (socket: OpenSocket) => Promise<void> | void): void => {
    const socket = sockets.get(socketId)
    if (socket === undefined) return
    socket.sent = socket.sent.then(() => action(socket)).catch(() => socket.webSocket.terminate())
  }

  /** The machine learns first, so that it keeps what it would now send. */
  const endAll = (end: (socket: OpenSocket) => void): number => {
    const ending = [...sockets]
    for (const [socketId, socket] of ending) {
      dispatch({ _tag: "SocketGone", socketId })
      end(socket)
    }
    return ending.length
  }

  return {
    upgrade: (request, socket, head) => {
      const url = urlOf(request.url)
      if (url.pathname !== inferencePath) {
        socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        return
      }
      const dryRun = isDryRun(request.headers["x-runware-dry-run"], url.searchParams)
      server.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, socket, dryRun))
    },
    perform: (event) => {
      switch (event._tag) {
        case "Frame": {
          const text = encode(event.payload)
          text.catch(() => undefined)
          return afterwards(event.socketId, async (socket) => {
            const frame = await text
            hold(socket)
            socket.webSocket.send(frame)
          })
        }
        case "ControlPong":
          return afterwards(event.socketId, ({ webSocket }) => webSocket.pong())
        case "CloseSocket":
          return afterwards(event.socketId, ({ webSocket }) => webSocket.close(event.code, event.reason))
        case "DropSocket":
          return afterwards(event.socketId, cut)
      }
    },
    drop: () => endAll(cut),
    close: (code, reason) => endAll(({ webSocket }) => webSocket.close(code, reason)),
    open: () => sockets.size,
    frames: () => frames
  }
}

/** The answers to one frame leave together: a system call for each of them costs more than making it. */
const hold = (socket: OpenSocket): void => {
  if (socket.isHeld) return
  socket.isHeld = true
  socket.wire.cork()
  setImmediate(release, socket)
}

const release = (socket: OpenSocket): void => {
  if (!socket.isHeld) return
  socket.isHeld = false
  socket.wire.uncork()
}

/** Ends a connection without a closing handshake. What was sent is on its way. */
const cut = (socket: OpenSocket): void => {
  release(socket)
  socket.webSocket.terminate()
}

const textOf = (data: NodeWS.WebSocket.RawData): string =>
  Array.isArray(data)
    ? Buffer.concat(data).toString("utf8")
    : data instanceof ArrayBuffer
      ? Buffer.from(data).toString("utf8")
      : data.toString("utf8")
