/**
 * WebSocket sessions. A socket authenticates with its first frame and gets a session; the session outlives the socket,
 * keeps the frames that find none, and sends them when a later socket resumes it.
 */
import { begin, arrayRejection } from "./exchanges.ts"
import { send } from "./delivery.ts"
import { draw } from "./draw.ts"
import { envelope } from "./envelope.ts"
import { isRecord, parseJson } from "./json.ts"
import { invalidKey, missingAuthentication, missingKey, reject, type Rejection } from "./rejection.ts"
import { submit } from "./submission.ts"
import { count, drop, lookup, put, schedule, type Turn } from "./turn.ts"

/** Milliseconds that a refused client has to read why. */
const farewell = 100
const policyViolation = 1008

/** A socket was opened. */
export const open = (turn: Turn, socketId: string, dryRun: boolean): void => {
  put(turn, "sockets", socketId, { sessionUUID: undefined, lastInbound: turn.now, dryRun })
  schedule(turn, turn.now + turn.state.switches.idleTimeout, { _tag: "CheckIdle", socketId })
}

/** A frame came in. */
export const receive = (turn: Turn, socketId: string, text: string): void => {
  if (!touch(turn, socketId)) return
  const body = parseJson(text)
  const rejection =
    body === undefined
      ? reject(400, "invalidJSON", "The frame is not JSON.")
      : arrayRejection(body, turn.state.settings.maxTasks)
  if (rejection !== undefined) return refuse(turn, socketId, rejection)

  const entries: ReadonlyArray<unknown> = Array.isArray(body) ? body : []
  const tasks = entries.filter((entry) => !handleConnectionTask(turn, socketId, entry))
  const socket = lookup(turn.state.sockets, socketId)
  if (tasks.length === 0 || socket === undefined) return
  const session = socket.sessionUUID === undefined ? undefined : lookup(turn.state.sessions, socket.sessionUUID)
  if (socket.sessionUUID === undefined || session === undefined) {
    refuse(turn, socketId, missingAuthentication())
    return close(turn, socketId, policyViolation, "authenticate first")
  }
  const exchange = `${socket.sessionUUID}/${count(turn)}`
  begin(turn, exchange, { _tag: "Session", sessionUUID: socket.sessionUUID }, tasks.length)
  const { apiKey } = session
  tasks.forEach((task, slot) =>
    submit(turn, task, { apiKey, dryRun: socket.dryRun, exchange, slot, transport: "websocket" })
  )
}

/** A ping of the WebSocket protocol came in. */
export const controlPing = (turn: Turn, socketId: string): void => {
  if (touch(turn, socketId) && turn.state.switches.pong) turn.events.push({ _tag: "ControlPong", socketId })
}

/** A socket went away; its session waits for another. */
export const gone = (turn: Turn, socketId: string): void => {
  const sessionUUID = lookup(turn.state.sockets, socketId)?.sessionUUID
  drop(turn, "sockets", socketId)
  const session = sessionUUID === undefined ? undefined : lookup(turn.state.sessions, sessionUUID)
  if (sessionUUID === undefined || session?.socketId !== socketId) return
  put(turn, "sessions", sessionUUID, { ...session, socketId: undefined, detachedAt: turn.now })
  schedule(turn, turn.now + turn.state.settings.replayWindow, { _tag: "ForgetSession", sessionUUID })
}

/** Ends a socket from this side. */
export const close = (turn: Turn, socketId: string, code: number, reason: string): void => {
  if (lookup(turn.state.sockets, socketId) === undefined) return
  gone(turn, socketId)
  turn.events.push({ _tag: "CloseSocket", socketId, code, reason })
}

/** Ends a socket that has been silent for too long, or looks again when it could have been. */
export const checkIdle = (turn: Turn, socketId: string): void => {
  const socket = lookup(turn.state.sockets, socketId)
  if (socket === undefined) return
  const { idleEnd, idleTimeout } = turn.state.switches
  const deadline = socket.lastInbound + idleTimeout
  if (turn.now < deadline) return schedule(turn, deadline, { _tag: "CheckIdle", socketId })
  if (idleEnd === "close") return close(turn, socketId, 1000, "idle")
  gone(turn, socketId)
  turn.events.push({ _tag: "DropSocket", socketId })
}

/** Looks at every socket again, because what counts as idle has changed. */
export const watchAll = (turn: Turn): void => {
  for (const [socketId, { lastInbound }] of turn.state.sockets) {
    schedule(turn, lastInbound + turn.state.switches.idleTimeout, { _tag: "CheckIdle", socketId })
  }
}

/** Forgets a session that nobody resumed in time. */
export const forget = (turn: Turn, sessionUUID: string): void => {
  const session = lookup(turn.state.sessions, sessionUUID)
  if (session === undefined || session.socketId !== undefined) return
  if (turn.now >= session.detachedAt + turn.state.settings.replayWindow) drop(turn, "sessions", sessionUUID)
}

const refuse = (turn: Turn, socketId: string, { error }: Rejection): void =>
  send(turn, socketId, envelope({ data: [], errors: [error] }, turn.state.switches, false))

/** Notes that the client is alive; `false` when the socket is not known any more. */
const touch = (turn: Turn, socketId: string): boolean => {
  const socket = lookup(turn.state.sockets, socketId)
  if (socket === undefined) return false
  put(turn, "sockets", socketId, { ...socket, lastInbound: turn.now })
  return true
}

/** Handles the tasks that concern the connection itself; `false` for any other. */
const handleConnectionTask = (turn: Turn, socketId: string, task: unknown): boolean => {
  if (!isRecord(task)) return false
  if (task["taskType"] === "authentication") {
    authenticate(turn, socketId, task)
    return true
  }
  if (task["taskType"] !== "ping") return false
  const { taskUUID } = task
  if (turn.state.switches.pong) {
    send(turn, socketId, {
      data: [{ taskType: "ping", pong: true, ...(taskUUID === undefined ? {} : { taskUUID }) }]
    })
  }
  return true
}

const authenticate = (turn: Turn, socketId: string, task: Readonly<Record<string, unknown>>): void => {
  const { apiKey, connectionSessionUUID: wanted } = task
  const socket = lookup(turn.state.sockets, socketId)
  if (socket === undefined) return
  if (typeof apiKey !== "string" || lookup(turn.state.accounts, apiKey) === undefined) {
    refuse(turn, socketId, typeof apiKey === "string" ? invalidKey() : missingKey())
    if (turn.state.switches.authenticationFailure === "close") {
      const reason = "authentication failed"
      schedule(turn, turn.now + farewell, { _tag: "CloseSocket", socketId, code: policyViolation, reason })
    }
    return
  }
  const earlier = typeof wanted === "string" ? lookup(turn.state.sessions, wanted) : undefined
  const resumed = typeof wanted === "string" && earlier?.apiKey === apiKey ? wanted : undefined
  const sessionUUID = resumed ?? socket.sessionUUID ?? draw(turn.state.settings.seed, "session", count(turn)).uuid
  if (socket.sessionUUID !== undefined && socket.sessionUUID !== sessionUUID) drop(turn, "sessions", socket.sessionUUID)
  // A client that resumes has given its earlier socket up, even where this side has not noticed yet.
  if (earlier?.socketId !== undefined && resumed !== undefined && earlier.socketId !== socketId) {
    close(turn, earlier.socketId, 1000, "resumed elsewhere")
  }
  put(turn, "sockets", socketId, { ...socket, sessionUUID })
  put(turn, "sessions", sessionUUID, { apiKey, socketId, detachedAt: turn.now, undelivered: [] })
  send(turn, socketId, { data: [{ taskType: "authentication", connectionSessionUUID: sessionUUID }] })
  if (resumed !== undefined) replay(turn, socketId, earlier?.undelivered ?? [])
}

const replay = (
  turn: Turn,
  socketId: string,
  frames: ReadonlyArray<{ readonly payload: unknown; readonly expiresAt: number }>
): void => {
  const copies = { off: 0, on: 1, duplicated: 2 }[turn.state.switches.replay]
  for (const { expiresAt, payload } of frames) {
    if (turn.now < expiresAt) for (let copy = 0; copy < copies; copy++) send(turn, socketId, payload)
  }
}
